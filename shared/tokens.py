"""Who let a person in says so: a token over everything they ask for."""

import base64
import hmac
from hashlib import sha256

from shared.requests import PersonAsks


def token(secret: str, request: PersonAsks, event: str) -> str:
    """HMAC-SHA256 over the id of the event and the request without its token, base64url: of use for no other."""
    # Without defaults: who signs may know an optional field that who reads does not, yet.
    said = request.model_dump_json(exclude={"token"}, exclude_defaults=True)
    mac = hmac.new(secret.encode(), f"{request.type}\n{event}\n{said}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def signed(secret: str, request: PersonAsks, event: str) -> PersonAsks:
    """The request with its token; as it is where there is no secret."""
    return request.model_copy(update={"token": token(secret, request, event)}) if secret else request


def right(secret: str, request: PersonAsks, event: str) -> bool:
    """True where the token is that of this very request; always where there is no secret."""
    return not secret or hmac.compare_digest(token(secret, request, event), request.token or "")
