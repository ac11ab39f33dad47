"""From the events of moderation's own streams, in their order, to the records they stem from.

Nothing is decided again about a comment or a story: what was decided is on the stream. What only counts, lists or keeps
is done by the same functions as on the day.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.moderation import act, gate, tally
from services.moderation.case_record import case_key, case_of, changed, reads_case
from services.moderation.decide import REPORTED, SECOND_PERSON, decided
from services.moderation.known import Gate, author_key, tally_key, thread_key
from services.moderation.memory import Memory
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.rebuild import stories
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
    RequestRefused,
    SanctionRequested,
    ThreadRequested,
)
from shared.outcome import Outcome, Reads

LIVES = ("recent",)
"""What is forgotten by itself within a day, and so is not made again: what was said a moment ago."""


STORY = "thread:"
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
    for event in events:
        match event.data:
            case CommentModerated():
                key = record_key(event.data.comment_id)
                if event.data.decision.supersedes and key not in memory.records:
                    memory.unsure.add(key)
                _comment(memory, event, event.data, notices)
            case CaseChanged():
                _case(memory, event, event.data)
            case ActionTaken():
                _action(memory, event, event.data, rules, notices)
            case ArticleModerated():
                if (came := stories.passed(memory, event, event.data)) is not None:
                    memory.apply(came)
            case ArticleHeld():
                _or_unsure(memory, thread_key(event.data.article_id), stories.held(
                    memory, event, event.data, enriched, rules
                ))  # fmt: skip
            case _:
                pass
    for key in [*memory.records]:
        if key in memory.unsure or (not whole and key.startswith(COUNTED)):
            del memory.records[key]
    # A list also has those whose decisions are no longer on the stream, and stories that are not told for certain.
    kept_out = ("",) if not whole else ("holds:",) if any(key.startswith(STORY) for key in memory.unsure) else ()
    memory.lists = {key: found for key, found in memory.lists.items() if not key.startswith(kept_out)}
    return memory


def _or_unsure(memory: Memory, key: str, outcome: Outcome | None) -> None:
    """Take it in, unless what came before it was not told: then nothing more is known for certain."""
    if outcome is None or any(isinstance(one, RequestRefused) for one in outcome.publish):
        memory.unsure.add(key)
    else:
        memory.apply(outcome)


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
        first=decision.actor.id if human and decision.two_person and decision.reason == SECOND_PERSON else None,
    )
    memory.apply(decided(after, before, given, notices))
    if fact.comment is None and fact.author_id is not None:
        given = memory.given(tally.reads_moderated(fact), event, decision.at)
        memory.apply(tally.count_decision(fact, given))
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
        given = memory.given(act.reads_sanction(wish), event, done.at)
        _or_unsure(memory, author_key(done.about), act.decide_sanction(wish, given, notices))
    elif done.mode is not None:
        mode = ThreadRequested(**who, article_id=done.about, mode=done.mode)
        given = memory.given(act.reads_mode(mode), event, done.at)
        _or_unsure(memory, thread_key(done.about), act.decide_mode(mode, given))
    elif done.kind is not None:
        hold = HoldRequested(**who, article_id=done.about, kind=done.kind, lift=done.action != "hold", note=done.note)
        given = memory.given(gate.reads_hold(hold), event, done.at)
        if hold.lift and (waits := Gate.of(given.records[thread_key(done.about)]).held) is not None:
            # Only what waited then was let go.
            hold = hold.model_copy(update={"revision": waits.revision})
        _or_unsure(memory, thread_key(done.about), gate.decide_hold(hold, given, rules.named))
