"""From what a decision answers to the operations of a commit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shared.decode import encode
from shared.events import Event, EventData, derived_id, seal
from shared.keys import Keys
from shared.outcome import Outcome, Record
from shared.state import Seen
from shared.streams import Op


class Effects:
    """Operations of one service's outcomes, ids and envelopes derived from the cause."""

    def __init__(self, service: str, keys: Keys, data_keep_ms: int) -> None:
        self._service, self._keys, self._data_keep_ms = service, keys, data_keep_ms

    def of(self, cause: Event[Any], outcome: Outcome, seen: Seen) -> Iterator[Op]:
        """Everything this outcome writes. When exhausted, ``seen`` holds the state as it will be."""
        key = self._keys.key
        written: dict[str, Record] = {}
        yield from self._saves(outcome, seen, written)
        for blob in outcome.blobs:
            yield ("blob", key(blob.key), blob.keep_ms or 0, blob.content)
        yield from (("drop", key(name)) for name in outcome.drop)
        yield from (("unindex", key(u.key), u.member) for u in outcome.unindex)
        yield from (("index", key(i.key), i.score, i.keep, i.member) for i in outcome.index)
        # After what may make the list: a key that is not there yet cannot be told how long to live.
        yield from (("expire", key(e.key), e.keep_ms) for e in outcome.expire)
        yield from (("put", key(p.key), 2, p.field, p.value) for p in outcome.put)
        for position, data in enumerate(outcome.publish):
            yield from self._published(cause, data, position, seen.now)
        for position, later in enumerate(outcome.later, len(outcome.publish)):
            sealed, _ = encode(self._seal(cause, later.data, position, later.at), self._keys, self._data_keep_ms)
            # Rounded up: nothing is released a part of a millisecond early.
            at = int(later.at.timestamp() * 1000) + 1
            yield ("later", self._keys.later(later.data.destination), at, sealed)
        # Last: had anything above raised, the batch would go on with a state that never comes.
        seen.records.update(written)
        for gone in outcome.unindex:
            seen.newest[gone.key] = [member for member in seen.newest.get(gone.key, ()) if member != gone.member]

    def _saves(self, outcome: Outcome, seen: Seen, written: dict[str, Record]) -> Iterator[Op]:
        for save in outcome.save:
            known = written.get(save.key) or seen.records[save.key]
            version = f"{save.revision}.{save.seq}"
            flat = [part for pair in save.fields.items() for part in pair]
            yield ("save", self._keys.key(save.key), known.version, version, len(flat), *flat)
            if save.unset:
                yield ("unset", self._keys.key(save.key), len(save.unset), *save.unset)
            fields = {k: v for k, v in {**known.fields, **save.fields}.items() if k not in save.unset}
            written[save.key] = Record(version, fields)

    def _published(self, cause: Event[Any], data: EventData, position: int, now: datetime) -> Iterator[Op]:
        sealed, stored = encode(self._seal(cause, data, position, now), self._keys, self._data_keep_ms)
        if stored is not None:
            yield stored
        yield ("add", self._keys.key(data.destination), 2, "event", sealed)

    def _seal(self, cause: Event[Any], data: EventData, position: int, now: datetime) -> Event[Any]:
        return seal(
            data,
            id=derived_id(_cause(cause, data), self._service, data.type, position),
            source=f"/lightwire/{self._service}",
            time=now,
            correlationid=cause.correlationid or cause.id,
            causationid=cause.id,
            traceparent=cause.traceparent,
        )


def _cause(cause: Event[Any], data: EventData) -> str:
    """What an effect's id is derived from. A producer that repeats its event ids still makes distinct facts."""
    revision = getattr(data, "revision", 0)
    return f"{len(cause.source)}:{cause.source}{len(cause.id)}:{cause.id}{data.subject}\n{revision}"
