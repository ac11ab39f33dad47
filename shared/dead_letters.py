"""Dead letters: how one is written, and the way back."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared import audit
from shared.events import Event, EventDied, derived_id, seal, to_json
from shared.keys import Keys
from shared.streams import Client, Entry, Op

ORIGINAL = b"original."
PACKED = b"originals"
MAX_FIELDS = 500
"""Entries with more fields are kept as one packed field: a function call has room for so many values only."""


def bury(keys: Keys, service: str, stream: str, entry: Entry, reason: str, detail: str, at: datetime,
         about: str | None = None) -> Op:  # fmt: skip
    """The operation that writes a dead letter: what happened as an event, the original bytes beside it."""
    died = EventDied(
        reason=reason, detail=detail[:2_000], service=service, died_in=stream, entry=entry.id,
        attempts=entry.attempts, at=at, about=about,
    )  # fmt: skip
    id_ = derived_id(f"{stream} {entry.id}", service, died.type, 0)
    values: list[bytes] = [b"event", to_json(seal(died, id=id_, source=f"/lightwire/{service}", time=at))]
    if len(entry.fields) <= MAX_FIELDS:
        for name, value in entry.fields.items():
            values += (ORIGINAL + name, value)
    else:
        pairs = [[base64.b64encode(part).decode() for part in pair] for pair in entry.fields.items()]
        values += (PACKED, json.dumps(pairs).encode())
    return ("add", keys.dead(service), len(values), *values)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter as stored; ``original`` is the entry that died, byte for byte."""

    service: str
    id: str
    event: Event[EventDied]
    original: dict[bytes, bytes]

    @property
    def died(self) -> EventDied:
        """What happened."""
        assert self.event.data is not None  # noqa: S101 - bury always writes it
        return self.event.data


def read(service: str, id_: str, fields: dict[bytes, bytes]) -> DeadLetter:
    """Parse an entry of a ``dead.<service>`` stream; ValueError where it is none."""
    try:
        event = Event[EventDied].model_validate_json(fields[b"event"])
    except (KeyError, ValidationError) as error:
        raise ValueError(f"{id_} in dead.{service} is not a dead letter") from error
    original = {k.removeprefix(ORIGINAL): v for k, v in fields.items() if k.startswith(ORIGINAL)}
    if PACKED in fields:
        original = {base64.b64decode(k): base64.b64decode(v) for k, v in json.loads(fields[PACKED])}
    return DeadLetter(service, id_, event, original)


async def scan(redis: Client, keys: Keys, service: str, start: str = "-") -> AsyncIterator[DeadLetter]:
    """Every dead letter of a service, oldest first, read in pages."""
    while True:
        page = await redis.xrange(keys.dead(service), min=start, count=200)
        for id_, fields in page:
            yield read(service, id_.decode(), fields)
        if len(page) < 200:
            return
        start = "(" + page[-1][0].decode()


async def services(redis: Client, keys: Keys) -> list[str]:
    """Services that have dead letters."""
    found = [key async for key in redis.scan_iter(match=keys.dead("*"), _type="stream")]
    return sorted(key.decode().removeprefix(keys.dead("")) for key in found)


async def replay(redis: Client, keys: Keys, letters: Sequence[DeadLetter], actor: str) -> int:
    """Put the original entries back on the streams they died in, and record who did; how many were still there."""
    return await _act(redis, keys, letters, actor, "dead.replay")


async def drop(redis: Client, keys: Keys, letters: Sequence[DeadLetter], actor: str) -> int:
    """Delete dead letters for good, and record who did; how many were still there."""
    return await _act(redis, keys, letters, actor, "dead.drop")


async def _act(redis: Client, keys: Keys, letters: Sequence[DeadLetter], actor: str, action: str) -> int:
    done = 0
    # In portions: one call blocks the server for as long as it runs, and a letter may be megabytes.
    for at in range(0, len(letters), 50):
        portion = letters[at : at + 50]
        while (answer := await _act_once(redis, keys, portion, actor, action)) == b"STALE":
            pass  # somebody else acted in between: chain to their record instead
        done += int(answer)
    return done


async def _act_once(redis: Client, keys: Keys, letters: Sequence[DeadLetter], actor: str, action: str) -> Any:
    head = keys.key(audit.HEAD)
    names: list[str] = [head, keys.key(audit.STREAM)]
    acts: list[str | bytes | int] = []

    def index(name: str) -> int:
        if name not in names:
            names.append(name)
        return names.index(name) + 1

    for letter in letters:
        dead = index(keys.dead(letter.service))
        if action == "dead.drop":
            acts += ("drop", dead, letter.id)
        else:
            flat = [part for pair in letter.original.items() for part in pair]
            if not flat or len(flat) > 8 * MAX_FIELDS:
                raise ValueError(
                    f"{letter.id} has no fields that could be put back: drop it, or publish a mended event"
                )
            acts += ("move", dead, letter.id, index(keys.key(letter.died.died_in)), len(flat), *flat)
    previous = (await redis.get(head) or b"").decode()
    target = ", ".join(f"{letter.service}/{letter.id}" for letter in letters)[:2_000]
    record = audit.chained(actor, action, target, previous)
    return await redis.fcall(
        "lightwire_act_v1", len(names), *names, previous, record.hash, audit.written(record), *acts
    )  # fmt: skip
