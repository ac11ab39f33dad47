"""When a source is asked again: politely, later after failures, and never all sources at once."""

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 6 * 3600
"""The longest wait after failures."""
MOST_ASKED_S = 24 * 3600
"""A server may ask for so much patience, and not for more."""


def wait_s(source: str, every_s: float, failures: int, retry_after_s: float = 0.0) -> float:
    """Seconds until the next poll. Doubled by each failure, a tenth longer or shorter by source and count.

    The spread is no randomness: which replica computes it does not matter, and a test can.
    """
    longest = max(every_s, LONGEST_S)
    waited: float = min(every_s * 2 ** min(failures, 20), longest)
    spread = int.from_bytes(hashlib.sha256(f"{source}\n{failures}".encode()).digest()[:4], "big") / 2**32
    return max(waited * (0.9 + 0.2 * spread), min(retry_after_s, MOST_ASKED_S))


def retry_after_s(value: str | None, now: datetime) -> float:
    """What a ``Retry-After`` asks for, in seconds; 0 where it is absent or cannot be read."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return 0.0
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
