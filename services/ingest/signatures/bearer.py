"""``Authorization: Bearer SECRET``: for whoever can set a header and nothing more. Over TLS only."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest.signatures.signed import Headers, Unsigned, ascii_bytes, header, same


def bearer(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """The secret itself; nothing binds it to the body."""
    del body, now
    word, _, token = header(headers, "Authorization").partition(" ")
    if word.lower() != "bearer" or not token.strip():
        raise Unsigned("the header Authorization must say: Bearer, a space, the secret")
    told = "the token is none of this source's secrets: look at both, and at the source's name in the address"
    same((ascii_bytes(secret) for secret in secrets), (ascii_bytes(token.strip()),), told)
