"""Every decision and every act of the time the streams keep, in a database in memory: what pages count and list.

It is read from the streams when the desk starts and forgotten when it stops, so there is nothing to migrate, to back up
or to erase twice. The words of comments are not in it.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from importlib.resources import files
from threading import Lock
from typing import Any

from pydantic import ValidationError

from shared.comments import Decision
from shared.envelope import Event
from shared.events import ActionRecorded, CommentModerated
from shared.model import primary

Rows = list[sqlite3.Row]
Entries = list[tuple[bytes, dict[bytes, bytes]]]

_DECISION = "insert or ignore into decisions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Ledger:
    """One connection behind a lock; what takes longer than a moment is asked in a thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(files("services.moderation.desk").joinpath("ledger.sql").read_text("utf-8"))

    async def decided(self, entries: Entries) -> None:
        """A page of ``comments.moderated``."""
        told = list(_read(Event[CommentModerated], entries))
        with self._writing() as write:
            write.executemany(_DECISION, [self._row(one) for one in told])
            write.executemany(
                "insert or ignore into hits values (?, ?, ?, ?)",
                [
                    (one.decision.id, hit.rule, hit.verdict.value, shadow)
                    for one in told
                    for shadow, hits in ((0, one.decision.hits), (1, one.decision.shadow))
                    for hit in hits
                ],
            )

    async def acted(self, entries: Entries) -> None:
        """A page of ``audit``."""
        told = _read(Event[ActionRecorded], entries)
        rows = [
            (one.hash, one.at.timestamp(), one.actor, one.action, one.target, one.detail, one.asked, one.event)
            for one in told
        ]
        with self._writing() as write:
            write.executemany("insert or ignore into acts values (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def looked(self, comment_id: str, revision: int) -> Decision | None:
        """The engine's newest decision about this revision, with everything it rested on."""
        rows = self.ask(
            "select record from decisions where comment_id = ? and revision = ? and kind = 'engine' "
            "and record not null order by seq desc limit 1",
            (comment_id, revision),
        )
        return Decision.model_validate_json(rows[0]["record"]) if rows else None

    def forget(self, before: float) -> None:
        """What the streams have forgotten too; acts are kept for good there, and so here."""
        with self._writing() as write:
            write.execute("delete from hits where decision in (select id from decisions where at < ?)", (before,))
            write.execute("delete from decisions where at < ?", (before,))

    def ask(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Rows by column name."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _writing(self) -> "_Writing":
        return _Writing(self._db, self._lock)

    def _row(self, one: CommentModerated) -> tuple[Any, ...]:
        decision, author = one.decision, one.comment.author if one.comment else None
        return (
            decision.id, one.comment_id, one.article_id, author and author.id, author and author.name, one.revision,
            decision.seq, decision.at.timestamp(), decision.actor.kind, decision.actor.id, decision.verdict.value,
            decision.from_state, decision.rule, decision.reason, primary(one.facts.language) if one.facts else "und",
            one.queue, decision.note, decision.supersedes,
            " ".join(decision.unknown), decision.policy.version,
            decision.model_dump_json(by_alias=True) if decision.hits or decision.shadow or decision.unknown else None,
        )  # fmt: skip


class _Writing:
    """A page is written whole or not at all."""

    def __init__(self, db: sqlite3.Connection, lock: Lock) -> None:
        self._db, self._lock = db, lock

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        self._db.execute("begin")
        return self._db

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            self._db.execute("commit" if kind is None else "rollback")
        finally:
            self._lock.release()


def _read(kind: Any, entries: Entries) -> Iterable[Any]:
    for _, fields in entries:
        try:
            event = kind.model_validate_json(fields[b"event"])
        except (KeyError, ValidationError):
            continue
        if event.data is not None:
            yield event.data
