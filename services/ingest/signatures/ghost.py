"""Ghost's webhooks: ``X-Ghost-Signature: sha256=HEX, t=MILLISECONDS``, over the body with the time behind it."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, Unsigned, ascii_bytes, fresh, header, same

_FORM = re.compile(r"sha256=(?P<mac>[0-9a-fA-F]{64}), ?t=(?P<stamp>[0-9]{1,16})")


def ghost(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """HMAC-SHA256, within five minutes of its ``t``."""
    found = _FORM.fullmatch(header(headers, "X-Ghost-Signature"))
    if found is None:
        raise Unsigned("the header X-Ghost-Signature must say: sha256=HEX, t=MILLISECONDS")
    fresh(found["stamp"], 1_000, now)
    signed = body + found["stamp"].encode()
    same(
        (hmac.new(secret.encode(), signed, "sha256").hexdigest().encode() for secret in secrets),
        (ascii_bytes(found["mac"].lower()),),
    )
