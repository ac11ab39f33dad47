"""Decide about comments, as engine and as person, under the same rules of what may follow what.

Invariants: a decision names the revision and the decision it saw, and a stale one is refused. The engine never decides
again what a person decided, and releases no edit of what a person held or rejected. Nothing is published without a
record.
"""

from collections.abc import Callable
from datetime import datetime

from services.moderation.around import Around, around, reads_around, remembered
from services.moderation.case_record import case_key, case_of, changed, closed, reads_case, withdrawn
from services.moderation.known import tally_key
from services.moderation.moderate import ENGINE, decision_id, moderate
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.standing import STANDING, TARGETS, USUAL, Standing, queued, reads_standing, record_key
from services.moderation.tally import counted
from shared.cases import Case
from shared.comments import Decision, Queue, Verdict
from shared.events import CommentEnriched, CommentModerated, DecisionRefused, DecisionRequested
from shared.outcome import Given, Outcome, Reads, Save, together

AFTER_A_PERSON = "after-person"
SECOND_PERSON = "second-person"
REPORTED = "reported"

Judge = Callable[[CommentEnriched, Rulebook, Around], Decision]


def judge(fact: CommentEnriched, rules: Rulebook, here: Around) -> Decision:
    """As it is done where nobody measures."""
    return moderate(fact, rules, here.at, around=here)


def reads_comment(fact: CommentEnriched) -> Reads:
    """What holds about it, and what it is judged by beside its words."""
    beside = reads_around(fact)
    records = {**reads_standing(fact.comment_id).records, **beside.records}
    if fact.comment is None:
        records |= reads_case(fact.comment_id).records
    return Reads(records=records, newest=beside.newest)


def decide_comment(
    fact: CommentEnriched, given: Given, rules: Rulebook, notices: Notices, judge: Judge = judge
) -> Outcome:
    """The engine's decision on a revision nobody has decided about."""
    before = Standing.of(given.records[record_key(fact.comment_id)])
    if before and fact.revision <= before.revision:
        return Outcome(note="duplicate" if fact.revision == before.revision else "stale")
    here = around(fact, given)
    decision = judge(fact, rules, here)
    if before:
        told = {"supersedes": before.decision.id, "from_state": before.decision.verdict.value}
        by_readers = before.decision.reason == REPORTED
        decision = after_a_stop(decision, stopped=before.stopped, by_readers=by_readers).model_copy(update=told)
    if fact.comment:
        decision = _with_appeal(decision, given.now, rules).model_copy(update={"two_person": rules.asks_two(decision)})
    queue = queued(decision, rules)
    after = Standing(
        comment_id=fact.comment_id,
        article_id=fact.article_id,
        revision=fact.revision,
        decision=decision,
        comment=fact.comment,
        author_id=fact.comment.author.id if fact.comment else before.author_id if before else None,
        facts=fact.facts,
        queue=queue,
        deadline=given.now + TARGETS.get(queue, USUAL) if queue else None,
        stopped=before is not None and before.stopped,
    )
    outcome = together(decided(after, before, given, notices), remembered(fact, here, given, before))
    if fact.comment is None:
        return together(outcome, _case_withdrawn(fact, given))
    return together(outcome, counted(fact.comment, decision, given.records[tally_key(fact.comment.author.id)]))


def _case_withdrawn(fact: CommentEnriched, given: Given) -> Outcome:
    """Nobody need look any more, and what was said about it goes with it."""
    case = case_of(given.records[case_key(fact.comment_id)])
    return changed("closed", withdrawn(case, given.now), case, given) if case and case.open else Outcome()


def reads_request(asked: DecisionRequested) -> Reads:
    """What holds about the comment, and its case."""
    return Reads(records={**reads_standing(asked.comment_id).records, **reads_case(asked.comment_id).records})


def decide_request(asked: DecisionRequested, given: Given, rules: Rulebook, notices: Notices) -> Outcome:
    """A person's decision, or the refusal of it: who was second is told who was first, when, and with what."""
    before = Standing.of(given.records[record_key(asked.comment_id)])
    if before is None:
        return refused_decision(asked, "unknown", "no comment of this id has been decided about: look at its spelling")
    if before.asked == given.event.id:
        return Outcome(note="duplicate")
    case, standing = case_of(given.records[case_key(asked.comment_id)]), before.decision
    if refusal := _may_not(asked, before, case):
        return refused_decision(asked, *refusal, standing)
    verdict, reason, first = asked.verdict, asked.reason, None
    if verdict is Verdict.PUBLISH and standing.two_person and before.first is None:
        verdict, reason, first = Verdict.HOLD, SECOND_PERSON, asked.actor.id
    decision = Decision(
        id=decision_id("comment", asked.comment_id, asked.revision, standing.seq + 1, standing.policy),
        subject=asked.comment_id,
        revision=asked.revision,
        seq=standing.seq + 1,
        at=given.now,
        actor=asked.actor,
        from_state=standing.verdict.value,
        verdict=verdict,
        reason=reason,
        policy=standing.policy,
        # What two people have let through is no longer theirs alone to let through again.
        two_person=standing.two_person and verdict is not Verdict.PUBLISH,
        note=asked.note,
        supersedes=standing.id,
    )
    held = verdict is Verdict.HOLD
    queue = (before.queue or Queue.ABUSE) if held else None
    after = before.model_copy(
        update={
            "decision": _with_appeal(decision, given.now, rules),
            "queue": queue,
            "deadline": (before.deadline or given.now + TARGETS.get(queue or "", USUAL)) if held else None,
            "asked": given.event.id,
            "stopped": verdict is not Verdict.PUBLISH,
            "first": first,
        }
    )
    outcome = decided(after, before, given, notices)
    if case and case.open and first is None:
        ended = closed(case, asked.actor.id, given.now, shown=after.shown)
        outcome = together(outcome, changed("closed", ended, case, given))
    return outcome


def engine_again(
    standing: Standing, verdict: Verdict, reason: str, queue: Queue, deadline: datetime, given: Given, rules: Rulebook
) -> Standing:
    """The engine's second look at what it decided itself, on the same revision."""
    before = standing.decision
    decision = Decision(
        id=decision_id("comment", standing.comment_id, standing.revision, before.seq + 1, rules.named),
        subject=standing.comment_id,
        revision=standing.revision,
        seq=before.seq + 1,
        at=given.now,
        actor=ENGINE,
        from_state=before.verdict.value,
        verdict=verdict,
        reason=reason,
        hits=before.hits,
        shadow=before.shadow,
        policy=rules.named,
        two_person=before.two_person,
        supersedes=before.id,
    )
    told = {
        "decision": _with_appeal(decision, given.now, rules), "queue": queue, "deadline": deadline, "asked": None,
        "first": None, "stopped": True,
    }  # fmt: skip
    return standing.model_copy(update=told)


def decided(after: Standing, before: Standing | None, given: Given, notices: Notices) -> Outcome:
    """Written down, told to channels and the author, and moved to where it waits."""
    moderated = CommentModerated(
        comment_id=after.comment_id,
        article_id=after.article_id,
        revision=after.revision,
        comment=after.comment,
        author_id=after.author_id,
        facts=after.facts,
        decision=after.decision,
        queue=after.queue,
        deadline=after.deadline,
    )
    key, fields = record_key(after.comment_id), {STANDING: after.model_dump_json(by_alias=True).encode()}
    return Outcome(
        publish=(moderated, *notices.decision(after, before)),
        save=(Save(key, after.revision, after.decision.seq, fields),),
        unindex=before.leaves if before and before.queue != after.queue else (),
        index=after.waits,
    )


def _may_not(asked: DecisionRequested, before: Standing, case: Case | None) -> tuple[str, str] | None:
    """Why this person may not decide this now, and what they can do."""
    if before.comment is None:
        return "withdrawn", "its author took it back: there is nothing left to decide"
    if (asked.revision, asked.seq) != (before.revision, before.decision.seq):
        what = "was edited" if asked.revision != before.revision else "was decided about"
        return "stale", f"it {what} since you looked: {_told(before.decision)}; look again, then decide"
    if case and case.open and case.appeal and case.appeal.decided_by == asked.actor.id:
        return "same-person", "its author appeals against your own decision: leave it to somebody else"
    if asked.verdict is Verdict.PUBLISH and before.first == asked.actor.id:
        return "same-person", "you have let it through already: a second person must, too"
    return None


def _with_appeal(decision: Decision, now: datetime, rules: Rulebook) -> Decision:
    if decision.verdict.severity < Verdict.HOLD.severity or not rules.appeals:
        return decision
    return decision.model_copy(update={"appeal_until": now + rules.appeals})


def after_a_stop(decision: Decision, *, stopped: bool, by_readers: bool) -> Decision:
    """An edit of what a person held or rejected, or readers' reports held, waits for a person too."""
    if not stopped or decision.verdict.severity >= Verdict.HOLD.severity:
        return decision
    reason = REPORTED if by_readers else AFTER_A_PERSON
    return decision.model_copy(update={"verdict": Verdict.HOLD, "rule": None, "reason": reason})


def refused_decision(asked: DecisionRequested, why: str, detail: str, standing: Decision | None = None) -> Outcome:
    """The answer to whoever may not decide, or not any more; nothing has changed."""
    refusal = DecisionRefused(
        comment_id=asked.comment_id,
        revision=asked.revision,
        seq=asked.seq,
        actor=asked.actor,
        why=why,
        detail=detail,
        standing=standing,
    )
    return Outcome(publish=(refusal,), note=f"refused_{why.replace('-', '_')}")


def _told(decision: Decision) -> str:
    return f"{decision.verdict.value} by {decision.actor.id} at {decision.at:%Y-%m-%d %H:%M:%S} UTC"
