"""Standard Webhooks 1.0, symmetric (``v1``): an id, a time and signatures in three headers.

Its own library reads the clock by itself and takes text only, while a picture is neither; a test compares the two.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, Unsigned, ascii_bytes, fresh, header, same

PREFIX = "whsec_"
MOST = 8
"""Signatures looked at."""


def standard_webhooks(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """HMAC-SHA256 over id, time and body, within five minutes of its time; one of those given is enough."""
    id_, stamp = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    given = header(headers, "webhook-signature").split(" ")
    fresh(stamp, 1, now)
    if len(given) > MOST:
        raise Unsigned(f"the header webhook-signature has more than {MOST} signatures: send those of live secrets")
    signed = ascii_bytes(f"{id_}.{stamp}.") + body
    same(
        (b"v1," + base64.b64encode(hmac.new(key(secret), signed, "sha256").digest()) for secret in secrets),
        (ascii_bytes(one) for one in given),
    )


def key(secret: str) -> bytes:
    """The bytes behind ``whsec_…``. Raises ``ValueError`` for what is no base64."""
    text = secret.removeprefix(PREFIX)
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("must be whsec_ and base64, as the sender shows it") from None
    if not found:
        raise ValueError("must not be empty")
    return found
