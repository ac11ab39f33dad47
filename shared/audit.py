"""The audit: who did what, each record chained to the one before, so that none can be taken out unseen."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from shared.events import ActionRecorded, seal, to_json
from shared.keys import Keys
from shared.streams import Client

HEAD, STREAM = "audit.head", "audit"


FORM = 2
"""Of new records: nothing in them can be changed unseen."""


def chained(
    actor: str, action: str, target: str, previous: str, detail: str = "", *, asked: str = "", event: str = ""
) -> ActionRecorded:  # fmt: skip
    """The next record; ``previous`` is the hash of the one before, empty for the first."""
    record = ActionRecorded(
        actor=actor, action=action, target=target, detail=detail, asked=asked, event=event, at=datetime.now(UTC),
        previous=previous, hash="", form=FORM,
    )  # fmt: skip
    return record.model_copy(update={"hash": digest(record.model_dump(mode="json"))})


def digest(record: Mapping[str, Any]) -> str:
    """What ``hash`` must be, by the fields as they stand on the stream; older forms stay what they were."""
    if record.get("form", 1) == 1:
        parts = [str(record.get(name, "")) for name in ("previous", "actor", "action", "target", "at")]
        return sha256("\n".join([*parts[:4], parts[4].replace("Z", "+00:00")]).encode()).hexdigest()
    said = {name: value for name, value in record.items() if name != "hash"}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def written(record: ActionRecorded) -> bytes:
    """As it stands on the stream."""
    return to_json(seal(record, id=str(uuid4()), source="/lightwire/operator", time=record.at))


async def record(
    redis: Client, keys: Keys, actor: str, action: str, target: str, detail: str = "", *, asked: str = "",
    event: str = "",
) -> None:  # fmt: skip
    """Write down that ``actor`` did ``action`` (``decision.publish``) to ``target``; ``detail`` is their own words.

    ``asked``: what exactly, where the action does not say it all; ``event``: id of the request.
    """
    head = keys.key(HEAD)
    while True:
        previous = (await redis.get(head) or b"").decode()
        told = chained(
            actor, action, target[:2_000], previous, detail[:2_000], asked=asked[:2_000], event=event
        )  # fmt: skip
        answer = await redis.fcall(
            "lightwire_act_v1", 2, head, keys.key(STREAM), previous, told.hash, written(told)
        )  # fmt: skip
        if answer != b"STALE":  # somebody else acted in between: chain to their record instead
            return
