"""Coral's webhooks: ``X-Coral-Signature: sha256=HEX[,sha256=HEX]``, several while it changes its own secret."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, Unsigned, ascii_bytes, header, same

MOST = 8
"""Signatures looked at: each costs a comparison with each secret."""


def coral(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """HMAC-SHA256 over the body; one of those given is enough."""
    del now
    given = header(headers, "X-Coral-Signature").split(",")
    if len(given) > MOST:
        raise Unsigned(f"the header X-Coral-Signature has more than {MOST} signatures: send those of live secrets")
    same(
        (f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}".encode() for secret in secrets),
        (ascii_bytes(one.strip()) for one in given),
    )
