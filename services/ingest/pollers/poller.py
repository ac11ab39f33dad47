"""One poll of one source: ask, understand, submit what is new, remember."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import ValidationError

from services.ingest.adapters.intake import Adapter, Intake, Refused
from services.ingest.hostile import Limits
from services.ingest.pollers.feed import feed
from services.ingest.pollers.gone import gone
from services.ingest.pollers.kinds import Failed, Found, Kind
from services.ingest.pollers.lease import Lease, Lost
from services.ingest.pollers.memory import Memory
from services.ingest.pollers.meters import Meters
from services.ingest.pollers.pace import retry_after_s, wait_s
from services.ingest.pollers.read import Reader, Unread
from services.ingest.pollers.settings import PollSettings
from services.ingest.pollers.table import Polled
from services.ingest.pollers.wordpress import wordpress
from shared.decode import encode
from shared.errors import what
from shared.events import seal
from shared.keys import Keys, escape
from shared.logs import logger
from shared.streams import Client, Op, passing

KINDS: Mapping[str, Kind] = {"feed": feed, "wordpress": wordpress}
"""By the adapter that understands the answers."""

SOON_S = 5.0
"""Until the next poll, where there is more than one poll takes."""
GONE_S = 86_400.0
"""Until the next poll of an address that is gone for good."""
KEEP_MS = 90 * 86_400_000
"""A source that is polled no more is forgotten after so long."""
_TOLD = 3


@dataclass(slots=True)
class Tally:
    """What came of a poll, for its line in the log."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    """Where in its document each warning stands."""
    more: bool = False


def memory_key(source: str) -> str:
    """Where a source's memory is kept, without the prefix: fields ``memory`` and ``due`` (milliseconds since 1970)."""
    return f"poll:{escape(source)}"


class Poller:
    """Polls whatever source it is given, while the lease is ours."""

    def __init__(
        self,
        redis: Client,
        keys: Keys,
        lease: Lease,
        reader: Reader,
        adapters: Mapping[str, Adapter],
        meters: Meters,
        settings: PollSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis, self._keys, self._lease, self._reader = redis, keys, lease, reader
        self._limits = Limits(event_bytes=settings.poll_max_bytes, depth=settings.event_depth)
        self._data_keep_ms = settings.data_keep_ms
        self._adapters, self._meters, self._clock = adapters, meters, clock

    async def due_ms(self, sources: Sequence[Polled]) -> list[int]:
        """When each is to be polled next, in milliseconds since 1970; 0 where it never was."""
        pipe = self._redis.pipeline(transaction=False)
        for source in sources:
            pipe.hget(self._keys.key(memory_key(source.name)), "due")
        return [int(due) if due and due.isdigit() else 0 for due in await pipe.execute()]

    def now_ms(self) -> int:
        """The present, as ``due_ms`` tells it."""
        return int(self._clock() * 1000)

    async def poll(self, source: Polled) -> None:
        """Ask it once. Whatever it answers, this ends with a time for the next poll and one line in the log.

        Raises what Redis raises; then nothing was submitted that is not remembered.
        """
        begun, tally = self._clock(), Tally()
        memory = (await self._memory(source)).at(source.poll.url)
        try:
            memory = await self._ask(source, memory, tally)
            memory = memory.model_copy(update={"failures": 0})
            wait = SOON_S if tally.more else wait_s(source.name, source.poll.every_s, 0)
            outcome, why = "submitted" if tally.counts["submitted"] else "unchanged", None
        except (Unread, Failed, Refused) as error:
            # Newer than ours, where a first page was submitted before the second failed.
            memory = (await self._memory(source)).at(source.poll.url)
            memory = memory.model_copy(update={"failures": memory.failures + 1})
            asked_for, is_gone = 0.0, False
            if isinstance(error, Failed):
                asked_for, is_gone = retry_after_s(error.retry_after, self._now()), error.gone
            wait = wait_s(source.name, source.poll.every_s, memory.failures, GONE_S if is_gone else asked_for)
            outcome, why = "gone" if is_gone else "refused" if isinstance(error, Refused) else "failed", str(error)
        except Lost:
            self._meters.polls.labels(source.name, "lost").inc()
            logger().warning("poll.lost", source=source.name)
            return
        except Exception as error:
            if passing(error):
                raise
            memory = (await self._memory(source)).at(source.poll.url)
            memory = memory.model_copy(update={"failures": memory.failures + 1})
            wait = wait_s(source.name, source.poll.every_s, memory.failures)
            outcome, why = "broken", what(error)
        await self._done(source, memory, wait, outcome, why, tally, begun)

    async def _ask(self, source: Polled, memory: Memory, tally: Tally) -> Memory:
        async for found in KINDS[source.adapter](source, memory, self._reader, self._now()):
            intakes = await self._understood(source, found, tally)
            news = memory.news(intakes, whole=found.whole)
            tally.counts.update(
                submitted=len(news.intakes), stale=news.stale, unchanged=len(intakes) - len(news.intakes) - news.stale
            )
            tally.more = found.more
            memory = memory.model_copy(update={**found.remember, "known": news.known})
            await self._write(source, memory, news.intakes, self._clock() + SOON_S)
        if source.adapter == "feed" and source.poll.ask_gone:
            kills, known = await gone(memory, self._reader, int(self._clock()), source.poll.url)
            tally.counts.update(submitted=len(kills), gone=len(kills))
            memory = memory.model_copy(update={"known": known})
            if kills:
                await self._write(source, memory, kills, self._clock() + SOON_S)
        return memory

    async def _understood(self, source: Polled, found: Found, tally: Tally) -> list[Intake]:
        """What the documents mean. One of several that is refused keeps none of the others."""
        adapt = self._adapters[source.adapter]

        def all_() -> list[Intake]:
            taken: list[Intake] = []
            for document in found.documents:
                try:
                    meant = adapt(replace(document, limits=self._limits))
                except Exception as error:  # noqa: BLE001 - told; the next poll meets it again
                    # A fault of ours keeps none of the others back, either.
                    refused = error if isinstance(error, Refused) else Refused("", f"could not be read: {what(error)}")
                    tally.counts["refused"] += 1
                    tally.refused.append(str(refused)[:300])
                    if found.whole:
                        # A document that is refused whole must be read again when we know more: no validator is kept.
                        raise refused from None
                    continue
                taken += meant
                # Of a feed, what single entries were refused for is told so, too.
                tally.warned += [one.split(" ", 1)[0][:100] for intake in meant for one in intake.warnings]
            return taken

        # A long document takes long to read, and other newsrooms push meanwhile.
        return await asyncio.to_thread(all_)

    async def _write(self, source: Polled, memory: Memory, intakes: Sequence[Intake], due_s: float) -> None:
        entries = [(self._keys.key(one.submission.stream), *self._event(source, one)) for one in intakes]
        fields: dict[str, str | int] = {"memory": memory.model_dump_json(), "due": int(due_s * 1000)}
        await self._lease.write(entries, self._keys.key(memory_key(source.name)), fields, KEEP_MS)

    def _event(self, source: Polled, intake: Intake) -> tuple[bytes, Op | None]:
        said = intake.submission
        sealed = seal(said, id=intake.event_id, source=f"/newsroom/{source.name}", time=self._now())
        return encode(sealed, self._keys, self._data_keep_ms)

    async def _memory(self, source: Polled) -> Memory:
        stored = await self._redis.hget(self._keys.key(memory_key(source.name)), "memory")
        try:
            return Memory.model_validate_json(stored) if stored else Memory()
        except ValidationError:
            # Another release remembered otherwise. All is submitted again, and ingest ignores what it knows.
            return Memory()

    async def _done(
        self, source: Polled, memory: Memory, wait: float, outcome: str, why: str | None, tally: Tally, begun: float
    ) -> None:
        now = self._clock()
        try:
            await self._write(source, memory, (), now + wait)
        except Lost:
            outcome = "lost"
        self._meters.polls.labels(source.name, outcome).inc()
        for word, count in tally.counts.items():
            self._meters.entries.labels(source.name, word).inc(count)
        if why is None:
            self._meters.answered.labels(source.name).set(now)
        told = {word: count for word, count in tally.counts.items() if count}
        if tally.refused:
            told["why_refused"] = tally.refused[:_TOLD]  # type: ignore[assignment]
        if tally.warned:
            told["warnings"] = len(tally.warned)
            told["warned_at"] = tally.warned[:_TOLD]  # type: ignore[assignment]
        line = logger().info if why is None else logger().warning
        line(
            "poll.done", source=source.name, outcome=outcome, **told, **({"why": why} if why else {}),
            failures=memory.failures, took_ms=round((now - begun) * 1000), next_in_s=round(wait),
        )  # fmt: skip

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
