"""What a comment is judged by beside its words: its author, its thread, and what was said a moment ago."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.moderation.known import Known, Tally, Thread, author_key, tally_key, thread_key
from services.moderation.standing import Standing
from shared.cases import Sanction, ThreadMode
from shared.comments import AuthorRole, Comment
from shared.events import CommentEnriched
from shared.fold import fold
from shared.keys import escape
from shared.outcome import Expire, Given, Index, Outcome, Reads, Save, Unindex

KEPT = 10
"""Of an author's newest comments, and READ of a thread's: what somebody repeats, they repeat soon."""
READ = 20
LEAST, LONGEST = 20, 300
"""Characters: what is shorter repeats nothing, and what is longer is told by its beginning."""
MOST_A_MINUTE = 60
"""Comments of one author that are counted; a rule may ask for fewer."""
RAID_MS = 3_600_000
"""So long the same words count as the same raid."""
THREAD_MS = 24 * RAID_MS
"""So long after its newest comment a thread remembers what was said."""


@dataclass(frozen=True, slots=True)
class Around:
    """``None`` stands for nothing known: of a comment that is decided apart from its stream."""

    at: datetime
    """When it is judged."""
    known: Known | None = None
    tally: Tally | None = None
    thread: Thread | None = None
    recent: tuple[str, ...] = ()
    """Folded beginnings of the author's newest comments, and of the thread's."""
    same: int = 0
    """How often exactly this was posted before, by anybody, within an hour."""
    folded: str = ""
    """Its own beginning."""

    @property
    def sanctions(self) -> tuple[Sanction, ...]:
        """Those that hold now and here; where the section is not known, those of every section."""
        if self.known is None:
            return ()
        section = self.thread.section if self.thread else None
        return tuple(
            one
            for one in self.known.sanctions
            if (one.until is None or one.until > self.at) and (section is None or one.section in (None, section))
        )

    @property
    def in_a_minute(self) -> int:
        """Comments its author sent within the last minute, this one included."""
        since = (self.at - timedelta(minutes=1)).timestamp()
        return 1 + sum(at > since for at, _, _ in (self.known.recent if self.known else ()))

    def shut(self, role: AuthorRole) -> ThreadMode | None:
        """How its thread is shut to whoever writes in this role."""
        if self.thread is None:
            return None
        mode = self.thread.mode if self.thread.comments_open else ThreadMode.CLOSED
        if mode is ThreadMode.OPEN or (role is AuthorRole.STAFF and mode is not ThreadMode.CLOSED):
            return None
        return mode


def reads_around(fact: CommentEnriched) -> Reads:
    """Its author's records, its thread's, and how often it was said."""
    if fact.comment is None:
        return Reads(newest={_said_key(fact.article_id): READ})
    author = fact.comment.author.id
    records: dict[str, Sequence[str] | None] = {
        author_key(author): ("known",), tally_key(author): ("tally",), thread_key(fact.article_id): ("thread",)
    }  # fmt: skip
    if (same := _same_key(fact)) is not None:
        records[same] = ("count",)
    return Reads(records=records, newest={_said_key(fact.article_id): READ})


def around(fact: CommentEnriched, given: Given) -> Around:
    """What is known when it is decided."""
    if fact.comment is None:
        return Around(given.now)
    author, same = fact.comment.author.id, _same_key(fact)
    known = Known.of(given.records[author_key(author)])
    own = _head(fact.comment_id)
    thread = tuple(
        text
        for member in given.newest[_said_key(fact.article_id)]
        for id_, _, text in (member.decode().partition("\n"),)
        if id_ != own
    )
    return Around(
        at=given.now,
        known=known,
        tally=Tally.of(given.records[tally_key(author)]),
        thread=Thread.of(given.records[thread_key(fact.article_id)]),
        # An earlier revision of the same comment is no repeat.
        recent=(*(text for _, id_, text in known.recent if text and id_ != own), *thread),
        same=int(given.records[same].fields.get("count", b"0")) if same else 0,
        folded=_beginning(fact.comment),
    )


def remembered(fact: CommentEnriched, here: Around, given: Given, before: Standing | None) -> Outcome:
    """What the next comment is judged by. An edit counts as one more, and its words take the place of those before."""
    key, own = _said_key(fact.article_id), _head(fact.comment_id)
    old = tuple(
        Unindex(key, member) for member in given.newest[key] if member.decode().partition("\n")[0] == own
    )  # fmt: skip
    if fact.comment is None:
        return Outcome(unindex=old)
    author, record = fact.comment.author.id, given.records[author_key(fact.comment.author.id)]
    member = f"{own}\n{here.folded}".encode()
    index = (Index(key, given.now.timestamp(), member, READ),) if here.folded else ()
    known = here.known or Known()
    known = known.model_copy(update={"recent": _recent(own, here.folded, known, given.now)})
    fades = [Expire(author_key(author), known.keep_ms)]
    if index:
        fades.append(Expire(key, THREAD_MS))
    saves = [Save(author_key(author), record.revision, record.seq + 1, {"known": known.packed})]
    same, digest = _same_key(fact), fact.facts.folded_sha256 if fact.facts else None
    if same is not None and not (before and before.facts and before.facts.folded_sha256 == digest):
        seen = given.records[same]
        saves.append(Save(same, seen.revision, seen.seq + 1, {"count": json.dumps(here.same + 1).encode()}))
        fades.append(Expire(same, RAID_MS))
    return Outcome(save=tuple(saves), index=index, unindex=old, expire=tuple(fades))


def _recent(own: str, folded: str, known: Known, now: datetime) -> tuple[tuple[float, str, str], ...]:
    """The newest words, and how often somebody wrote within a minute, which needs no words."""
    since = (now - timedelta(minutes=1)).timestamp()
    rest = [(at, id_, "" if id_ == own else text) for at, id_, text in known.recent]
    kept = [
        (at, id_, text if place < KEPT else "") for place, (at, id_, text) in enumerate(rest, 1)
        if place < KEPT or at > since
    ]  # fmt: skip
    return ((now.timestamp(), own, folded), *kept[:MOST_A_MINUTE])


def _beginning(comment: Comment) -> str:
    return fold(comment.body[: 2 * LONGEST]).text.strip()[:LONGEST]


def _head(comment_id: str) -> str:
    return escape(comment_id)


def _said_key(article_id: str) -> str:
    return f"said:{escape(article_id)}"


def _same_key(fact: CommentEnriched) -> str | None:
    # "Thank you" may be said by everybody.
    short = fact.comment is None or len(fact.comment.body) < LEAST
    digest = fact.facts.folded_sha256 if fact.facts and not short else None
    return f"same:{digest}" if digest else None
