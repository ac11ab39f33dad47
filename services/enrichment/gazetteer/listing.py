"""One listing of the gazetteer: a person, an organisation or a place, and how it is named."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, field_validator, model_validator

from shared.articles import EntityKind

_ADDRESS = re.compile(r"(?:https://[^\s/\"<>]+\.[^\s\"<>]+|mailto:[^\s@\"<>]+@[^\s@\"<>]+)")
SHORT = 4
"""Letters from which a name is taken wherever it stands; below, too many words are spelled the same."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Alias(_Strict):
    """One more way to name a listing."""

    text: Annotated[str, Field(min_length=2, max_length=200)]
    exact: StrictBool = False
    """Only in these capitals, with nothing joined to it."""
    needs: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=200)], ...], Field(max_length=50)] = ()
    """Only in a story with one of these words, or with a sure name of the same listing."""


def _as_alias(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Text = Annotated[str, Field(min_length=2, max_length=200)]
Aliases = Annotated[tuple[Annotated[Alias, BeforeValidator(_as_alias)], ...], Field(min_length=1, max_length=50)]


class Listing(_Strict):
    """As the file has it; see docs/officials.md."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
    kind: EntityKind
    name: Annotated[dict[Language, Text], Field(min_length=1)]
    also: dict[Language, Aliases] = {}
    office: dict[Language, Text] = {}
    contact_url: str | None = None
    campaign_url: str | None = None
    wikidata: Annotated[str | None, Field(pattern=r"^Q[1-9][0-9]*$")] = None
    since: date | None = None
    until: date | None = None
    accountable: StrictBool = False

    @field_validator("contact_url", "campaign_url")
    @classmethod
    def _leads_somewhere(cls, url: str | None) -> str | None:
        if url is not None and not _ADDRESS.fullmatch(url):
            raise ValueError("write a whole address: https://… or mailto:…")
        return url

    @model_validator(mode="after")
    def _makes_sense(self) -> "Listing":
        if self.accountable and not (self.contact_url or self.campaign_url):
            raise ValueError("accountable without a link: add contact_url or campaign_url, or remove accountable")
        if self.accountable and self.kind is EntityKind.PLACE:
            raise ValueError("accountable, but a place answers no letter: remove accountable")
        if self.since and self.until and self.until < self.since:
            raise ValueError("until is before since: correct one of them")
        for language, alias in self.spelled:
            if len(re.sub(r"[\W_]", "", alias.text)) < SHORT and not (alias.exact or alias.needs):
                raise ValueError(
                    f"{alias.text} ({language}) has fewer than {SHORT} letters and would be found by chance: "
                    "write it in `also` as a table with exact = true or needs = [words]"
                )
        return self

    @property
    def spelled(self) -> tuple[tuple[str, Alias], ...]:
        """Every name with its language. One that stands in ``also`` too is found as it says there."""
        also = [(language, alias) for language, aliases in self.also.items() for alias in aliases]
        told = {(language, alias.text) for language, alias in also}
        names = [(language, Alias(text=text)) for language, text in self.name.items() if (language, text) not in told]
        return (*names, *also)

    def name_in(self, language: str) -> str:
        """As the language writes it; in English, else in the first language there is, where it has no word for it."""
        return _in(self.name, language) or next(iter(self.name.values()))

    def office_in(self, language: str) -> str | None:
        """The same, of the office."""
        return _in(self.office, language)

    def serves(self, on: date | None) -> bool:
        """False outside its dates; without a day to go by, what has an end is over."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def _in(words: dict[str, str], language: str) -> str | None:
    return words.get(language) or words.get("en")
