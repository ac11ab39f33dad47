"""Decide about comments, as engine and as person, under the same rules of what may follow what.

Invariants: a decision names the revision and the decision it saw, and a stale one is refused. The engine never decides
again what is decided, and releases no edit of what a person held or rejected. Nothing is published without a record.
"""

from collections.abc import Callable
from datetime import datetime

from services.moderation.moderate import decision_id, moderate
from services.moderation.policy import Rulebook
from services.moderation.standing import STANDING, TARGETS, USUAL, Standing, queued, record_key
from shared.comments import Decision, Verdict
from shared.events import CommentEnriched, CommentModerated, DecisionRefused, DecisionRequested
from shared.outcome import Given, Outcome, Save

AFTER_A_PERSON = "after-person"

Judge = Callable[[CommentEnriched, Rulebook, datetime], Decision]


def decide_comment(fact: CommentEnriched, given: Given, rules: Rulebook, judge: Judge = moderate) -> Outcome:
    """The engine's decision on a revision nobody has decided about."""
    before = Standing.of(given.records[record_key(fact.comment_id)])
    if before and fact.revision <= before.revision:
        return Outcome(note="duplicate" if fact.revision == before.revision else "stale")
    decision = judge(fact, rules, given.now)
    if before:
        decision = _after(before, decision).model_copy(update={"supersedes": before.decision.id})
    queue = queued(decision, rules)
    after = Standing(
        comment_id=fact.comment_id,
        article_id=fact.article_id,
        revision=fact.revision,
        decision=decision,
        comment=fact.comment,
        facts=fact.facts,
        queue=queue,
        deadline=given.now + TARGETS.get(queue, USUAL) if queue else None,
        stopped=before is not None and before.stopped,
    )
    return _decided(after, before)


def decide_request(asked: DecisionRequested, given: Given) -> Outcome:
    """A person's decision, or the refusal of it: who was second is told who was first, when, and with what."""
    before = Standing.of(given.records[record_key(asked.comment_id)])
    if before is None:
        return _refused(asked, "unknown", "no comment of this id has been decided about: look at its spelling")
    if before.asked == given.event.id:
        return Outcome(note="duplicate")
    standing = before.decision
    if before.comment is None:
        return _refused(asked, "withdrawn", "its author took it back: there is nothing left to decide", standing)
    if (asked.revision, asked.seq) != (before.revision, standing.seq):
        what = "was edited" if asked.revision != before.revision else "was decided about"
        detail = f"it {what} since you looked: {_told(standing)}; look again, then decide"
        return _refused(asked, "stale", detail, standing)
    decision = Decision(
        id=decision_id("comment", asked.comment_id, asked.revision, standing.seq + 1, standing.policy),
        subject=asked.comment_id,
        revision=asked.revision,
        seq=standing.seq + 1,
        at=given.now,
        actor=asked.actor,
        from_state=standing.verdict.value,
        verdict=asked.verdict,
        reason=asked.reason,
        policy=standing.policy,
        note=asked.note,
        supersedes=standing.id,
    )
    held = asked.verdict is Verdict.HOLD
    queue = (before.queue or "abuse") if held else None
    deadline = (before.deadline or given.now + TARGETS.get(queue or "", USUAL)) if held else None
    after = before.model_copy(
        update={
            "decision": decision, "queue": queue, "deadline": deadline, "asked": given.event.id,
            "stopped": asked.verdict is not Verdict.PUBLISH,
        }
    )  # fmt: skip
    return _decided(after, before)


def _after(before: Standing, decision: Decision) -> Decision:
    """An edit of what a person held or rejected waits for a person too."""
    if not before.stopped or decision.verdict.severity >= Verdict.HOLD.severity:
        return decision
    return decision.model_copy(update={"verdict": Verdict.HOLD, "rule": None, "reason": AFTER_A_PERSON})


def _decided(after: Standing, before: Standing | None) -> Outcome:
    key, fields = record_key(after.comment_id), {STANDING: after.model_dump_json(by_alias=True).encode()}
    moderated = CommentModerated(
        comment_id=after.comment_id,
        article_id=after.article_id,
        revision=after.revision,
        comment=after.comment,
        facts=after.facts,
        decision=after.decision,
    )
    return Outcome(
        publish=(moderated,),
        save=(Save(key, after.revision, after.decision.seq, fields),),
        unindex=before.leaves if before and before.queue != after.queue else (),
        index=after.waits,
    )


def _refused(asked: DecisionRequested, why: str, detail: str, standing: Decision | None = None) -> Outcome:
    refusal = DecisionRefused(
        comment_id=asked.comment_id,
        revision=asked.revision,
        seq=asked.seq,
        actor=asked.actor,
        why=why,
        detail=detail,
        standing=standing,
    )
    return Outcome(publish=(refusal,), note=f"refused_{why}")


def _told(decision: Decision) -> str:
    return f"{decision.verdict.value} by {decision.actor.id} at {decision.at:%Y-%m-%d %H:%M:%S} UTC"
