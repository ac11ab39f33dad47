"""Whom stories name: the newsroom's list of officials and others, checked completely before it is used."""

import tomllib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.enrichment.gazetteer.listing import Listing
from services.enrichment.gazetteer.names import Found, Names
from shared.errors import Unusable, explain


class GazetteerError(Unusable):
    """The gazetteer cannot be used; the message names file, listing and field, and what to change."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    builds_on: Literal["shipped"] | None = None
    """Takes the listings that come with Lightwire too; one of the same id replaces its listing."""
    without: tuple[str, ...] = ()
    """Ids of shipped listings to leave out."""
    listing: Annotated[tuple[dict[str, Any], ...], Field()] = ()


class Gazetteer:
    """Entries by id, and what finds them in a text."""

    def __init__(self, listings: Iterable[Listing] = ()) -> None:
        self.listings = {listing.id: listing for listing in listings}
        self._names = Names(self.listings.values())

    def find(self, blocks: Sequence[str], language: str, protected: tuple[str, ...] = ()) -> tuple[Found, ...]:
        """See ``Names.find``."""
        return self._names.find(blocks, language, protected)

    def called(self, name: str, protected: tuple[str, ...] = ()) -> Listing | None:
        """See ``Names.called``."""
        return self._names.called(name, protected)

    def same_names(self) -> list[tuple[str, list[str]]]:
        """Spellings that more than one listing claims."""
        return [(spelling, ids) for spelling, ids in self._names.owners.items() if len(ids) > 1]


def builds_on_shipped(raw: bytes, name: str) -> bool:
    """Whether a gazetteer wants the shipped listings too."""
    return _document(raw, name).builds_on == "shipped"


def gazetteer(raw: bytes, name: str, shipped: bytes | None = None) -> Gazetteer:
    """The gazetteer in ``raw``, called ``name`` in messages; on top of ``shipped`` where that is given.

    Raises ``GazetteerError`` for anything misspelt, given twice or ambiguous: an official who is silently never
    found is worse than a service that does not start.
    """
    document = _document(raw, name)
    own = _listings(document, name)
    below = _listings(_document(shipped, "shipped"), "shipped") if shipped is not None else ()
    if document.without and shipped is None:
        raise GazetteerError(f'{name}: without leaves out shipped listings: add builds_on = "shipped", or remove it')
    for missing in sorted(set(document.without) - {listing.id for listing in below}):
        raise GazetteerError(f"{name}: without names {missing}, which is not shipped: remove it")
    replaced = {*document.without, *(listing.id for listing in own)}
    made = Gazetteer((*(listing for listing in below if listing.id not in replaced), *own))
    for spelling, ids in made.same_names():
        raise GazetteerError(
            f"{name}: listings {' and '.join(ids)}: both are called {spelling}: rename one or remove it"
        )
    return made


def _document(raw: bytes, name: str) -> _Document:
    try:
        return _Document.model_validate(tomllib.loads(raw.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GazetteerError(f"{name}: not TOML: {error}") from None
    except ValidationError as error:
        raise GazetteerError(f"{name}: {explain(error)}") from None


def _listings(document: _Document, name: str) -> tuple[Listing, ...]:
    listings: dict[str, Listing] = {}
    for number, told in enumerate(document.listing, 1):
        called = told.get("id") or f"number {number}"
        try:
            listing = Listing.model_validate(told)
        except ValidationError as error:
            raise GazetteerError(f"{name}: listing {called}: {explain(error)}") from None
        if listing.id in listings:
            raise GazetteerError(f"{name}: listing {called}: /id: is given twice: rename one")
        listings[listing.id] = listing
    return tuple(listings.values())


__all__ = ["Found", "Gazetteer", "GazetteerError", "Listing", "builds_on_shipped", "gazetteer"]
