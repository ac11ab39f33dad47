"""Points in time as newsroom systems write them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 40


def moment(text: str) -> tuple[datetime, bool] | None:
    """The time, and whether its zone was said; without one it counts as UTC. ISO 8601 or as in mail; else ``None``."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (found, True) if found.tzinfo else (found.replace(tzinfo=UTC), False)
    return None


def dated_only(text: str) -> bool:
    """True for ``2026-11-26``, which names no moment but a day."""
    return len(text.strip()) in (8, 10) and "T" not in text and ":" not in text


def milliseconds(at: datetime) -> int:
    """Since 1970: a revision that grows with every change and is told apart within a second."""
    return (at - _EPOCH) // (datetime.resolution * 1000)
