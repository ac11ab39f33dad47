"""What follows from what was decided: how an author's comments stand, how a reporter's reports ended, lists for people.

Read back from moderation's own streams, so that a decision need not know beforehand whose comment it is about.
"""

from services.moderation.known import QUIET_MS, Tally, reporter_key, tally_key
from shared.cases import Report
from shared.comments import Verdict
from shared.events import CaseChanged, CommentModerated
from shared.keys import escape
from shared.outcome import Expire, Given, Index, Outcome, Reads, Save

LISTED = 200
"""Newest comments of an author and of a thread that people can leaf through."""
_COUNTED = {
    Verdict.PUBLISH.value: "published", Verdict.FLAG.value: "published", Verdict.HOLD.value: "held",
    Verdict.REJECT.value: "rejected",
}  # fmt: skip


def reads_moderated(fact: CommentModerated) -> Reads:
    """How its author's comments stand."""
    return Reads(records={tally_key(fact.comment.author.id): ("tally",)} if fact.comment else {})


def count_decision(fact: CommentModerated, given: Given) -> Outcome:
    """One comment moves from how it stood to how it stands. Of what was withdrawn the author is not known any more."""
    if fact.comment is None:
        return Outcome(note="withdrawn")
    key = tally_key(fact.comment.author.id)
    record = given.records[key]
    before = _COUNTED.get(fact.decision.from_state)
    after = Tally.of(record).moved(before, _COUNTED[fact.decision.verdict.value])
    at, member = fact.comment.created_at.timestamp(), fact.comment_id.encode()
    listed = f"author-comments:{escape(fact.comment.author.id)}"
    return Outcome(
        save=(Save(key, record.revision, record.seq + 1, {"tally": after.model_dump_json().encode()}),),
        index=(
            Index(listed, at, member, LISTED),
            Index(f"thread-comments:{escape(fact.article_id)}", at, member, LISTED),
        ),
        expire=(Expire(key, QUIET_MS), Expire(listed, QUIET_MS)),
    )


def reads_closed(fact: CaseChanged) -> Reads:
    """How the reports of each of its reporters ended."""
    return Reads(records={reporter_key(one.reporter): ("tally",) for one in _told(fact)})


def count_reports(fact: CaseChanged, given: Given) -> Outcome:
    """Whoever reported what a person then stopped was right, whoever reported what a person let stand was not."""
    saves = []
    for one in _told(fact):
        key = reporter_key(one.reporter)
        record = given.records[key]
        after = Tally.of(record).moved(None, "dismissed" if _shown(fact) else "upheld")
        saves.append(Save(key, record.revision, record.seq + 1, {"tally": after.model_dump_json().encode()}))
    return Outcome(save=tuple(saves), note=None if saves else "no_reports")


def _told(fact: CaseChanged) -> tuple[Report, ...]:
    return fact.case.reports if fact.what == "closed" else ()


def _shown(fact: CaseChanged) -> bool:
    """An appeal is upheld where the comment is shown, a report where it is not."""
    upheld = bool(fact.case.upheld)
    return upheld if fact.case.appeal else not upheld
