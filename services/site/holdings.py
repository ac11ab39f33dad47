"""What the site holds, for those who carry it on: by rendition, with signatures, the bodies whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from services.site.catalogue import Catalogue
from services.site.entries import MEDIA_TYPES


@dataclass(frozen=True, slots=True)
class Leaf:
    """One rendition of one story, as it was delivered; of a withdrawn one its notice."""

    article_id: str
    rendition: str
    path: str
    """Decoded, without the leading slash."""
    shown: bool
    body: bytes
    signature: str | None
    headline: str
    """Empty where it was withdrawn."""
    section: str | None
    direction: str
    published_at: datetime | None

    @property
    def media_type(self) -> str:
        """As it is served."""
        return MEDIA_TYPES[self.rendition]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a story stands: its newest revision, and of each rendition the newest sequence."""

    article_id: str
    revision: int
    shown: bool
    sequences: tuple[tuple[str, int], ...]
    """Rendition and sequence, by name."""


_LEAF = "article_id, rendition, path, shown, body, signature, headline, section, direction, published_at"
_NEWEST = "FROM listed WHERE rendition = ? AND language = ? AND body IS NOT NULL ORDER BY listed_at DESC, article_id"


def newest(catalogue: Catalogue, language: str, rendition: str, limit: int) -> list[Leaf]:
    """The stories of a front page, in its order."""
    return _leaves(catalogue.rows(f"SELECT {_LEAF} {_NEWEST} LIMIT ?", (rendition, language, limit)))


def fingerprint(catalogue: Catalogue, language: str, renditions: tuple[str, ...], limit: int) -> str:
    """Changes when ``newest`` would give something else."""
    held = [
        catalogue.rows(f"SELECT path, etag {_NEWEST} LIMIT ?", (rendition, language, limit)) for rendition in renditions
    ]
    return sha256(repr(held).encode()).hexdigest()


def of_month(catalogue: Catalogue, language: str, month: str) -> list[tuple[str, str]]:
    """Article id and rendition of everything listed or withdrawn in that month (``2026-11``, UTC), the first first."""
    found = catalogue.rows(
        "SELECT article_id, rendition FROM story WHERE language = ? AND substr(listed_at, 1, 7) = ? "
        "AND path IS NOT NULL AND body IS NOT NULL ORDER BY listed_at, article_id, rendition",
        (language, month),
    )
    return [(str(article_id), str(rendition)) for article_id, rendition in found]


def leaves(catalogue: Catalogue, whose: list[tuple[str, str]]) -> list[Leaf]:
    """What stands there now."""
    select = f"SELECT {_LEAF} FROM story WHERE article_id = ? AND rendition = ? AND body IS NOT NULL"  # noqa: S608
    return _leaves([row for one in whose for row in catalogue.rows(select, one)])


def standings(catalogue: Catalogue) -> Iterator[Standing]:
    """Every story that was ever shown here, by its id."""
    kept: dict[str, list[tuple[str, int, int, int]]] = {}
    for article_id, *facts in catalogue.rows("SELECT article_id, rendition, revision, sequence, shown FROM story"):
        kept.setdefault(article_id, []).append((facts[0], facts[1], facts[2], facts[3]))
    for article_id in sorted(kept):
        found = sorted(kept[article_id])
        newest_first = max(found, key=lambda one: one[2])
        yield Standing(
            article_id, newest_first[1], bool(newest_first[3]), tuple((one[0], one[2]) for one in found)
        )  # fmt: skip


def _leaves(found: list[tuple[object, ...]]) -> list[Leaf]:
    return [
        Leaf(
            str(article_id), str(rendition), str(path), bool(shown), bytes(body),  # type: ignore[call-overload]
            str(signature) if signature else None, str(headline or ""), str(section) if section else None,
            str(direction), datetime.fromisoformat(str(at)) if at else None,
        )
        for article_id, rendition, path, shown, body, signature, headline, section, direction, at in found
    ]  # fmt: skip
