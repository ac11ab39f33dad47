"""WebSub: ``X-Hub-Signature: METHOD=HEX``, the method one of those its specification lists."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, Unsigned, ascii_bytes, header, same

METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def websub(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """HMAC over the body with the method the hub chose."""
    del now
    method, _, given = header(headers, "X-Hub-Signature").partition("=")
    if method not in METHODS:
        raise Unsigned("the header X-Hub-Signature must begin with sha1=, sha256=, sha384= or sha512=")
    same(
        (hmac.new(secret.encode(), body, method).hexdigest().encode() for secret in secrets),
        (ascii_bytes(given.strip().lower()),),
    )
