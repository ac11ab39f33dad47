"""What follows from what was decided: how an author's comments stand, how a reporter's reports ended, lists.

What people decide is read back from moderation's own streams: a request need not know whose comment it is about.
"""

from services.moderation.known import QUIET_MS, Known, Tally, author_key, reporter_key, tally_key
from shared.cases import Report
from shared.comments import Comment, Decision, Verdict
from shared.events import CaseChanged, CommentModerated
from shared.keys import escape
from shared.outcome import Expire, Given, Index, Outcome, Reads, Record, Save

LISTED = 200
"""Newest comments of an author and of a thread that people can leaf through."""
_COUNTED = {
    Verdict.PUBLISH.value: "published", Verdict.FLAG.value: "published", Verdict.HOLD.value: "held",
    Verdict.REJECT.value: "rejected",
}  # fmt: skip


def counted(comment: Comment, decision: Decision, record: Record) -> Outcome:
    """One comment moves from how it stood to how it stands; ``record``: its author's tally."""
    key = tally_key(comment.author.id)
    after = Tally.of(record).moved(_COUNTED.get(decision.from_state), _COUNTED[decision.verdict.value])
    at, member = comment.created_at.timestamp(), comment.id.encode()
    listed = f"author-comments:{escape(comment.author.id)}"
    in_thread = f"thread-comments:{escape(comment.article_id)}"
    return Outcome(
        save=(Save(key, record.revision, record.seq + 1, {"tally": after.model_dump_json().encode()}),),
        index=(Index(listed, at, member, LISTED), Index(in_thread, at, member, LISTED)),
        expire=tuple(Expire(one, QUIET_MS) for one in (key, listed, in_thread)),
    )


def reads_moderated(fact: CommentModerated) -> Reads:
    """How its author's comments stand; of one that was withdrawn, also their newest words."""
    if fact.author_id is None or _counted_at_once(fact):
        return Reads()
    records: dict[str, tuple[str, ...]] = {tally_key(fact.author_id): ("tally",)}
    if fact.comment is None:
        records[author_key(fact.author_id)] = ("known",)
    return Reads(records=records)


def count_decision(fact: CommentModerated, given: Given) -> Outcome:
    """People's decisions, and what was withdrawn: it counts no more, and its words are forgotten here too."""
    if fact.author_id is None or _counted_at_once(fact):
        return Outcome(note="counted")
    record = given.records[tally_key(fact.author_id)]
    if fact.comment is not None:
        return counted(fact.comment, fact.decision, record)
    return forgotten(fact, record, given.records[author_key(fact.author_id)])


def forgotten(fact: CommentModerated, record: Record, author: Record) -> Outcome:
    """Nothing of it is left but that it was there."""
    id_ = str(fact.author_id)
    after, known = Tally.of(record).moved(_COUNTED.get(fact.decision.from_state), None), Known.of(author)
    rest = tuple((at, of, "" if of == escape(fact.comment_id) else text) for at, of, text in known.recent)
    known = known.model_copy(update={"recent": rest})
    tally = Save(tally_key(id_), record.revision, record.seq + 1, {"tally": after.model_dump_json().encode()})
    words = Save(author_key(id_), author.revision, author.seq + 1, {"known": known.packed})
    return Outcome(save=(tally, words) if author.exists else (tally,))


def _counted_at_once(fact: CommentModerated) -> bool:
    """The engine's first about a revision knows whose it is, and counts it in its own commit."""
    return fact.comment is not None and fact.decision.seq == 0


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
    fades = tuple(Expire(one.key, QUIET_MS) for one in saves)
    return Outcome(save=tuple(saves), expire=fades, note=None if saves else "no_reports")


def _told(fact: CaseChanged) -> tuple[Report, ...]:
    """Of a case that a person has ended; of one that its author ended by a withdrawal nobody knows who was right."""
    return fact.case.reports if fact.what == "closed" and fact.case.upheld is not None else ()


def _shown(fact: CaseChanged) -> bool:
    """An appeal is upheld where the comment is shown, a report where it is not."""
    upheld = bool(fact.case.upheld)
    return upheld if fact.case.appeal else not upheld
