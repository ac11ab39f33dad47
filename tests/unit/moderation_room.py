"""Moderation's decisions on a state that moves on as a commit would move it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from services.moderation import act, ask, gate, tally
from services.moderation.causes import causes
from services.moderation.decide import decide_comment, decide_request, reads_comment, reads_request
from services.moderation.memory import Memory
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.policy_files import load
from services.moderation.rights import may_not
from services.moderation.spoken import spoken
from services.moderation.standing import Standing, record_key
from shared.cases import Role
from shared.comments import Actor, Author, Comment, CommentFacts, Verdict
from shared.envelope import EventData, seal
from shared.events import (
    ArticleEnriched,
    CaseChanged,
    CommentAppealed,
    CommentEnriched,
    CommentModerated,
    CommentReported,
    DecisionRequested,
    EscalationRequested,
    HoldRequested,
    SanctionRequested,
    ThreadRequested,
)
from shared.fold import fold
from shared.outcome import Given, Outcome, Reads, Record

RULES = load()
WORDS = spoken()
NOTICES = Notices(WORDS, {})
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
D = TypeVar("D", bound=EventData)


def enriched(
    revision: int, body: str | None, *, id: str = "c", author: str = "u", language: str = "en", article: str = "a"  # noqa: A002
) -> CommentEnriched:  # fmt: skip
    """A comment as enrichment tells it; without a body its author took it back."""
    comment = body and Comment(
        id=id, article_id=article, revision=revision, author=Author(id=author, name="Ada"), body=body, created_at=START
    )
    facts = None
    if body:
        digest = sha256(fold(body).text.encode()).hexdigest()
        facts = CommentFacts(language=language, words=len(body.split()), folded_sha256=digest)
    return CommentEnriched(comment_id=id, article_id=article, revision=revision, comment=comment or None, facts=facts)


def asked(
    revision: int, seq: int, verdict: Verdict = Verdict.PUBLISH, who: str = "parisa", id: str = "c"  # noqa: A002
) -> DecisionRequested:  # fmt: skip
    """A person decides, as they saw it."""
    return DecisionRequested(
        comment_id=id, revision=revision, seq=seq, verdict=verdict, actor=Actor(kind="human", id=who)
    )


class Room:
    """Records, lists and what was told."""

    def __init__(self, rules: Rulebook = RULES, secret: str = "") -> None:
        self.rules, self.secret, self.now = rules, secret, START
        self.memory = Memory()
        self.records, self.lists = self.memory.records, self.memory.lists
        self.events: list[EventData] = []
        self.look: gate.Look = causes
        self._count = 0

    def of(self, kind: type[D]) -> list[D]:
        """What was told of this kind."""
        return [one for one in self.events if isinstance(one, kind)]

    def standing(self, id_: str = "c") -> Standing | None:
        """What holds about a comment."""
        return Standing.of(self.records.get(record_key(id_), Record()))

    def waiting(self, id_: str = "c", head: str = "queue:") -> set[str]:
        """The queues it waits in."""
        return {
            name.removeprefix(head)
            for name, found in self.lists.items()
            if name.startswith(head) and id_.encode() in found
        }

    def tell(self, fact: EventData, event: str | None = None, *, after_s: int = 1) -> Outcome:
        """Decide it on what is there, move on, and let moderation read back what it told."""
        reads, decide = self._way(fact)
        self._count += 1
        self.now += timedelta(seconds=after_s)
        sealed = seal(fact, id=event or f"e{self._count}", source="/test", time=self.now)
        given = self.memory.given(reads, sealed, self.now)
        refusal = may_not(fact, given, self.secret) if isinstance(fact, _PEOPLE) else None
        outcome = refusal or decide(fact, given)
        self.memory.apply(outcome)
        self.events += outcome.publish
        for one in outcome.publish:
            if isinstance(one, CommentModerated | CaseChanged):
                self.tell(one, after_s=0)
        return outcome

    def _way(self, fact: EventData) -> tuple[Reads, Callable[[Any, Given], Outcome]]:
        rules, notices, look = self.rules, Notices(WORDS, self.rules.reasons), self.look
        ways: Mapping[type[EventData], tuple[Callable[[Any], Reads], Callable[[Any, Given], Outcome]]] = {
            CommentEnriched: (reads_comment, lambda fact, given: decide_comment(fact, given, rules, notices)),
            DecisionRequested: (reads_request, lambda fact, given: decide_request(fact, given, rules, notices)),
            CommentReported: (ask.reads_reported, lambda fact, given: ask.decide_report(fact, given, rules, notices)),
            CommentAppealed: (ask.reads_appealed, lambda fact, given: ask.decide_appeal(fact, given, notices)),
            EscalationRequested: (ask.reads_escalated, ask.decide_escalation),
            SanctionRequested: (
                act.reads_sanction, lambda fact, given: act.decide_sanction(fact, given, notices)
            ),
            ThreadRequested: (act.reads_mode, act.decide_mode),
            ArticleEnriched: (gate.reads_article, lambda fact, given: gate.decide_article(fact, given, rules, look)),
            HoldRequested: (gate.reads_hold, lambda fact, given: gate.decide_hold(fact, given, rules.named)),
            CommentModerated: (tally.reads_moderated, tally.count_decision),
            CaseChanged: (tally.reads_closed, tally.count_reports),
        }  # fmt: skip
        reads, decide = ways[type(fact)]
        return reads(fact), decide


_PEOPLE = (DecisionRequested, EscalationRequested, SanctionRequested, ThreadRequested, HoldRequested)


def person(name: str, role: Role = Role.MODERATOR) -> dict[str, Any]:
    """The fields every request has."""
    return {"actor": Actor(kind="human", id=name), "role": role}
