"""Seeded bugs: each takes away one promise, and the auditor must see that it is gone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from shared.effects import Effects
from shared.outcome import Record
from shared.state import Seen
from shared.streams import SOURCE, Batch, Entry, Group, Op
from shared.work import Worker

Edit = tuple[str, str]
BUILD = "-- build 999999"
"""Newer than any real one, so that no worker replaces the mutated library."""


def _nothing(service: str) -> None:
    """No change in Python."""


def _acknowledge_at_once(service: str) -> None:
    patched: Any = Group
    read = patched.read

    async def read_and_forget(group: Group, count: int, block_ms: int) -> list[Entry]:
        entries: list[Entry] = await read(group, count, block_ms)
        if entries:
            await group.redis.xack(group.stream, group.group, *(entry.id for entry in entries))
        return entries

    patched.read = read_and_forget


def _acknowledge_afterwards(service: str) -> None:
    patched_group, patched_batch, ids = cast("Any", Group), cast("Any", Batch), dict[int, list[str]]()
    commit, add = patched_group.commit, patched_batch.add

    def add_and_note(batch: Batch, entry: str, ops: Any) -> None:
        ids.setdefault(id(batch), []).append(entry)
        add(batch, entry, ops)

    async def commit_then_acknowledge(group: Group, batch: Batch) -> list[str]:
        answers: list[str] = await commit(group, batch)
        noted = ids.pop(id(batch), [])
        done = [entry for entry, answer in zip(noted, answers, strict=True) if answer == "OK"]
        if done:
            # The gap is held open, so that a run of seconds meets what a real one meets in weeks.
            await asyncio.sleep(0.05)
            await group.redis.xack(group.stream, group.group, *done)
        return answers

    patched_batch.add, patched_group.commit = add_and_note, commit_then_acknowledge


def _forget_the_ledger(service: str) -> None:
    if service != "ingest":
        return
    patched_worker, patched_effects = cast("Any", Worker), cast("Any", Effects)
    see = patched_worker._see

    async def see_nothing(worker: Worker, events: Sequence[Any]) -> Seen:
        seen: Seen = await see(worker, events)
        seen.records = dict.fromkeys(seen.records, Record())
        return seen

    def save_nothing(*_: object) -> Iterator[Op]:
        return iter(())

    patched_worker._see, patched_effects._saves = see_nothing, save_nothing


FENCE: Edit = ("if acknowledged ~= 1 then return 'GONE' end", "")
VERSIONS: tuple[Edit, ...] = (
    ("if missed[args[at + 1]] or stored ~= args[at + 2] or not newer(args[at + 3], stored) then", "if false then"),
    ("if not newer(args[at + 2], stored) then superseded = true end", ""),
)


@dataclass(frozen=True)
class Mutation:
    """What is broken: edits of the function library, a change in the worker, or how Redis writes."""

    why: str
    edits: tuple[Edit, ...] = ()
    inside: Callable[[str], None] = _nothing
    appendfsync: str = "always"

    def library(self) -> str | None:
        """The mutated library, ``None`` where it stays; AssertionError where an edit would change nothing."""
        source = SOURCE
        for old, new in self.edits:
            assert source.count(old) == 1, f"{old!r} is in the library {source.count(old)} times"
            source = source.replace(old, new)
        if not self.edits:
            return None
        lines = [BUILD if line.startswith("-- build ") else line for line in source.splitlines()]
        assert BUILD in lines, "the library has lost its build number"
        return "\n".join(lines)


MUTATIONS: dict[str, Mutation] = {
    "no-fence": Mutation("whoever is late publishes again", (FENCE,)),
    "no-version-check": Mutation("an older revision overtakes a newer one", VERSIONS),
    "acknowledge-first": Mutation("a worker's death loses what it had read", (FENCE,), _acknowledge_at_once),
    "maxlen": Mutation(
        "a stream forgets what nobody has read",
        (("redis.call('XADD', key, '*', rest(args, at))",
          "redis.call('XADD', key, 'MAXLEN', '20', '*', rest(args, at))"),),
    ),
    "no-idempotency": Mutation("what is submitted twice is admitted twice", inside=_forget_the_ledger),
    "commit-apart": Mutation(
        "death between publishing and acknowledging publishes again",
        (("local acknowledged = redis.call('XACK', stream, group, entry.id)",
          "local acknowledged = held(stream, group, entry.id) and 1 or 0"),),
        _acknowledge_afterwards,
    ),
    "everysec": Mutation("a power cut takes what Redis had acknowledged", appendfsync="everysec"),
}  # fmt: skip
