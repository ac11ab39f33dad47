"""All comments of an import, on disk, so that answers follow what they answer however large the export is."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Self

_TABLES = """
CREATE TABLE comment (
    id TEXT PRIMARY KEY, parent TEXT, revision INTEGER NOT NULL, at TEXT NOT NULL, told TEXT NOT NULL);
CREATE INDEX answers ON comment (parent);
CREATE TABLE fact (kind TEXT, id TEXT, at TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE refused (id TEXT PRIMARY KEY, why TEXT NOT NULL);
"""
_ORDERED = """
WITH RECURSIVE placed (id, depth) AS (
    SELECT id, 0 FROM comment WHERE parent IS NULL OR parent NOT IN (SELECT id FROM comment)
    UNION SELECT comment.id, depth + 1 FROM placed JOIN comment ON comment.parent = placed.id)
"""


class Spool:
    """A database in a file without a name: it is gone when the program ends, however that is."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(_TABLES)
        self.left_out: Counter[str] = Counter()
        """Why → how many were never meant to come along."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def comment(self, id_: str, parent: str | None, revision: int, at: datetime, told: dict[str, Any]) -> None:
        """Keep one; of one that is told twice, the newest revision."""
        self._db.execute(
            "INSERT INTO comment VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, "
            "revision = excluded.revision, at = excluded.at, told = excluded.told "
            "WHERE excluded.revision > comment.revision",
            (id_, parent, revision, at.isoformat(), json.dumps(told, default=str)),
        )

    def fact(self, kind: str, id_: str, told: dict[str, Any], at: str = "") -> None:
        """Keep what a comment is joined with; the newest of a kind and id."""
        self._db.execute(
            "INSERT INTO fact VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at, "
            "told = excluded.told WHERE excluded.at >= fact.at",
            (kind, id_, at, json.dumps(told)),
        )

    def known(self, kind: str, id_: str | None) -> dict[str, Any]:
        """Empty where nothing is."""
        row = self._db.execute("SELECT told FROM fact WHERE kind = ? AND id = ?", (kind, id_)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def refuse(self, id_: str, why: str) -> None:
        """Remember that one does not come along."""
        self._db.execute("INSERT OR IGNORE INTO refused VALUES (?, ?)", (id_, why))

    def close_circles(self) -> None:
        """Refuse those that answer themselves by way of others: nothing comes before them."""
        self._db.execute(
            f"{_ORDERED} INSERT OR IGNORE INTO refused SELECT id, 'it answers itself, by way of others' "  # noqa: S608
            "FROM comment WHERE id NOT IN (SELECT id FROM placed)"
        )

    @property
    def total(self) -> int:
        """Comments kept."""
        return int(self._db.execute("SELECT count(*) FROM comment").fetchone()[0])

    def in_order(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each after what it answers, otherwise the oldest first."""
        rows = self._db.execute(
            f"{_ORDERED} SELECT comment.id, comment.told FROM placed JOIN comment USING (id) ORDER BY depth, at"  # noqa: S608
        )
        for id_, told in rows:
            yield id_, json.loads(told)

    def refusals(self) -> Iterator[tuple[str, str]]:
        """Id and why."""
        yield from self._db.execute("SELECT id, why FROM refused ORDER BY rowid")
