"""What moderation remembers of comments, read as an observer does."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from services.commands.answers import Problem
from shared.comments import Queue
from shared.keys import Keys, escape
from shared.streams import Client

QUEUES = tuple(queue.value for queue in Queue)
MARKS = ("[", "]")
PAGE = 200


@dataclass(frozen=True, slots=True)
class Case:
    """One comment and the decision that holds, as moderation wrote them down."""

    id: str
    standing: dict[str, Any]
    opened: dict[str, Any] = field(default_factory=dict)
    """The open case beside it, where somebody asked for another look."""

    @property
    def decision(self) -> dict[str, Any]:
        """The one that holds."""
        found = self.standing.get("decision")
        return found if isinstance(found, dict) else {}

    @property
    def seen(self) -> tuple[int, int]:
        """Revision and number of the decision: what whoever decides next has seen."""
        return int(self.standing.get("revision", 0)), int(self.decision.get("seq", 0))

    @property
    def body(self) -> str | None:
        """Its words; ``None`` where its author took them back."""
        comment = self.standing.get("comment")
        return str(comment["body"]) if isinstance(comment, dict) else None

    @property
    def language(self) -> str:
        """As enrichment told it."""
        facts = self.standing.get("facts")
        return str(facts.get("language", "und")) if isinstance(facts, dict) else "und"

    @property
    def why(self) -> str:
        """The rule that tipped it, else its reason."""
        return str(self.decision.get("rule") or self.decision.get("reason") or "no rule")

    @property
    def asks(self) -> str:
        """Who asks for another look, in a few words; empty where nobody does."""
        words, reports = [], self.opened.get("reports") or ()
        if reports:
            reasons = ", ".join(dict.fromkeys(str(one.get("reason")) for one in reports))
            words.append(f"{len(reports)} report{'s' if len(reports) > 1 else ''} ({reasons})")
        if self.opened.get("appeal"):
            words.append("its author appeals")
        if call := self.opened.get("escalation"):
            words.append(f"{call.get('by')} asks")
        return ", ".join(words)

    @property
    def marked(self) -> str:
        """The words with every piece of evidence in brackets."""
        body = self.body or ""
        spans = sorted(
            (span["start"], span["end"])
            for hit in self.decision.get("hits", ())
            for one in hit.get("evidence", ())
            if isinstance(span := one.get("span"), dict) and (span["start"], span["end"]) != (0, len(body))
        )
        out, at = [], 0
        for start, end in spans:
            if start >= at:
                out += [body[at:start], MARKS[0], body[start:end], MARKS[1]]
                at = end
        return "".join(out) + body[at:]


async def find(redis: Client, keys: Keys, id_: str) -> Case:
    """Raises Problem where moderation has never seen it."""
    async for case in _read(redis, keys, [id_]):
        return case
    raise Problem(f"moderation knows no comment {id_}: ids are case-sensitive; `lightwire trace {id_}` tells more")


async def waiting(redis: Client, keys: Keys, queue: str) -> AsyncIterator[tuple[int, Case]]:
    """Deadline in milliseconds and comment, the most urgent first: what is held there, and what is asked about there.

    Between the two looks somebody may have decided; then it waits no more.
    """
    for name in ("queue", "cases"):
        at = 0
        while page := await redis.zrange(keys.key(f"{name}:{queue}"), at, at + PAGE - 1, withscores=True):
            at += len(page)
            scores = {member.decode(): int(score * 1000) for member, score in page}
            async for case in _read(redis, keys, list(scores)):
                held = case.standing.get("queue") == queue
                if held if name == "queue" else (case.opened.get("queue") == queue and not held):
                    yield scores[case.id], case


async def _read(redis: Client, keys: Keys, ids: list[str]) -> AsyncIterator[Case]:
    pipe = redis.pipeline(transaction=False)
    for id_ in ids:
        pipe.hget(keys.key(f"moderation:{escape(id_)}"), "standing")
        pipe.hget(keys.key(f"case:{escape(id_)}"), "case")
    rows = await pipe.execute()
    for id_, stored, case in zip(ids, rows[::2], rows[1::2], strict=True):
        if stored:
            opened = json.loads(case) if case else {}
            yield Case(id_, json.loads(stored), opened if not opened.get("closed_at") else {})
