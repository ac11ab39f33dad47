"""A submission in the making: each field with the place it was read from, so that a refusal names that place."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from uuid import uuid5

from pydantic import TypeAdapter, ValidationError

from services.ingest.adapters.intake import Document, Intake, Refused, Submission
from services.ingest.adapters.json_document import refusal
from services.ingest.adapters.moments import dated_only, moment
from services.ingest.hostile import Limits, examine
from services.ingest.links import safe_link, web_link
from shared.envelope import NAMESPACE
from shared.errors import Rejected
from shared.events import ArticleSubmitted, CommentSubmitted
from shared.model import Language

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_LINE = 2_000
_IMAGES = 100
_WORDS = 200
_BYLINES = 50
_WARNINGS = 50
"""More than anybody reads; a document must not make more of itself than it is."""


class Telling:
    """Fields said so far. What only adorns a story is left out with a warning where it cannot be taken; what decides
    about it is refused.
    """

    def __init__(self, document: Document, id_: str, id_at: str) -> None:
        self._document = document
        self.fields: dict[str, Any] = {"id": self.named(id_)}
        self._at = {"id": id_at}
        self.warnings: list[str] = []

    def named(self, id_: str) -> str:
        """An id of theirs as ours: two sources that count from 1 are told apart by a prefix."""
        return f"{self._document.options.get('id_prefix', '')}{id_}"

    def warn(self, at: str, told: str) -> None:
        """Something was left out or guessed."""
        if len(self.warnings) < _WARNINGS:
            self.warnings.append(f"{at or '/'} {told}")

    def say(self, name: str, value: object, at: str) -> None:
        """This field has this value, if it has any."""
        if value is not None and value != "":
            self.fields[name], self._at[name] = value, at

    def line(self, name: str, value: str | None, at: str) -> None:
        """A field of one line."""
        if (said := self.short(value, at)) is not None:
            self.say(name, said, at)

    def short(self, value: str | None, at: str) -> str | None:
        """A line, if there is one and it is short enough to be one."""
        if value is None or not (value := value.strip()):
            return None
        if len(value) > _LINE:
            self.warn(at, f"has more than {_LINE} characters and was left out: send less")
            return None
        return value

    def language(self, value: str | None, at: str) -> None:
        """Its language; the source's own where it names none."""
        value = value or self._document.options.get("language")
        if value is None:
            return
        try:
            self.say("language", _LANGUAGE.validate_python(value.strip().replace("_", "-")), at)
        except ValidationError:
            self.warn(at, "is no language tag (BCP 47) and was left out: send e.g. fa or en-GB")

    def when(self, name: str, value: str | None, at: str) -> None:
        """A time that only informs."""
        if value is None:
            return
        found = moment(value)
        if found is None or not 1900 <= found[0].year <= 9000:
            self.warn(at, "is no time between 1900 and 9000 and was left out: send RFC 3339")
            return
        if not found[1]:
            self.warn(at, "names no time zone and was taken as UTC: add one, e.g. Z")
        self.say(name, found[0], at)

    def embargo(self, value: str, at: str) -> None:
        """Nothing leaves before it, so what is not clear about it is refused. Raises ``Refused``."""
        found = moment(value)
        if found is None:
            raise Refused(at, "is not a time: send RFC 3339, e.g. 2026-11-30T08:00:00Z")
        if not found[1] and not dated_only(value):
            raise Refused(at, "has no time zone, and an embargo must not end too early: add one, e.g. Z")
        if not found[1]:
            self.warn(at, "names a day without a time and was taken as 00:00 UTC: add the time and its zone")
        self.say("embargoed_until", found[0], at)

    def link(self, value: str | None, at: str, *, web: bool = True) -> str | None:
        """An address readers may follow; a relative one is one of the source's ``site``."""
        if value is None or not value.strip():
            return None
        value = value.strip()
        site = self._document.options.get("site")
        if site and value.startswith("/"):
            with suppress(ValueError):
                value = urljoin(site, value)
        found = web_link(value) if web else safe_link(value)
        if found is None:
            hint = "" if site else "; for relative ones set the source's option `site`"
            self.warn(at, f"is no absolute http: or https: address and was left out: send one{hint}")
        return found

    def byline(self, name: str | None, at: str, *, role: str | None = None, url: str | None = None) -> None:
        """One more name under the headline."""
        name = self.short(name, at)
        known = self.fields.get("byline", ())
        if name is None or len(known) >= _BYLINES:
            return
        if len(name) > 500:
            self.warn(at, "has more than 500 characters and was left out: send the name alone")
            return
        one = {"name": name, "role": self.short(role, at), "url": self.link(url, at, web=False)}
        if name not in {other["name"] for other in known}:
            self.fields["byline"] = (*known, one)

    def image(self, href: str | None, at: str, **said: str | None) -> None:
        """One more picture; the first is the lead unless a role is said."""
        href = self.link(href, at)
        known = self.fields.get("images", ())
        if href is None or href in {one["href"] for one in known} or len(known) >= _IMAGES:
            return
        role = said.pop("role", None) or ("inline" if known else "lead")
        if role == "lead" and any(one["role"] == "lead" for one in known):
            role = "inline"
        facts = {name: self.short(value, at) for name, value in said.items()}
        self.fields["images"] = (*known, {"href": href, "role": role, **facts})

    def keywords(self, words: Iterable[tuple[str | None, str]]) -> None:
        """Its subjects, each once."""
        found = dict.fromkeys(said for word, at in words if (said := self.short(word, at)))
        self.say("keywords", tuple(found)[:_WORDS] or None, "")

    def headline(self, candidates: Iterable[tuple[str | None, str]]) -> None:
        """The first there is; what is no headline by its format is one with a warning, the id the last of all."""
        wanted: str | None = None
        for value, at in candidates:
            wanted = wanted or at
            if value and value.strip():
                self.say("headline", value.strip()[:_LINE] if at != wanted else value.strip(), at)
                if at != wanted:
                    self.warn(wanted, f"is missing; {at} stands in its place: send a headline")
                return
        self.say("headline", self.fields["id"], wanted or "")
        self.warn(wanted or "", "is missing; the id stands in its place: send a headline")

    def article(self, revision: int, revision_at: str, status: str = "usable", *, if_known: bool = False,
                unnumbered: bool = False) -> Intake:  # fmt: skip
        """What was said. A withdrawal says its id and revision alone. Raises ``Refused``."""
        self.say("revision", revision, revision_at)
        self.say("status", status, "")
        if status == "usable":
            return self._settle(ArticleSubmitted)
        # The least revision there is can follow nothing: whoever sends none, or that one, means whatever came last.
        more = {"if_known": if_known, "unnumbered": unnumbered or revision == 0}
        kept = {name: True for name, holds in more.items() if holds}
        return self._withdraw(ArticleSubmitted, ("id", "revision", "status"), kept)

    def comment(self, revision: int, revision_at: str, status: str = "usable") -> Intake:
        """As ``article``, of a comment."""
        self.say("revision", revision, revision_at)
        self.say("status", status, "")
        if status == "usable":
            return self._settle(CommentSubmitted)
        return self._withdraw(CommentSubmitted, ("id", "article_id", "revision", "status"), {})

    def _withdraw(self, kind: type[Submission], names: tuple[str, ...], more: Mapping[str, Any]) -> Intake:
        kept = {name: self.fields[name] for name in names if name in self.fields}
        try:
            # The rest of the document may hold anything; these few must be as the door wants them.
            examine(json.dumps({name: kept[name] for name in kept if name != "status"}).encode(), Limits())
        except Rejected as error:
            found = refusal(error)
            raise Refused(self._at.get(found.pointer.lstrip("/"), ""), str(error).split(" ", 1)[-1]) from None
        self.fields = {**kept, **more}
        return self._settle(kind)

    def _settle(self, kind: type[Submission]) -> Intake:
        try:
            submission = kind.model_validate(self.fields, strict=False)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            name = str(problem["loc"][0]) if problem["loc"] else ""
            raise Refused(self._at.get(name, ""), f"cannot be taken as {name or 'a story'}: {problem['msg']}") from None
        return Intake(submission, event_id(self._document.source, submission), tuple(self.warnings))


def event_id(source: str, said: Submission) -> str:
    """The same for the same revision of the same thing in the same standing."""
    return str(uuid5(NAMESPACE, f"{source}\n{said.type}\n{said.id}\n{said.revision}\n{said.status}"))


def is_number(value: object) -> bool:
    """True for whole and broken numbers, not for true and false, which Python counts among them."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def required_id(value: object, at: str) -> str:
    """Raises ``Refused`` where a document does not say which story it is about."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise Refused(at, "is missing or no text: send the story's own id, the same in every revision")


def said_time(value: str | None, at: str) -> datetime:
    """A time that decides, such as the order of revisions; UTC where it names no zone. Raises ``Refused``."""
    found = moment(value) if value else None
    if found is None:
        raise Refused(at, "is missing or no time, and revisions are told apart by it: send RFC 3339")
    return found[0]
