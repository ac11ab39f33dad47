"""What readers may ask of the shelf; a second connection, so that a page never waits for a commit."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.site.addresses import href
from services.site.folds.collection import Gone


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at an address; ``moved_to`` where the story has another path now, ``replaced_by`` where another
    story that is shown took its place."""

    article_id: str
    shown: int
    """0 where it was withdrawn."""
    language: str
    rendition: str
    headline: str | None
    revision: int
    sequence: int
    etag: str | None
    body: bytes | None
    gzip: bytes | None
    br: bytes | None
    br_ref: str | None
    signature: str | None
    moved_to: str | None = None
    replaced_by: str | None = None


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


@dataclass(frozen=True, slots=True)
class Placed:
    """One page of a sitemap."""

    path: str
    language: str
    headline: str
    published_at: datetime | None
    changed_at: datetime

    @property
    def href(self) -> str:
        """Its address, encoded, from the root."""
        return href(self.path)


_PAGE = """
SELECT s.article_id, s.shown, s.language, s.rendition, s.headline, s.revision, s.sequence, s.etag, s.body, s.gzip,
    s.br, s.br_ref, s.signature, s.path
FROM address a JOIN story s USING (article_id, rendition) WHERE a.path = ?
"""

_REPLACED = """
SELECT n.article_id, n.path FROM story s JOIN story n ON n.supersedes = s.article_id AND n.rendition = s.rendition
WHERE s.article_id = ? AND s.rendition = ? AND n.shown AND n.article_id <> s.article_id
    AND s.supersedes IS NOT n.article_id
ORDER BY n.listed_at DESC, n.article_id LIMIT 1
"""

_FRONT = """
SELECT s.headline, s.section, s.teaser, s.published_at, s.reading_minutes, s.path, s.direction, s.lead,
    (SELECT count(*) FROM comment c LEFT JOIN thread t USING (article_id)
     WHERE c.article_id = s.article_id AND c.shown AND c.sequence > coalesce(t.hidden_through, -1))
FROM listed s WHERE s.rendition = :rendition AND s.language = :language
    AND (:section IS NULL OR s.section = :section)
ORDER BY s.listed_at DESC, s.article_id LIMIT :limit OFFSET :skip
"""

_FOUND = (
    _FRONT.partition("FROM listed s")[0]
    + """
FROM search JOIN story j ON j.rowid = search.rowid
JOIN listed s ON s.article_id = j.article_id AND s.rendition = :rendition
WHERE search MATCH :query AND s.language = :language
ORDER BY bm25(search, 5.0, 1.0), s.listed_at DESC LIMIT :limit
"""
)

_SECTIONS = """
SELECT section FROM listed WHERE rendition = 'full' AND language = ? AND section IS NOT NULL
GROUP BY section ORDER BY count(*) DESC, section LIMIT ?
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

    def rows(self, select: str, asked: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Of a query of somebody else's; see ``holdings``."""
        return self._db.execute(select, asked).fetchall()

    def page(self, path: str) -> Page | None:
        """What stands at ``path`` (decoded, no leading slash); ``None`` where nothing ever stood."""
        row = self._db.execute(_PAGE, (path,)).fetchone()
        if row is None:
            return None
        *facts, now_at = row
        page = Page(*facts)
        if not page.shown:
            # What was withdrawn says so itself, whoever took its place.
            return page
        moved_to = now_at if now_at != path else None
        return replace(page, moved_to=moved_to, replaced_by=self._replaced(page.article_id, page.rendition))

    def _replaced(self, article_id: str, rendition: str) -> str | None:
        """The path of the last in the chain of those that replaced it; none where the chain bites its own tail."""
        met, path = {article_id}, None
        while found := self._db.execute(_REPLACED, (article_id, rendition)).fetchone():
            article_id, path = found
            if article_id in met:
                return None
            met.add(article_id)
        return path

    def short(self, digest: str) -> str | None:
        """The path of the full page whose file name ends with these ten digits."""
        found = self._db.execute(
            "SELECT path FROM address WHERE rendition = 'full' AND path LIKE ? ORDER BY path LIMIT 1",
            (f"%-{digest}.html",),
        ).fetchone()
        return found and str(found[0])

    def front(
        self, language: str, rendition: str, limit: int, section: str | None = None, skip: int = 0
    ) -> list[Listed]:
        """The newest stories of a language or of a section, newest first; those that were replaced are left out."""
        asked = {"rendition": rendition, "language": language, "section": section, "limit": limit, "skip": skip}
        return self._listed(_FRONT, asked)

    def search(self, query: str, language: str, rendition: str, limit: int) -> list[Listed]:
        """Stories with all words of the query (see ``fold.query_of``), the best first."""
        return self._listed(_FOUND, {"query": query, "language": language, "rendition": rendition, "limit": limit})

    def _listed(self, select: str, asked: dict[str, Any]) -> list[Listed]:
        return [
            Listed(headline, section, teaser, at and datetime.fromisoformat(at), *rest)
            for headline, section, teaser, at, *rest in self._db.execute(select, asked)
        ]

    def sections(self, language: str, limit: int) -> list[str]:
        """Sections with at least one story, the one that has most first."""
        return [section for (section,) in self._db.execute(_SECTIONS, (language, limit))]

    def collection(self, language: str, stories: int, since: datetime, gone: int) -> tuple[list[bytes], list[Gone]]:
        """``documents`` and ``gone`` of one moment: what is withdrawn between the two would be in both, what comes
        back in neither."""
        self._db.execute("BEGIN")
        try:
            return self.documents(language, stories), self.gone(language, since, gone)
        finally:
            self._db.execute("COMMIT")

    def documents(self, language: str, limit: int) -> list[bytes]:
        """The JSON of the newest stories of a language."""
        found = self._db.execute(
            "SELECT body FROM listed WHERE rendition = 'json' AND language = ? AND body IS NOT NULL "
            "ORDER BY listed_at DESC, article_id LIMIT ?",
            (language, limit),
        )
        return [bytes(body) for (body,) in found]

    def keepable(self, language: str, limit: int) -> dict[str, str]:
        """Address → digest of the newest light pages of a language; those at addresses of another are left out."""
        found = self._db.execute(
            "SELECT path, etag FROM listed WHERE rendition = 'light' AND language = ? AND etag IS NOT NULL "
            "AND path LIKE ? ORDER BY listed_at DESC, article_id LIMIT ?",
            (language, f"{language}/light/%", limit),
        )
        return {href(path): etag for path, etag in found}

    def gone(self, language: str, since: datetime, limit: int) -> list[Gone]:
        """Stories withdrawn since then, the last one first."""
        found = self._db.execute(
            "SELECT article_id, listed_at, path FROM story WHERE rendition = 'full' AND NOT shown AND language = ? "
            "AND path IS NOT NULL AND listed_at >= ? ORDER BY listed_at DESC, article_id LIMIT ?",
            (language, since.astimezone(UTC).isoformat(), limit),
        )
        return [Gone(article_id, datetime.fromisoformat(at), path) for article_id, at, path in found]

    def placed(self, limit: int) -> list[Placed]:
        """Full pages of all languages, the newest first."""
        found = self._db.execute(
            "SELECT path, language, headline, published_at, listed_at FROM listed WHERE rendition = 'full' "
            "ORDER BY listed_at DESC, article_id LIMIT ?",
            (limit,),
        )
        return [
            Placed(path, language, headline, at and datetime.fromisoformat(at), datetime.fromisoformat(listed))
            for path, language, headline, at, listed in found
        ]

    def body(self, article_id: str, rendition: str) -> bytes | None:
        """Of a story that is shown."""
        found = self._db.execute(
            "SELECT body FROM story WHERE article_id = ? AND rendition = ? AND shown", (article_id, rendition)
        ).fetchone()
        return found and bytes(found[0])

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
