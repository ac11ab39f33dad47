"""What is remembered of a polled source: where we were, and which revision of which entry was submitted."""

import hashlib
from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.ingest.adapters.intake import Intake
from services.ingest.ledger import digest
from shared.events import ArticleSubmitted

MOST_KNOWN = 5_000
"""Entries remembered of a source, about 150 bytes each. What was forgotten and comes again, ingest ignores itself."""
MOST_ASKED = 6
FIRST_ASK_S = 3_600
"""An entry that is no longer listed is asked for at once, then after an hour, two, four …, six times in all."""
ASKED_AT_ONCE = 3


class Known(NamedTuple):
    """An entry as it was last submitted."""

    said: int
    """The revision its document gave."""
    revision: int
    """The revision we gave it: at least that."""
    digest: str
    killed: bool
    id: str
    link: str | None = None
    listed: bool = True
    asked: int = 0
    ask_at: int = 0


class News(NamedTuple):
    """What of a document is new, and what is known after it."""

    intakes: tuple[Intake, ...]
    known: dict[str, Known]
    stale: int


class Memory(BaseModel):
    """Kept in Redis beside the time of the next poll; written in the transaction that submits."""

    model_config = ConfigDict(frozen=True)

    url: str = ""
    etag: str | None = None
    modified: str | None = None
    """Validators of the last document that was taken whole; they belong to ``url``."""
    cursor: str | None = None
    """WordPress: the newest change seen, by the site's own clock."""
    resume: tuple[str, Annotated[int, Field(ge=1)]] | None = None
    """WordPress: the rest of a long list: changed after, page."""
    failures: int = 0
    known: dict[str, Known] = Field(default_factory=dict)
    """By a digest of the id; what was seen last is last."""

    def at(self, url: str) -> "Memory":
        """The same, without what another address had told."""
        if url == self.url:
            return self
        return Memory(url=url, known=self.known)

    def news(self, intakes: Iterable[Intake], *, whole: bool) -> News:
        """What must be submitted. ``whole``: what is not among them is no longer listed.

        A feed may change an entry and not its date, and two servers behind one address may tell different pasts. So a
        document that gives a lower revision than the last is stale, the same with other content counts as one more, and
        after a kill only a greater one is heard.
        """
        known = dict(self.known)
        fresh: list[Intake] = []
        listed: set[str] = set()
        stale = 0
        for intake in intakes:
            said = intake.submission
            key = key_of(said.id)
            listed.add(key)
            before = known.pop(key, None)
            text = _text(intake)
            killed = said.status == "canceled"
            link = said.canonical_url if isinstance(said, ArticleSubmitted) else None
            if before and before.digest == text:
                known[key] = before._replace(listed=True, asked=0, ask_at=0, said=max(before.said, said.revision))
                continue
            if before and not killed and (said.revision < before.said or _buried(before, said.revision)):
                known[key] = before._replace(listed=True)
                stale += 1
                continue
            revision = said.revision if before is None else max(said.revision, before.revision + 1)
            fresh.append(lifted(intake, revision))
            was = before.said if before else 0
            known[key] = Known(max(said.revision, was), revision, text, killed, said.id, link)
        if whole:
            known = {key: one if key in listed else one._replace(listed=False) for key, one in known.items()}
        return News(tuple(fresh), dict(list(known.items())[-max(MOST_KNOWN, len(listed)) :]), stale)

    def to_ask(self, now_s: int) -> list[tuple[str, Known]]:
        """Entries whose own address is to be asked now, the last to vanish first."""
        due = [
            (key, one)
            for key, one in reversed(self.known.items())
            if not one.listed and not one.killed and one.link and one.asked < MOST_ASKED and one.ask_at <= now_s
        ]
        return due[:ASKED_AT_ONCE]


def asked_once_more(one: Known, now_s: int) -> Known:
    """As it is known after its address was asked and did not say that it is gone."""
    return one._replace(asked=one.asked + 1, ask_at=now_s + FIRST_ASK_S * 2**one.asked)


def lifted(intake: Intake, revision: int) -> Intake:
    """The same as a revision of ours, and as an event of its own where that is another than its document gave."""
    if revision == intake.submission.revision:
        return intake
    said = intake.submission.model_copy(update={"revision": revision})
    return Intake(said, f"{intake.event_id[:480]}+{revision}", intake.warnings)


def key_of(id_: str) -> str:
    """Under which an id is remembered: short, whatever the id is."""
    return hashlib.sha256(id_.encode()).hexdigest()[:24]


def _buried(before: Known, revision: int) -> bool:
    return before.killed and revision <= before.said


def _text(intake: Intake) -> str:
    return digest(intake.submission.model_copy(update={"revision": 0}))[:24]
