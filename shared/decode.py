"""From the bytes of an entry to an event, and back; every refusal says what to change."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from shared.errors import Rejected, Undecodable, explain
from shared.events import MAX_INLINE_DATA, Event, EventData, envelope, every_type, to_json
from shared.keys import DATA_KEY, Keys
from shared.model import whole
from shared.streams import Entry, Op
from shared.upverts import leads, upvert

FIELD = b"event"
_TYPE = re.compile(r"lightwire\.[a-z]{1,40}\.[a-z]{1,40}\.v[0-9]{1,3}")
Door = Callable[[bytes], object]
"""A look at the raw bytes before anything parses them; raises ``Rejected``."""


def decode(entry: Entry, kind: type[EventData], door: Door | None) -> Event[Any]:
    """The event of an entry, lifted to the version we read. ``data`` is ``None`` where it travels by ``dataref``."""
    raw = entry.fields.get(FIELD)
    if raw is None:
        raise Undecodable("the entry has no field `event`: put the CloudEvents JSON into one field of that name")
    try:
        if door is not None:
            door(raw)
    except Undecodable:
        raise
    except Rejected as refused:
        try:
            document = json.loads(raw, parse_int=whole)
        except (ValueError, RecursionError):
            raise refused from None
        return _withdrawal_alone(document if isinstance(document, dict) else {}, kind, door, refused)
    try:
        event = envelope(kind).model_validate_json(raw)
        if event.type == kind.type:
            _has_data(event)
            return event
    except ValidationError as error:
        return _second_chance(raw, kind, error)
    return _second_chance(raw, kind, None)


def _has_data(event: Event[Any]) -> None:
    if event.data is None and event.dataref is None:
        raise Rejected("/data: missing: put the submission there")


def _second_chance(raw: bytes, kind: type[EventData], error: ValidationError | None) -> Event[Any]:
    """An older version, or a kill whose other fields are wrong; else the refusal."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise Undecodable("field `event` is not JSON (RFC 8259) in UTF-8: send one JSON object") from None
    if not isinstance(document, dict):
        raise Undecodable("field `event` is not a JSON object: wrap the submission in a CloudEvents 1.0 envelope")
    return _lifted(document, kind, error)


def _elsewhere(type_: str) -> str:
    homes = [other.stream for other in every_type() if other.type == type_ and other.stream.endswith(".submitted")]
    return f" but on {homes[0]}" if homes else ""


def _withdrawal_alone(
    document: dict[str, Any], kind: type[EventData], door: Door | None, refused: Rejected
) -> Event[Any]:
    """What must disappear does so by id and revision, whatever is wrong with the rest; else the refusal."""
    data = document.get("data")
    enough = kind.forgive(data) if isinstance(data, dict) else None
    if enough is None or document.get("type") != kind.type:
        raise refused
    told = {name: document[name] for name in ("specversion", "id", "source", "type") if name in document}
    bare = json.dumps({**told, "data": enough}).encode()
    if door is not None:
        door(bare)
    try:
        return envelope(kind).model_validate_json(bare)
    except ValidationError:
        raise refused from None


def _lifted(document: dict[str, Any], kind: type[EventData], error: ValidationError | None) -> Event[Any]:
    type_, data = document.get("type"), document.get("data")
    if isinstance(type_, str) and not leads(type_, kind.type):
        # What is no name of a type is not shown: whatever somebody put there may be anything.
        named = repr(type_) if _TYPE.fullmatch(type_) else "what stands there"
        raise Rejected(f"/type: {named} is not read here{_elsewhere(type_)}: send {kind.type!r}")
    if isinstance(type_, str) and isinstance(data, dict):
        lifted = upvert(type_, data, kind.type)
        if lifted is not data or error is None:
            try:
                return envelope(kind).model_validate_json(json.dumps({**document, "type": kind.type, "data": lifted}))
            except ValidationError as next_error:
                error = error or next_error
        if error is not None:
            refused = Rejected(explain(error))
            return _withdrawal_alone({**document, "type": kind.type, "data": lifted}, kind, None, refused)
    if error is not None:
        raise Rejected(explain(error)) from None
    if isinstance(type_, str) and data is None and isinstance(document.get("dataref"), str):
        # Its data is lifted when it has been fetched.
        return envelope(kind).model_validate_json(json.dumps(document))
    raise Rejected(f"/type: send {kind.type!r} with an object in `data`")


def referred(event: Event[Any], keys: Keys) -> str | None:
    """The key an event's data waits under; ``None`` where it came along."""
    if event.data is not None or event.dataref is None:
        return None
    name = keys.name(event.dataref)
    if not DATA_KEY.fullmatch(name):
        raise Rejected(f"/dataref: must be {keys.key('data:')}<SHA-256 of the data>, or send the data inline")
    return keys.key(name)


def with_data(event: Event[Any], kind: type[EventData], stored: bytes | None, door: Door | None = None) -> Event[Any]:
    """The event with what its ``dataref`` names, checked against the digest in the name."""
    if stored is None:
        raise Undecodable(f"/dataref: nothing is stored at {event.dataref}: store the data first, then publish")
    if not str(event.dataref).endswith(sha256(stored).hexdigest()):
        raise Undecodable(f"/dataref: what is stored at {event.dataref} does not have that SHA-256")
    if door is not None:
        door(stored)
    if event.type == kind.type:
        with suppress(ValidationError):
            return event.model_copy(update={"data": kind.model_validate_json(stored)})
    try:
        document = {**json.loads(to_json(event)), "data": json.loads(stored)}
    except (ValueError, RecursionError):
        raise Undecodable(f"/dataref: what is stored at {event.dataref} is not JSON (RFC 8259) in UTF-8") from None
    return _lifted(document, kind, None)


def encode(event: Event[Any], keys: Keys, keep_ms: int) -> tuple[bytes, Op | None]:
    """The value of field ``event`` and, over 64 KiB, the operation that stores its data beside it."""
    whole = to_json(event)
    if len(whole) <= MAX_INLINE_DATA:
        return whole, None
    assert event.data is not None  # noqa: S101 - sealed events carry data
    data = event.data.model_dump_json(exclude_none=True, by_alias=True).encode()
    key = keys.key(f"data:{sha256(data).hexdigest()}")
    return to_json(event.model_copy(update={"data": None, "dataref": key})), ("blob", key, keep_ms, data)
