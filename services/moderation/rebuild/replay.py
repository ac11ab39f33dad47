"""From the events of moderation's own streams, in their order, to the records they stem from.

Nothing is decided again about a comment: what was decided is on the stream. What only counts, lists or keeps is done by
the same functions as on the day.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.moderation import act, gate, tally
from services.moderation.case_record import case_key, case_of, changed, reads_case
from services.moderation.causes import causes, unchecked
from services.moderation.decide import REPORTED, SECOND_PERSON, decided
from services.moderation.known import author_key, tally_key
from services.moderation.memory import Memory
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.standing import Standing, reads_standing, record_key
from shared.cases import Role
from shared.comments import Decision, Verdict
from shared.events import (
    ActionTaken,
    ArticleEnriched,
    ArticleHeld,
    ArticleModerated,
    CaseChanged,
    CommentModerated,
    Event,
    HoldRequested,
    SanctionRequested,
    ThreadRequested,
)
from shared.outcome import Reads

LIVES = ("recent",)
"""What is forgotten by itself within a day, and so is not made again: what was said a moment ago."""


COUNTED = ("tally:", "reporter:", "author:", "thread:", "author-comments:", "thread-comments:", "holds:")
"""Keys that hold a sum of all that ever was: of a stream that was trimmed it cannot be made again."""


def replay(
    events: Iterable[Event[Any]],
    enriched: Mapping[str, Event[ArticleEnriched]],
    rules: Rulebook,
    notices: Notices,
    *,
    whole: bool = True,
) -> Memory:
    """``events``: of comments.moderated, moderation.cases, moderation.actions, articles.moderated and articles.held,
    the oldest first. ``enriched``: stories as they came to the gate, by the id of their event. ``whole``: nothing was
    trimmed; else only what the rest tells for certain is answered.
    """
    memory = Memory()
    unsure: set[str] = set()
    for event in events:
        match event.data:
            case CommentModerated():
                key = record_key(event.data.comment_id)
                if event.data.decision.supersedes and key not in memory.records:
                    unsure.add(key)
                _comment(memory, event, event.data, notices)
            case CaseChanged():
                _case(memory, event, event.data)
            case ActionTaken():
                _action(memory, event, event.data, rules, notices)
            case ArticleModerated() | ArticleHeld():
                _article(memory, event, enriched, rules)
            case _:
                pass
    if not whole:
        for key in [*memory.records]:
            if key in unsure or key.startswith(COUNTED):
                del memory.records[key]
        # A list also has those whose decisions are no longer on the stream.
        memory.lists.clear()
    return memory


def _comment(memory: Memory, event: Event[Any], fact: CommentModerated, notices: Notices) -> None:
    given = memory.given(reads_standing(fact.comment_id), event, fact.decision.at)
    before = Standing.of(given.records[record_key(fact.comment_id)])
    decision, human = fact.decision, fact.decision.actor.kind == "human"
    after = Standing(
        comment_id=fact.comment_id,
        article_id=fact.article_id,
        revision=fact.revision,
        decision=decision,
        comment=fact.comment,
        facts=fact.facts,
        queue=fact.queue,
        deadline=fact.deadline,
        author_id=fact.author_id,
        stopped=_stopped(decision, before),
        asked=event.causationid if human else None,
        first=decision.actor.id if human and decision.reason == SECOND_PERSON else None,
    )
    memory.apply(decided(after, before, given, notices))
    if fact.comment is None and fact.author_id is not None:
        reads = Reads(records={tally_key(fact.author_id): ("tally",), author_key(fact.author_id): ("known",)})
        memory.apply(tally.forgotten(fact, *memory.given(reads, event, decision.at).records.values()))
    if fact.comment is not None:
        key = tally_key(fact.comment.author.id)
        record = memory.given(Reads(records={key: ("tally",)}), event, decision.at).records[key]
        memory.apply(tally.counted(fact.comment, decision, record))


def _stopped(decision: Decision, before: Standing | None) -> bool:
    if decision.actor.kind == "human":
        return decision.verdict is not Verdict.PUBLISH
    return decision.reason == REPORTED or (before is not None and before.stopped)


def _case(memory: Memory, event: Event[Any], fact: CaseChanged) -> None:
    at = event.time or fact.case.opened_at
    given = memory.given(reads_case(fact.comment_id), event, at)
    before = case_of(given.records[case_key(fact.comment_id)])
    memory.apply(changed(fact.what, fact.case, before, given))
    memory.apply(tally.count_reports(fact, memory.given(tally.reads_closed(fact), event, at)))


def _action(memory: Memory, event: Event[Any], done: ActionTaken, rules: Rulebook, notices: Notices) -> None:
    """Asked for once more; it was allowed then."""
    who: dict[str, Any] = {"actor": done.actor, "role": Role.ADMIN}
    if done.sanction is not None:
        one = done.sanction
        lift = done.action == "pardon"
        until = None if lift else one.until
        wish = SanctionRequested(
            **who, author_id=done.about, kind=one.kind, section=one.section, until=until, reason=one.reason, lift=lift
        )
        memory.apply(act.decide_sanction(wish, memory.given(act.reads_sanction(wish), event, done.at), notices))
    elif done.mode is not None:
        mode = ThreadRequested(**who, article_id=done.about, mode=done.mode)
        memory.apply(act.decide_mode(mode, memory.given(act.reads_mode(mode), event, done.at)))
    elif done.kind is not None:
        hold = HoldRequested(**who, article_id=done.about, kind=done.kind, lift=done.action != "hold", note=done.note)
        memory.apply(gate.decide_hold(hold, memory.given(gate.reads_hold(hold), event, done.at), rules.named))


def _article(
    memory: Memory, event: Event[Any], enriched: Mapping[str, Event[ArticleEnriched]], rules: Rulebook
) -> None:
    """As it came to the gate; what people did there is told by their actions."""
    came = enriched.get(event.causationid or "")
    if came is None or came.data is None or event.time is None:
        return
    given = memory.given(gate.reads_article(came.data), came, event.time)
    told = event.data.causes if isinstance(event.data, ArticleHeld) else ()
    memory.apply(
        gate.decide_article(came.data, given, rules, lambda fact, rules: unchecked(told, fact, causes(fact, rules)))
    )
