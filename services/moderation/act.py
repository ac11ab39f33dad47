"""What people do that is no decision about a comment: sanctions, and who may speak under a story."""

from services.moderation.known import Gate, Known, Thread, author_key, story_ms, thread_key
from services.moderation.notices import Notices
from shared.cases import Sanction
from shared.events import ActionTaken, RequestRefused, SanctionRequested, ThreadRequested
from shared.outcome import Expire, Given, Outcome, Reads, Save
from shared.requests import PersonAsks

MOST_SANCTIONS = 50
"""Of one author at one time; none ever pushes out another."""


def reads_sanction(asked: SanctionRequested) -> Reads:
    """The author's record."""
    return Reads(records={author_key(asked.author_id): ("known",)})


def decide_sanction(asked: SanctionRequested, given: Given, notices: Notices) -> Outcome:
    """Imposed or lifted; one of a kind in a section replaces the one before. The author is told."""
    key = author_key(asked.author_id)
    record = given.records[key]
    known = Known.of(record)
    rest = tuple(one for one in known.sanctions if (one.kind, one.section) != (asked.kind, asked.section))
    sanction = Sanction(
        kind=asked.kind, section=asked.section, until=asked.until, reason=asked.reason, by=asked.actor.id, at=given.now
    )
    if asked.lift and len(rest) == len(known.sanctions):
        return refused(asked, "unknown", "no sanction of this kind holds there: look at the section")
    if not asked.lift and asked.until is not None and asked.until <= given.now:
        return refused(asked, "unusable", "until has passed: name a time to come")
    rest = tuple(one for one in rest if one.until is None or one.until > given.now)
    if not asked.lift and len(rest) >= MOST_SANCTIONS:
        return refused(asked, "unusable", f"{MOST_SANCTIONS} hold about this author already: lift one, or ban them")
    after = rest if asked.lift else (sanction, *rest)
    action = ActionTaken(
        action="pardon" if asked.lift else "sanction", about=asked.author_id, actor=asked.actor, at=given.now,
        sanction=sanction, note=asked.note,
    )  # fmt: skip
    known = known.model_copy(update={"sanctions": after})
    return Outcome(
        publish=(action, notices.sanction(asked, sanction)),
        save=(Save(key, record.revision, record.seq + 1, {"known": known.packed}),),
        expire=(Expire(key, known.keep_ms),),
    )


def reads_mode(asked: ThreadRequested) -> Reads:
    """The story as moderation knows it."""
    return Reads(records={thread_key(asked.article_id): ("thread", "gate")})


def decide_mode(asked: ThreadRequested, given: Given) -> Outcome:
    """Who may speak under a story from now on; what was said stays."""
    key = thread_key(asked.article_id)
    record = given.records[key]
    thread = Thread.of(record)
    if thread is None:
        return refused(asked, "unknown", "no story of this id has come: look at its spelling")
    after = thread.model_copy(update={"mode": asked.mode})
    action = ActionTaken(action="thread", about=asked.article_id, actor=asked.actor, at=given.now, mode=asked.mode)
    packed = after.model_dump_json(exclude_none=True).encode()
    return Outcome(
        publish=(action,), save=(Save(key, record.revision, record.seq + 1, {"thread": packed}),),
        expire=(Expire(key, story_ms(Gate.of(record), after)),),
    )  # fmt: skip


def refused(asked: PersonAsks, why: str, detail: str) -> Outcome:
    """The answer to whoever asked for what cannot be done; nothing has changed."""
    answer = RequestRefused(
        request=asked.schema_name().rsplit(".", 1)[0], about=asked.subject, actor=asked.actor, why=why, detail=detail
    )  # fmt: skip
    return Outcome(publish=(answer,), note=f"refused_{why.replace('-', '_')}")
