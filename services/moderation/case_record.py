"""The record of a case, and its place in a queue."""

from datetime import datetime

from services.moderation.known import ALWAYS_MS, QUIET_MS
from services.moderation.standing import EVERYTHING, TARGETS, USUAL, Standing
from shared.cases import Case
from shared.comments import Queue
from shared.events import CaseChanged
from shared.keys import escape
from shared.outcome import Expire, Given, Index, Outcome, Reads, Record, Save, Unindex

CASE = "case"


def case_key(comment_id: str) -> str:
    """The case of a comment; it has one at a time."""
    return f"case:{escape(comment_id)}"


def cases_key(queue: str) -> str:
    """Comments with an open case there, by the time somebody should have decided: apart from those that are held."""
    return f"cases:{queue}"


def reads_case(comment_id: str) -> Reads:
    """The case, open or closed."""
    return Reads(records={case_key(comment_id): (CASE,)})


def case_of(record: Record) -> Case | None:
    """None where nobody has ever asked for another look."""
    stored = record.fields.get(CASE)
    return Case.model_validate_json(stored) if stored else None


def opened(standing: Standing, before: Case | None, queue: Queue, now: datetime) -> Case:
    """The open case of a comment, or a new one in ``queue``."""
    if before and before.open:
        return before
    return Case(
        comment_id=standing.comment_id,
        article_id=standing.article_id,
        revision=standing.revision,
        opened_at=now,
        queue=queue,
        deadline=now + TARGETS.get(queue, USUAL),
    )


def changed(what: str, after: Case, before: Case | None, given: Given) -> Outcome:
    """Told, written down, and moved to where it waits."""
    key = case_key(after.comment_id)
    record, member = given.records[key], after.comment_id.encode()
    left = before.queue if before and before.open and (before.queue != after.queue or not after.open) else None
    return Outcome(
        publish=(
            CaseChanged(comment_id=after.comment_id, article_id=after.article_id, what=what, case=after),
        ),
        save=(Save(key, record.revision, record.seq + 1, {CASE: after.model_dump_json(exclude_none=True).encode()}),),
        expire=(Expire(key, ALWAYS_MS if after.open else QUIET_MS),),
        unindex=(Unindex(cases_key(left), member),) if left else (),
        index=(Index(cases_key(after.queue), after.deadline.timestamp(), member, EVERYTHING),) if after.open else (),
    )  # fmt: skip


def closed(case: Case, by: str, now: datetime, *, shown: bool) -> Case:
    """Ended by a decision: ``shown`` says what the public sees now."""
    upheld = shown if case.appeal else not shown
    return case.model_copy(update={"closed_at": now, "closed_by": by, "upheld": upheld})


def withdrawn(case: Case, now: datetime) -> Case:
    """Ended by its author, without the words of anybody."""
    told = {
        "reports": tuple(one.model_copy(update={"note": None}) for one in case.reports),
        "appeal": case.appeal and case.appeal.model_copy(update={"words": ""}),
        "escalation": case.escalation and case.escalation.model_copy(update={"note": None}),
    }
    return case.model_copy(update={**told, "closed_at": now, "closed_by": "author"})
