"""Redis as the stages see it: one client, one function library, one call per batch."""

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias

import hiredis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

LIBRARY = "lightwire_streams_v1"
SOURCE = files("shared").joinpath("streams.lua").read_text("utf-8")
PARKED = "_parked"

AWAY = (RedisConnectionError, RedisTimeoutError, OSError)
"""Redis cannot be reached: wait, nothing is dropped."""

_FAILING_OVER = (ReadOnlyError, MasterDownError, ClusterDownError, TryAgainError, BusyLoadingError)
_OPERATOR = (NoPermissionError, OutOfMemoryError)
"""Trouble of the place, not of an entry: it costs no attempts, the stage waits and says so until it is mended."""
_PASSING = re.compile(r"^(BUSY|NOREPLICAS|MISCONF|UNBLOCKED)\b")

Client: TypeAlias = Any
"""``redis.asyncio.Redis``, whose own annotations allow every answer to be bytes, text or nothing; ours are bytes."""

Value = str | bytes | int | float
Op = tuple[Value, ...]
"""(operation, key, arguments ...), as ``streams.lua`` lists them."""


class Entry(NamedTuple):
    """One entry as it was read; ``attempts`` is 1 the first time."""

    id: str
    fields: dict[bytes, bytes]
    attempts: int


def passing(error: BaseException) -> bool:
    """True where the same call may succeed a moment later: Redis is away, loading, or failing over."""
    if isinstance(error, (*AWAY, *_FAILING_OVER, *_OPERATOR)):
        return True
    return isinstance(error, ResponseError) and bool(_PASSING.match(str(error)))


def connect(url: str, answer_s: float = 15) -> Client:
    """A client that never repeats a command by itself: whoever calls knows whether that is safe.

    The pool waits for a free connection instead of failing; ``answer_s`` must exceed every blocking read.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=32,
        timeout=min(30, 2 * answer_s),
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        socket_timeout=answer_s,
        socket_connect_timeout=min(3, answer_s),
        socket_keepalive=True,
        health_check_interval=0,
    )
    pool.connection_class = type("Packing", (_Packing, pool.connection_class), {})
    return Redis.from_pool(pool)


class _Packing:
    """A connection that packs commands in C: a commit has a hundred arguments per entry, and redis-py packs the
    commands of its asynchronous connections one argument after the other in Python."""

    def pack_command(self, *args: Value) -> list[bytes]:
        """The command as it goes over the wire. A name of two words, such as ``XGROUP CREATE``, is two arguments."""
        name = args[0]
        words = name.split() if isinstance(name, str | bytes) else [name]
        return [hiredis.pack_command((*words, *args[1:]))]


def _build(code: str) -> int:
    found = re.search(r"^-- build (\d+)$", code, re.MULTILINE)
    return int(found[1]) if found else 0


async def load_library(redis: Client, source: str = SOURCE) -> bool:
    """Load the function library unless this build or a newer one is there; True if it was loaded now."""
    for known in await redis.function_list(LIBRARY, withcode=True):
        pairs = dict(zip(known[::2], known[1::2], strict=True)) if isinstance(known, list) else known
        code = pairs[b"library_code"].decode()
        if code == source or _build(code) > _build(source):
            return False
    await redis.function_load(source, replace=True)
    return True


class Batch:
    """Operations of several entries, packed for one call."""

    def __init__(self, stream: str) -> None:
        self._keys: dict[str, int] = {stream: 1}
        self._args: list[Value] = []
        self.size = 0

    def add(self, entry: str, ops: Iterable[Op]) -> None:
        """Commit ``entry`` with these operations; keys are full names."""
        ops = tuple(ops)
        self._args += (entry, len(ops))
        for name, key, *rest in ops:
            self._args += (name, self._keys.setdefault(str(key), len(self._keys) + 1), *rest)
        self.size += 1

    def packed(self, group: str) -> tuple[list[str], list[Value]]:
        """KEYS and ARGV of ``lightwire_commit_v1``."""
        return list(self._keys), [group, self.size, *self._args]


class Group:
    """One consumer of one group on one stream, by the functions of the library."""

    def __init__(self, redis: Client, stream: str, group: str, consumer: str, due: str, why: str) -> None:
        self.redis, self.stream, self.group, self.consumer = redis, stream, group, consumer
        self._due, self._why = due, why

    async def call(self, function: str, keys: Sequence[str], *args: Value) -> Any:
        """Call a function of the library; load the library where the server does not know it."""
        name = f"lightwire_{function}_v1"
        try:
            return await self.redis.fcall(name, len(keys), *keys, *args)
        except ResponseError as error:
            if "Function not found" not in str(error):
                raise
            await load_library(self.redis)
            return await self.redis.fcall(name, len(keys), *keys, *args)

    async def ensure(self) -> bool:
        """Create the group at the beginning of the stream; False if it was there."""
        try:
            await self.redis.xgroup_create(self.stream, self.group, id="0", mkstream=True)
        except OutOfMemoryError:
            # Refused before the server looks whether the group is there; draining a full Redis needs it to be.
            if await self.redis.exists(self.stream):
                groups = await self.redis.xinfo_groups(self.stream)
                if any(group["name"].decode() == self.group for group in groups):
                    return False
            raise
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
            return False
        return True

    async def read(self, count: int, block_ms: int | None) -> list[Entry]:
        """New entries, after at most ``block_ms`` milliseconds; ``None``: those that are there."""
        answer = await self.redis.xreadgroup(self.group, self.consumer, {self.stream: ">"}, count=count, block=block_ms)
        rows = answer.items() if isinstance(answer, dict) else answer or ()
        return [
            Entry(id_.decode(), fields or {}, 1)
            for _, found in rows
            for id_, fields in _flat(found)
        ]  # fmt: skip

    async def claim_due(self, min_idle_ms: int, count: int) -> tuple[list[Entry], list[str]]:
        """Entries to take up again, and the ids of any whose text has vanished from the stream."""
        taken, lost = await self.call(
            "claim_due", (self.stream, self._due, self._why), self.group, self.consumer, min_idle_ms, count
        )
        entries = [
            Entry(id_.decode(), dict(zip(flat[::2], flat[1::2], strict=True)), int(attempts))
            for id_, attempts, flat in taken
        ]
        return entries, [id_.decode() for id_ in lost]

    async def commit(self, batch: Batch) -> list[str]:
        """Per entry ``OK``, ``GONE``, ``STALE``, ``SUPERSEDED`` or ``WRONGTYPE …``. Safe to repeat."""
        keys, args = batch.packed(self.group)
        return [answer.decode() for answer in await self.call("commit", keys, *args)]

    async def park(self, rows: Iterable[tuple[str, int, int, str]]) -> int:
        """Put entries (id, attempts so far, delay in ms, what went wrong) aside until they are due again."""
        flat = [value for row in rows for value in row]
        keys = (self.stream, self._due, self._why)
        return int(await self.call("park", keys, self.group, *flat)) if flat else 0

    async def renew(self, ids: Sequence[str]) -> None:
        """Keep entries in work from being claimed by others."""
        if ids:
            await self.call("renew", (self.stream,), self.group, self.consumer, *ids)

    async def reap(self, min_idle_ms: int, *, leaving: bool = False) -> int:
        """Remove names of dead workers with nothing pending, one's own too when leaving."""
        name = self.consumer if leaving else ""
        return int(await self.call("reap", (self.stream,), self.group, min_idle_ms, name))

    async def trim(self, retention_ms: int) -> int:
        """Forget what is acknowledged and older than ``retention_ms``; how many entries went."""
        return int(await self.call("trim_acked", (self.stream,), retention_ms, 1))


def _flat(found: Any) -> Iterable[tuple[bytes, dict[bytes, bytes] | None]]:
    """One list of (id, fields), whichever of redis-py's two shapes came."""
    if found and isinstance(found[0], list):
        return (pair for inner in found for pair in inner)
    return found  # type: ignore[no-any-return]
