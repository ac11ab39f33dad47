"""How real newsroom systems sign what they send: the other side of ingest's signature schemes."""

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

Signer = Callable[[str, bytes, str, datetime], dict[str, str]]
"""(secret, body, id of the message, time) → headers."""


def bearer(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """The secret itself."""
    del body, id_, now
    return {"authorization": f"Bearer {secret}"}


def superdesk(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """HMAC-SHA1 of the body."""
    del id_, now
    return {"x-superdesk-signature": f"sha1={_hex(secret, body, 'sha1')}"}


def ghost(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """HMAC-SHA256 of the body with the time in milliseconds behind it."""
    del id_
    stamp = str(int(now.timestamp() * 1000))
    return {"x-ghost-signature": f"sha256={_hex(secret, body + stamp.encode(), 'sha256')}, t={stamp}"}


def coral(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """HMAC-SHA256 of the body."""
    del id_, now
    return {"x-coral-signature": f"sha256={_hex(secret, body, 'sha256')}"}


def websub(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """HMAC-SHA256 of the body, as a hub sends it."""
    del id_, now
    return {"x-hub-signature": f"sha256={_hex(secret, body, 'sha256')}"}


def standard_webhooks(secret: str, body: bytes, id_: str, now: datetime) -> dict[str, str]:
    """Id, time in seconds and body. Raises ``ValueError`` where the secret is no base64."""
    stamp = str(int(now.timestamp()))
    text = secret.removeprefix("whsec_")
    key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    mac = hmac.new(key, f"{id_}.{stamp}.".encode() + body, "sha256").digest()
    return {
        "webhook-id": id_, "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }  # fmt: skip


SIGNERS: Mapping[str, Signer] = {
    "bearer": bearer,
    "superdesk": superdesk,
    "ghost": ghost,
    "coral": coral,
    "websub": websub,
    "standard-webhooks": standard_webhooks,
}


def _hex(secret: str, signed: bytes, method: str) -> str:
    return hmac.new(secret.encode(), signed, method).hexdigest()
