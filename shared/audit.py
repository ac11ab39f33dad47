"""The audit: who did what, each record chained to the one before, so that none can be taken out unseen."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from shared.events import ActionRecorded, seal, to_json
from shared.keys import Keys
from shared.streams import Client

HEAD, STREAM = "audit.head", "audit"


def chained(actor: str, action: str, target: str, previous: str, detail: str = "") -> ActionRecorded:
    """The next record; ``previous`` is the hash of the one before, empty for the first."""
    at = datetime.now(UTC)
    text = "\n".join((previous, actor, action, target, at.isoformat()))
    hash_ = sha256(text.encode()).hexdigest()
    return ActionRecorded(
        actor=actor, action=action, target=target, detail=detail, at=at, previous=previous, hash=hash_
    )  # fmt: skip


def written(record: ActionRecorded) -> bytes:
    """As it stands on the stream."""
    return to_json(seal(record, id=str(uuid4()), source="/lightwire/operator", time=record.at))


async def record(redis: Client, keys: Keys, actor: str, action: str, target: str, detail: str = "") -> None:
    """Write down that ``actor`` did ``action`` (``decision.publish``) to ``target``; ``detail`` is their own words."""
    head = keys.key(HEAD)
    while True:
        previous = (await redis.get(head) or b"").decode()
        told = chained(actor, action, target[:2_000], previous, detail[:2_000])
        answer = await redis.fcall(
            "lightwire_act_v1", 2, head, keys.key(STREAM), previous, told.hash, written(told)
        )  # fmt: skip
        if answer != b"STALE":  # somebody else acted in between: chain to their record instead
            return
