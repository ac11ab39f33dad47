"""What lets a form in: a signed token that says which story it is for and when it was given."""

import base64
import binascii
import hmac
from hashlib import sha256

KEEPS_S = 4 * 3_600
"""A form lies open on a phone for hours while somebody looks for a better line."""
TOO_FAST_S = 2
"""Nobody reads, thinks and writes in less; programs do."""


class Stale(ValueError):  # noqa: N818 - says what is wrong with the token
    """The form cannot be taken: load it again."""


def token(secret: bytes, article_id: str, now: float) -> str:
    """For one story, given now (Unix seconds)."""
    given = int(now).to_bytes(6, "big")
    return base64.urlsafe_b64encode(given + _mac(secret, article_id, given)).decode().rstrip("=")


def check(secret: bytes, article_id: str, presented: str, now: float) -> None:
    """Raises ``Stale`` for a token that is forged, of another story, too old, or sent back at once."""
    try:
        raw = base64.urlsafe_b64decode(presented + "=" * (-len(presented) % 4))
    except (binascii.Error, ValueError):
        raise Stale("not a token") from None
    given, mac = raw[:6], raw[6:]
    if len(given) != 6 or not hmac.compare_digest(mac, _mac(secret, article_id, given)):
        raise Stale("not a token of ours")
    age = now - int.from_bytes(given, "big")
    if not TOO_FAST_S <= age <= KEEPS_S:
        raise Stale("too old, or too fast")


def _mac(secret: bytes, article_id: str, given: bytes) -> bytes:
    return hmac.new(secret, b"comment\0" + given + article_id.encode(), sha256).digest()[:16]


class Allowance:
    """So many a minute for the whole site: a flood waits, whoever sends it. No address is looked at, none is kept."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute, self._left, self._at = a_minute, float(a_minute), 0.0

    def take(self, now: float) -> bool:
        """True if there is room for one more; ``now`` in seconds of a clock that only goes forward."""
        self._left = min(self._a_minute, self._left + (now - self._at) * self._a_minute / 60)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
