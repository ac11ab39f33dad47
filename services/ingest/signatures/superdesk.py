"""Superdesk's HTTP push: ``x-superdesk-signature: sha1=HEX``, as its subscribers' secret token makes it."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, ascii_bytes, header, same


def superdesk(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """HMAC-SHA1 over the body. Its age cannot be told: what it signs is harmless when it comes twice."""
    del now
    given = header(headers, "X-Superdesk-Signature")
    same(
        (f"sha1={hmac.new(secret.encode(), body, 'sha1').hexdigest()}".encode() for secret in secrets),
        (ascii_bytes(given),),
    )
