"""Ask moderation for something as a person: signed, written into the audit, and put on its stream."""

from datetime import UTC, datetime
from uuid import uuid4

from shared import audit
from shared.events import seal, to_json
from shared.keys import Keys
from shared.requests import DecisionRequested, PersonAsks
from shared.streams import Client
from shared.tokens import signed


async def ask(redis: Client, keys: Keys, request: PersonAsks, *, secret: str, source: str) -> str:
    """The id of the event, which the answer names as its cause. The audit says that it was asked, the answer what came.

    The audit first: what cannot be written there is not done.
    """
    id_ = str(uuid4())
    note = getattr(request, "note", None) or ""
    await audit.record(redis, keys, request.actor.id, what(request), request.subject, note)
    request = request.model_copy(update={"at": datetime.now(UTC)})
    event = seal(signed(secret, request, id_), id=id_, source=source)
    await redis.xadd(keys.key(request.stream), {"event": to_json(event)})
    return id_


def what(request: PersonAsks) -> str:
    """Its word in the audit: ``decision.publish``, ``sanction``, ``hold.lift``."""
    noun = request.schema_name().split(".", 1)[0]
    if isinstance(request, DecisionRequested):
        return f"{noun}.{request.verdict.value}"
    return f"{noun}.lift" if getattr(request, "lift", False) else noun
