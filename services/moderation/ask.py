"""Readers and authors ask for another look; moderators ask each other."""

from services.moderation.act import refused
from services.moderation.case_record import case_key, case_of, changed, opened, reads_case
from services.moderation.decide import REPORTED, decided, engine_again
from services.moderation.known import Tally, reporter_key
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.standing import TARGETS, USUAL, Standing, reads_standing, record_key
from shared.cases import MOST_REPORTS, Appeal, Escalation, Report, ReportReason
from shared.comments import Queue, Verdict
from shared.events import CommentAppealed, CommentReported, EscalationRequested
from shared.outcome import Given, Outcome, Reads, together


def reads_reported(told: CommentReported) -> Reads:
    """The comment, its case, and how often this reader was right."""
    records = {
        **reads_standing(told.comment_id).records, **reads_case(told.comment_id).records,
        reporter_key(told.reporter): ("tally",),
    }  # fmt: skip
    return Reads(records=records)


def decide_report(told: CommentReported, given: Given, rules: Rulebook, notices: Notices) -> Outcome:
    """A case, and the comment held where its reports weigh enough and no person has said that it may be seen.

    What is not shown needs no report, and a reader who reports twice says nothing new.
    """
    standing = Standing.of(given.records[record_key(told.comment_id)])
    if standing is None or standing.comment is None:
        return Outcome(note="unknown")
    if not standing.shown:
        return Outcome(note="hidden")
    before = case_of(given.records[case_key(told.comment_id)])
    urgent = told.reason is ReportReason.PERSONAL_DATA
    case = opened(standing, before, Queue.SAFETY if urgent else Queue.REPORTED, given.now)
    if urgent and case.queue is Queue.REPORTED:
        due = min(case.deadline, given.now + TARGETS[Queue.SAFETY])
        case = case.model_copy(update={"queue": Queue.SAFETY, "deadline": due})
    own = [one for one in case.reports if one.reporter == told.reporter]
    if any(one.reason is told.reason for one in own):
        return Outcome(note="duplicate")
    if len(case.reports) >= MOST_REPORTS:
        return Outcome(note="enough")
    report = Report(
        reporter=told.reporter, reason=told.reason, note=told.note, at=given.now,
        # Who finds two things wrong is still one reader.
        weight=0 if own else Tally.of(given.records[reporter_key(told.reporter)]).weight,
    )  # fmt: skip
    case = case.model_copy(update={"reports": (*case.reports, report)})
    # The more it weighs, the sooner: a case of four who were always right waits a quarter of the time.
    sooner = case.opened_at + TARGETS.get(case.queue, USUAL) / max(1.0, case.weight)
    case = case.model_copy(update={"deadline": min(case.deadline, sooner)})
    outcome = changed("reported", case, before, given)
    if case.weight >= rules.report_weight and standing.decision.actor.kind == "engine":
        held = engine_again(standing, Verdict.HOLD, REPORTED, Queue.REPORTED, case.deadline, given, rules)
        outcome = together(outcome, decided(held, standing, given, notices))
    return outcome


def reads_appealed(told: CommentAppealed) -> Reads:
    """The comment and its case."""
    return _both(told.comment_id)


def decide_appeal(told: CommentAppealed, given: Given, notices: Notices) -> Outcome:
    """A case for somebody else, once per decision and in time; the author is told either way."""
    standing = Standing.of(given.records[record_key(told.comment_id)])
    if standing is None or standing.comment is None or standing.comment.author.id != told.author_id:
        return Outcome(note="unknown")
    decision, before = standing.decision, case_of(given.records[case_key(told.comment_id)])
    if standing.shown:
        return Outcome(note="shown")
    if before and before.appeal and before.appeal.decision == decision.id:
        return Outcome(note="duplicate")
    if decision.appeal_until is None or given.now > decision.appeal_until:
        return Outcome(publish=(notices.comment("too-late", standing),), note="too_late")
    person = decision.actor.id if decision.actor.kind == "human" else None
    appeal = Appeal(decision=decision.id, decided_by=person, words=told.words, at=given.now)
    case = opened(standing, before, Queue.APPEALS, given.now).model_copy(
        update={"appeal": appeal, "queue": Queue.APPEALS, "deadline": given.now + TARGETS[Queue.APPEALS]}
    )
    return together(changed("appealed", case, before, given), Outcome(publish=(notices.comment("appealed", standing),)))


def reads_escalated(asked: EscalationRequested) -> Reads:
    """The comment and its case."""
    return _both(asked.comment_id)


def decide_escalation(asked: EscalationRequested, given: Given) -> Outcome:
    """A case in another queue; an appeal stays one."""
    standing = Standing.of(given.records[record_key(asked.comment_id)])
    if standing is None or standing.comment is None:
        return refused(asked, "unknown", "no comment of this id is there to be looked at")
    before = case_of(given.records[case_key(asked.comment_id)])
    call = Escalation(by=asked.actor.id, queue=asked.queue, note=asked.note, at=given.now)
    case = opened(standing, before, asked.queue, given.now)
    due = min(case.deadline, given.now + TARGETS.get(asked.queue, USUAL))
    case = case.model_copy(update={"escalation": call, "queue": asked.queue, "deadline": due})
    return changed("escalated", case, before, given)


def _both(comment_id: str) -> Reads:
    return Reads(records={**reads_standing(comment_id).records, **reads_case(comment_id).records})
