"""What the site shows and how far it has read, in one SQLite file and always changed together."""

import fcntl
import gzip
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.site import index
from services.site.bodies import lead_in, pictures_in
from services.site.entries import FULL, JSON, Entry
from shared.events import ReceiptGiven, derived_id

FORGET_WAIT_MS = 250
"""How long readers may hold up the emptying of the log before it is put off to the next turn."""

SCHEMA = ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql")
"""What makes a file, in order; after the first n of them its version is n."""

SEARCHES_SINCE = 3
INDEXES_KEPT = timedelta(days=14)


class Taken(RuntimeError):  # noqa: N818 - says what happened
    """Another site writes this file: give each its own with LIGHTWIRE_SITE_DB."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry to apply; ``body`` is the page or the notice, ``None`` where there is none to keep."""

    entry: Entry
    body: bytes | None = None


def _stores(n: int | None) -> bool:
    """True for what an SQLite integer holds."""
    return n is not None and -(2**63) <= n < 2**63


class Shelf:
    """The one writer. Its methods block: call them off the event loop, one at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_name(path.name + ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise Taken(f"{path}: {Taken.__doc__}") from None
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        # A killed story must be gone from the file, not only from the pages.
        self._db.execute("PRAGMA secure_delete = ON")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(SCHEMA):
            raise RuntimeError(f"{path} was written by a newer release (schema {version}): use that, or another file")
        for number, name in enumerate(SCHEMA[version:], version + 1):
            schema = files("services.site").joinpath(name).read_text("utf-8")
            self._db.executescript(f"BEGIN; {schema} PRAGMA user_version = {number}; COMMIT;")
        if version < SEARCHES_SINCE:
            index.note_all(self._db)
        # The process before this one may have ended between a withdrawal and its forgetting.
        self.remembers = True
        self._index_remembers = True
        self.version = 0
        """Odd while what is shown changes, then a greater even one: what was read under an even one is what is shown
        for as long as that stays."""

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self.version += 1
        try:
            yield
        finally:
            self.version += 1

    def close(self) -> None:
        """Release the file."""
        self._db.close()
        self._lock.close()

    def cursors(self) -> dict[str, str]:
        """Stream (full key) → the last entry applied."""
        return dict(self._db.execute("SELECT stream, id FROM cursor"))

    def commit(self, changes: Sequence[Change], cursors: Mapping[str, str]) -> list[bool]:
        """Apply the changes and move the cursors, all or nothing; per change, whether it was news."""
        packed = [gzip.compress(change.body, 9, mtime=0) if change.body else None for change in changes]
        with self._changing():
            news = self._commit(changes, packed, cursors)
        withdrawn = {change.entry.data.rendition for change in changes if not change.entry.published}
        self.remembers |= bool(withdrawn)
        # A comment taken back is never in the index; merging it for each would cost the whole index each time.
        self._index_remembers |= JSON in withdrawn
        return news

    def _commit(
        self, changes: Sequence[Change], packed: Sequence[bytes | None], cursors: Mapping[str, str]
    ) -> list[bool]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            news = [self._apply(change, zipped) for change, zipped in zip(changes, packed, strict=True)]
            self._db.executemany("INSERT OR REPLACE INTO cursor VALUES (?, ?)", cursors.items())
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return news

    def forget(self) -> None:
        """Empty SQLite's log, where withdrawn words outlive the page they stood on.

        ``remembers`` stays true where a reader of the file held it up: call again.
        """
        if self._index_remembers:
            index.forget(self._db)
            self._index_remembers = False
        self._db.execute(f"PRAGMA busy_timeout = {FORGET_WAIT_MS}")
        try:
            busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._db.execute("PRAGMA busy_timeout = 5000")
        self.remembers = bool(busy)

    def _apply(self, change: Change, zipped: bytes | None) -> bool:
        entry, data = change.entry, change.entry.data
        if entry.of_comment:
            return self._comment(entry)
        row: dict[str, Any] = {
            "article_id": data.article_id, "rendition": data.rendition, "revision": data.revision,
            "sequence": data.sequence, "shown": entry.published, "language": entry.language,
            "direction": data.direction.value, "listed_at": entry.listed_at.isoformat(),
            "headline": None, "section": None, "teaser": None,
            "published_at": None, "reading_minutes": None, "lead": None,
            "path": entry.path, "etag": data.sha256 if change.body else None, "body": change.body, "gzip": zipped,
            "supersedes": None, "signature": data.signature, "br_ref": None, "br": None,
        }  # fmt: skip
        pictures = pictures_in(change.body or b"") if entry.published else []
        if entry.published:
            row |= {
                "headline": data.headline, "section": data.section, "teaser": data.teaser,
                "reading_minutes": data.reading_minutes if _stores(data.reading_minutes) else None,
                "published_at": data.published_at and data.published_at.isoformat(),
                "lead": lead_in(change.body or b"") if pictures else None, "supersedes": data.supersedes,
                "br_ref": next((encoding.content_ref for encoding in data.encodings if encoding.coding == "br"), None),
            }  # fmt: skip
        whose = (data.article_id, data.rendition)
        if entry.published and self._shows(*whose):
            # What this page no longer says, such as a comment that was taken back, must go from the file as well.
            self.remembers = True
        # The highest sequence is shown, whatever order entries come in; the same one again changes nothing.
        done = self._db.execute(
            f"INSERT INTO story ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)}) "  # noqa: S608
            "ON CONFLICT (article_id, rendition) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in row)
            + " WHERE excluded.sequence > story.sequence",
            row,
        )
        if done.rowcount == 0:
            return False
        if entry.path:
            # A withdrawal names its own address; it never takes one from a story that is shown there.
            taken = "UPDATE SET article_id = excluded.article_id, rendition = excluded.rendition"
            self._db.execute(
                "INSERT INTO address VALUES (?, ?, ?) ON CONFLICT (path) DO "  # noqa: S608 - one of two constants
                + (taken if entry.published else "NOTHING"),
                (entry.path, *whose),
            )
        self._db.execute("DELETE FROM picture WHERE article_id = ? AND rendition = ?", whose)
        self._db.executemany("INSERT INTO picture VALUES (?, ?, ?)", [(*whose, digest) for digest in pictures])
        if not entry.published:
            self._db.execute("DELETE FROM media WHERE sha256 NOT IN (SELECT sha256 FROM picture)")
        if data.rendition == JSON:
            index.note(self._db, data.article_id, change.body if entry.published else None)
        if data.rendition == FULL:
            id_ = derived_id(entry.event_id, "site", ReceiptGiven.type, 0)
            values = (id_, data.article_id, data.revision, data.sequence)
            self._db.execute("INSERT OR IGNORE INTO receipt VALUES (NULL, ?, ?, ?, ?)", values)
        return True

    def _shows(self, article_id: str, rendition: str) -> bool:
        asked = "SELECT 1 FROM story WHERE article_id = ? AND rendition = ? AND shown"
        return self._db.execute(asked, (article_id, rendition)).fetchone() is not None

    def _comment(self, entry: Entry) -> bool:
        data = entry.data
        if data.comment_id is None:
            return self._db.execute(
                "INSERT INTO thread VALUES (?, ?) ON CONFLICT (article_id) DO UPDATE SET "
                "hidden_through = excluded.hidden_through WHERE excluded.hidden_through > thread.hidden_through",
                (data.article_id, data.sequence),
            ).rowcount > 0  # fmt: skip
        return self._db.execute(
            "INSERT INTO comment VALUES (?, ?, ?, ?) ON CONFLICT (article_id, comment_id) DO UPDATE SET "
            "sequence = excluded.sequence, shown = excluded.shown WHERE excluded.sequence > comment.sequence",
            (data.article_id, data.comment_id, data.sequence, entry.published),
        ).rowcount > 0  # fmt: skip

    def secret(self) -> bytes:
        """What forms are signed with; made once, so that a form given before a restart is taken after it."""
        found = self._db.execute("SELECT value FROM secret WHERE name = 'forms'").fetchone()
        if found is None:
            found = (secrets.token_bytes(32),)
            self._db.execute("INSERT INTO secret VALUES ('forms', ?)", found)
        return bytes(found[0])

    def receipts(self, limit: int) -> list[tuple[str, ReceiptGiven]]:
        """Event id and receipt of what Redis has not been told yet."""
        rows = self._db.execute(
            "SELECT event_id, article_id, revision, sequence FROM receipt ORDER BY number LIMIT ?", (limit,)
        )
        return [
            (event_id, ReceiptGiven(channel="site", article_id=article_id, revision=revision, sequence=sequence))
            for event_id, article_id, revision, sequence in rows
        ]

    def receipts_sent(self, event_ids: Sequence[str]) -> None:
        """Redis has them."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("DELETE FROM receipt WHERE event_id = ?", [(event_id,) for event_id in event_ids])
        self._db.execute("COMMIT")

    def keep_media(self, digest: str, media_type: str, content: bytes) -> None:
        """Cache a picture, if a page still shows it."""
        self._db.execute(
            "INSERT OR IGNORE INTO media SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM picture WHERE sha256 = ?)",
            (digest, media_type, content, digest),
        )

    def keep_brotli(self, article_id: str, rendition: str, etag: str, content: bytes) -> None:
        """The body as brotli, if that body is still the one that is shown."""
        with self._changing():
            self._db.execute(
                "UPDATE story SET br = ? WHERE article_id = ? AND rendition = ? AND etag = ? AND shown",
                (content, article_id, rendition, etag),
            )

    def keep_index(self, day: date, content: str, signature: str) -> None:
        """The index of a day, once and for all; those of more than ``INDEXES_KEPT`` days ago go."""
        self._db.execute("INSERT OR IGNORE INTO day_index VALUES (?, ?, ?)", (day.isoformat(), content, signature))
        self._db.execute("DELETE FROM day_index WHERE day < ?", ((day - INDEXES_KEPT).isoformat(),))
