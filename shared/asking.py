"""Ask moderation for something as a person: signed, written into the audit, and put on its stream."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from shared import audit
from shared.events import seal, to_json
from shared.keys import Keys
from shared.requests import DecisionRequested, HoldRequested, PersonAsks, PolicyRequested, SanctionRequested
from shared.streams import Client
from shared.tokens import signed


async def ask(redis: Client, keys: Keys, request: PersonAsks, *, secret: str, source: str) -> str:
    """The id of the event, which the answer names as its cause. The audit says that it was asked, the answer what came.

    The audit first: what cannot be written there is not done.
    """
    id_ = str(uuid4())
    note = getattr(request, "note", None) or ""
    await audit.record(
        redis, keys, request.actor.id, what(request), request.subject, note, asked=exactly(request), event=id_
    )  # fmt: skip
    request = request.model_copy(update={"at": datetime.now(UTC)})
    event = seal(signed(secret, request, id_), id=id_, source=source)
    await redis.xadd(keys.key(request.stream), {"event": to_json(event)})
    return id_


def what(request: PersonAsks) -> str:
    """Its word in the audit: ``decision.publish``, ``sanction.ban``, ``sanction.lift.ban``, ``thread.closed``."""
    words = [request.schema_name().split(".", 1)[0]]
    if getattr(request, "lift", False):
        words.append("lift")
    named = (getattr(request, name, None) for name in ("verdict", "kind", "mode", "queue"))
    return ".".join([*words, *(one.value for one in named if one is not None)])


def exactly(request: PersonAsks) -> str:
    """What its word does not say: ``seen 3.0, reason insult``; ``until 2026-12-01T00:00:00+00:00, in sport``."""
    match request:
        case DecisionRequested():
            return ", ".join([f"seen {request.revision}.{request.seq}", *_reason(request.reason)])
        case SanctionRequested():
            until = () if request.lift else (f"until {request.until.isoformat()}" if request.until else "without end",)
            where = f"in {request.section}" if request.section else "everywhere"
            return ", ".join([*until, where, *_reason(None if request.lift else request.reason)])
        case HoldRequested():
            return "" if request.revision is None else f"revision {request.revision}"
        case PolicyRequested():
            return f"SHA-256 {sha256(request.policy.encode()).hexdigest()}" if request.policy else "back to the file"
    return ""


def _reason(reason: str | None) -> tuple[str, ...]:
    return (f"reason {reason}",) if reason else ()
