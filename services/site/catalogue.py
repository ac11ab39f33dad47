"""What readers may ask of the shelf; a second connection, so that a page never waits for a commit."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at an address; ``moved_to`` where the story has another path now."""

    shown: bool
    language: str
    rendition: str
    etag: str | None
    body: bytes | None
    gzip: bytes | None
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a front page."""

    headline: str
    section: str | None
    teaser: str | None
    published_at: datetime | None
    reading_minutes: int | None
    path: str
    direction: str
    lead: str | None
    comments: int


_PAGE = """
SELECT s.shown, s.language, s.rendition, s.etag, s.body, s.gzip, s.path
FROM address a JOIN story s USING (article_id, rendition) WHERE a.path = ?
"""

_FRONT = """
SELECT s.headline, s.section, s.teaser, s.published_at, s.reading_minutes, s.path, s.direction, s.lead,
    (SELECT count(*) FROM comment c LEFT JOIN thread t USING (article_id)
     WHERE c.article_id = s.article_id AND c.shown AND c.sequence > coalesce(t.hidden_through, -1))
FROM story s WHERE s.rendition = ? AND s.shown AND s.language = ?
ORDER BY s.listed_at DESC, s.article_id LIMIT ?
"""


class Catalogue:
    """Read-only. Its methods block for well under a millisecond per story."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def version(self) -> int:
        """Changes whenever the writer has committed."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(version)

    def page(self, path: str) -> Page | None:
        """What stands at ``path`` (decoded, no leading slash); ``None`` where nothing ever stood."""
        row = self._db.execute(_PAGE, (path,)).fetchone()
        if row is None:
            return None
        shown, language, rendition, etag, body, zipped, now_at = row
        moved_to = now_at if shown and now_at != path else None
        return Page(bool(shown), language, rendition, etag, body, zipped, moved_to)

    def front(self, language: str, rendition: str, limit: int) -> list[Listed]:
        """The newest stories of a language, newest first."""
        return [
            Listed(headline, section, teaser, at and datetime.fromisoformat(at), *rest)
            for headline, section, teaser, at, *rest in self._db.execute(_FRONT, (rendition, language, limit))
        ]

    def languages(self) -> list[str]:
        """Languages with at least one story, the one that has most first."""
        return [
            language
            for (language,) in self._db.execute(
                "SELECT language FROM story WHERE shown AND rendition = 'full' "
                "GROUP BY language ORDER BY count(*) DESC, language"
            )
        ]

    def shows_picture(self, digest: str) -> bool:
        """True while a shown page refers to it."""
        return self._db.execute("SELECT 1 FROM picture WHERE sha256 = ?", (digest,)).fetchone() is not None

    def media(self, digest: str) -> tuple[str, bytes] | None:
        """Media type and bytes, where they are cached."""
        found: tuple[str, bytes] | None = self._db.execute(
            "SELECT media_type, content FROM media WHERE sha256 = ?", (digest,)
        ).fetchone()
        return found
