"""What lets a plain HTML form in: a token its site signs, good for one comment under one story, for some hours."""

import hmac
import re
from hashlib import sha256

KEEPS_S = 4 * 3_600
_TOKEN = re.compile(r"(?P<given>[0-9]{1,12})\.(?P<nonce>[A-Za-z0-9_-]{8,64})\.(?P<mac>[0-9a-f]{64})")


class Stale(ValueError):  # noqa: N818 - says what is wrong with the token
    """The form cannot be taken: load it again."""


def token(secret: str, source: str, article: str, author: str, *, given: int, nonce: str) -> str:
    """``GIVEN.NONCE.HEX``: HMAC-SHA256 of the lines ``comment``, source, article, author, given (Unix time), nonce."""
    return f"{given}.{nonce}.{_mac(secret, source, article, author, str(given), nonce)}"


def check(secrets: tuple[str, ...], presented: str, source: str, article: str, author: str, now: float) -> str:
    """The id of the comment this token is for: sent twice, it is one comment. Raises ``Stale``."""
    found = _TOKEN.fullmatch(presented)
    if found is None:
        raise Stale("the field token is missing or no token")
    macs = [_mac(secret, source, article, author, found["given"], found["nonce"]) for secret in secrets]
    if not sum(hmac.compare_digest(mac, found["mac"]) for mac in macs):
        raise Stale("the field token is not of this source, story and author")
    if not -60 <= now - int(found["given"]) <= KEEPS_S:
        raise Stale("the form lay open for too long: load it again")
    return "form-" + sha256(f"{source}\n{presented}".encode()).hexdigest()[:32]


def _mac(secret: str, *lines: str) -> str:
    # Ids from outside may hold a newline: each line is made one.
    said = "\n".join(("comment", *(line.replace("\\", "\\\\").replace("\n", "\\n") for line in lines)))
    return hmac.new(secret.encode(), said.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
