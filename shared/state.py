"""What a batch knows: everything its decisions read, in one round trip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.keys import Keys
from shared.outcome import Reads, Record
from shared.streams import Client


@dataclass(slots=True)
class Seen:
    """State as this batch knows it: what was read, and what the batch itself is about to write."""

    now: datetime
    records: dict[str, Record] = field(default_factory=dict)
    newest: dict[str, list[bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes | None] = field(default_factory=dict)


def merged(reads: Iterable[Reads]) -> tuple[dict[str, set[str] | None], dict[str, int], list[str]]:
    """What a whole batch reads: per record the union of fields, per index the longest wish, blobs once."""
    records: dict[str, set[str] | None] = {}
    newest: dict[str, int] = {}
    blobs: dict[str, None] = {}
    for one in reads:
        for key, fields in one.records.items():
            known = records.get(key, set())
            records[key] = None if fields is None or known is None else known | set(fields)
        for key, count in one.newest.items():
            newest[key] = max(count, newest.get(key, 0))
        blobs.update(dict.fromkeys(one.blobs))
    return records, newest, list(blobs)


async def see(redis: Client, keys: Keys, reads: Iterable[Reads]) -> Seen:
    """Read all of it, and the clock of Redis with it."""
    records, newest, blobs = merged(reads)
    pipe = redis.pipeline(transaction=False)
    pipe.time()
    for key, wanted in records.items():
        if wanted is None:
            pipe.hgetall(keys.key(key))
        else:
            pipe.hmget(keys.key(key), ["version", *wanted])
    for key, count in newest.items():
        pipe.zrevrange(keys.key(key), 0, count - 1)
    for key in blobs:
        pipe.get(keys.key(key))
    (seconds, micros), *rows = await pipe.execute()
    answers = iter(rows)
    seen = Seen(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros))
    for key, wanted in records.items():
        seen.records[key] = _record(next(answers), wanted)
    for key in newest:
        seen.newest[key] = next(answers)
    for key in blobs:
        seen.blobs[key] = next(answers)
    return seen


def _record(row: dict[bytes, bytes] | Sequence[bytes | None], wanted: set[str] | None) -> Record:
    if isinstance(row, dict):
        found = {name.decode(): value for name, value in row.items()}
    else:
        found = {n: v for n, v in zip(("version", *(wanted or ())), row, strict=True) if v is not None}
    return Record(found.pop("version", b"").decode(), found)
