"""What every scheme is made of: the refusal, the comparison that takes as long for a near miss as for a far one."""

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

Headers = Mapping[str, str]
"""Names in lower case."""
Scheme = Callable[[Headers, bytes, Sequence[str], datetime], None]
"""From headers, the body as it travelled, secrets and the time to nothing. Raises ``Unsigned``."""

WINDOW = timedelta(minutes=5)
"""A signature that carries a time is good for so long, before and after: clocks differ, and a replay comes late."""

_DIGITS = re.compile(r"[0-9]{1,16}")


class Unsigned(Exception):  # noqa: N818 - an answer to whoever sent it
    """The signature is missing, expired or wrong; the message says which and quotes nothing."""


def header(headers: Headers, name: str) -> str:
    """Its value. Raises ``Unsigned`` where it is missing."""
    value = headers.get(name.lower(), "").strip()
    if not value:
        raise Unsigned(f"the header {name} is missing: sign the request")
    return value


def fresh(stamp: str, per_second: int, now: datetime) -> None:
    """Return if ``stamp``, counted from 1970 in ``1 / per_second`` seconds, lies within ``WINDOW`` of now."""
    if not _DIGITS.fullmatch(stamp):
        raise Unsigned("the time of the signature is not a whole number")
    try:
        at = datetime.fromtimestamp(int(stamp) / per_second, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unsigned("the time of the signature is none: look at the unit") from None
    if abs(now - at) > WINDOW:
        raise Unsigned("the signature is older or newer than five minutes: sign again, and look at the clock")


_NO_FIT = "the signature fits no secret of this source: look at the secret and the bytes that are signed"


def same(expected: Iterable[bytes], given: Iterable[bytes], told: str = _NO_FIT) -> None:
    """Return if any of ``given`` is one of ``expected``; all pairs are compared, so time tells nothing."""
    given = tuple(given)
    # Summed: `any` would stop at the first that fits.
    if not sum(hmac.compare_digest(one, other) for one in expected for other in given):
        raise Unsigned(told)


def ascii_bytes(text: str) -> bytes:
    """For comparing; what is not ASCII is no signature and equals none."""
    return text.encode("utf-8", "surrogateescape")
