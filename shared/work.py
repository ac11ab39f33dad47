"""Read, decide, commit: what happens to a batch of entries. The only module that is allowed to be clever."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from redis.exceptions import ResponseError

from shared.dead_letters import bury
from shared.decode import FIELD, decode, referred, with_data
from shared.effects import Effects
from shared.errors import Away, Conflict, Exhausted, Rejected, Undecodable, what, where
from shared.events import Event
from shared.job import Job, Portion
from shared.keys import Keys
from shared.logs import LINES, logger
from shared.metrics import Metrics
from shared.outcome import Given, Outcome
from shared.prepare import Prepare, prepared
from shared.settings import StageSettings
from shared.state import Seen, see
from shared.streams import Batch, Entry, Group, Op, passing
from shared.upverts import leads

T = TypeVar("T")

REASONS = tuple(kind.reason for kind in (Undecodable, Rejected, Conflict, Exhausted))
STALE_ROUNDS = 20
"""Fresh looks at changed state before an entry waits a moment; two workers on one article need one or two."""


TURN_S = 0.002
"""Seconds of decisions in a row; a render takes about that long."""


class Leaving(Exception):  # noqa: N818 - not an error: the stage is asked to stop while Redis is away
    """What was read is not finished; it stays pending and another worker takes it up."""


class Worker:
    """Finishes entries of one stream: each is committed, parked or buried, exactly one of them."""

    def __init__(self, service: str, job: Job, group: Group, keys: Keys, settings: StageSettings,
                 metrics: Metrics) -> None:  # fmt: skip
        self.service, self.group, self.keys = service, group, keys
        self.jobs = {job.kind.type: job}
        """By type of event; most streams carry one."""
        self.settings, self.metrics = settings, metrics
        self.stream = job.kind.stream
        self.died_in_a_row = 0
        self.leaving = False
        self.finished = 0
        self.preparing = self._store_away = False
        self._found: dict[str, object] = {}
        self._effects = Effects(service, keys, settings.data_keep_ms)
        self._renewed = self._turn = 0.0
        self._log_line = logger().bind()
        # An alert on a series that does not exist yet never fires.
        for known in (metrics.halted, metrics.lost, metrics.batch_seconds):
            known.labels(self.stream)
        for outcome in ("committed", "parked", *REASONS):
            metrics.entries.labels(self.stream, outcome)

    def also(self, job: Job) -> None:
        """Decide another type of event on the same stream."""
        if job.kind.type in self.jobs:
            raise ValueError(f"{job.kind.type} is decided already")
        self.jobs[job.kind.type] = job

    @property
    def halted(self) -> bool:
        """True once so many entries died in a row that going on would bury an edition."""
        return 0 < self.settings.dead_letter_limit <= self.died_in_a_row

    @property
    def busy(self) -> bool:
        """True while something is prepared, which has limits of its own, and its store answers."""
        return self.preparing and not self._store_away

    async def work(self, entries: Sequence[Entry]) -> None:
        """Finish these entries. Raises ``Leaving`` when asked to stop while Redis is away."""
        started = self._renewed = time.monotonic()
        verdicts: dict[str, Event[Any] | Exception] = {}
        for entry in entries:
            verdicts[entry.id] = self._decoded(entry)
        await self._fetch_data(entries, verdicts)
        await self._prepare(entries, verdicts)
        left = list(entries)
        for _ in range(STALE_ROUNDS):
            left = await self._round(left, verdicts, started)
            if not left:
                break
        else:
            rows = [(entry.id, entry.attempts - 1, 50, "state keeps changing") for entry in left]
            await self._park_rows(rows)
        self.metrics.batch_seconds.labels(self.stream).observe(time.monotonic() - started)

    async def insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Repeat a call that is safe to repeat until Redis answers."""
        told = False
        while True:
            try:
                return await call()
            except Exception as error:
                if not passing(error):
                    raise
                if self.leaving:
                    raise Leaving from error
                if not told:
                    logger().warning("redis.away", stream=self.stream, error=type(error).__name__)
                    told = True
                await asyncio.sleep(self.settings.retry_away_ms / 1000)

    # Reading

    def _decoded(self, entry: Entry) -> Event[Any] | Exception:
        if entry.attempts > self.settings.max_attempts:
            return Exhausted(
                f"taken up {entry.attempts - 1} times and never finished: the worker died or stalled each time; "
                "look for what kills it, mend it, then replay"
            )
        try:
            job = self._meant(entry)
            return decode(entry, job.kind, job.door)
        except Exception as error:  # noqa: BLE001 - a verdict for this entry alone, not for its batch
            return error

    def _meant(self, entry: Entry) -> Job:
        """The job of an entry whose stream carries several types; the first, which refuses it, where it is none's."""
        document: object = None
        if len(self.jobs) > 1:
            with suppress(ValueError, RecursionError, KeyError):
                document = json.loads(entry.fields[FIELD])
        return self._of(str(document.get("type")) if isinstance(document, dict) else "")

    def _of(self, type_: str) -> Job:
        if found := self.jobs.get(type_):
            return found
        # An older version of a type: its data is lifted once it is there.
        jobs = list(self.jobs.values())
        return next((job for job in jobs if leads(type_, job.kind.type)), jobs[0])

    def _job(self, event: Event[Any]) -> Job:
        return self._of(event.type)

    async def _fetch_data(self, entries: Sequence[Entry], verdicts: dict[str, Event[Any] | Exception]) -> None:
        wanted: dict[str, str] = {}
        for entry in entries:
            event = verdicts[entry.id]
            if isinstance(event, Exception):
                continue
            try:
                key = referred(event, self.keys)
            except Rejected as error:
                verdicts[entry.id] = error
            else:
                if key is not None:
                    wanted[entry.id] = key
        if not wanted:
            return
        stored = await self.insist(lambda: self.group.redis.mget(list(wanted.values())))
        for id_, value in zip(wanted, stored, strict=True):
            event = verdicts[id_]
            try:
                job = self._job(event)  # type: ignore[arg-type]
                verdicts[id_] = with_data(event, job.kind, value, job.door)  # type: ignore[arg-type]
            except Exception as error:  # noqa: BLE001 - a verdict for this entry alone, not for its batch
                verdicts[id_] = error

    async def _prepare(self, entries: Sequence[Entry], verdicts: dict[str, Event[Any] | Exception]) -> None:
        """Once for each event, however often it is decided afresh."""
        self._found = {}
        events: dict[str, Event[Any]] = {}
        prepares: dict[str, Prepare] = {}
        for id_, event in verdicts.items():
            if not isinstance(event, Exception) and (prepare := self._job(event).prepare):
                events[id_], prepares[id_] = event, prepare
        if not events:
            return

        async def meanwhile() -> None:
            await self._renew_if_slow(entries)
            if self.leaving and self._store_away:
                raise Leaving

        self.preparing = True
        try:
            often = self.settings.claim_after_ms / 6000
            self._found = await prepared(events, prepares, meanwhile, often, self._store_is)
        finally:
            self.preparing = self._store_away = False
        verdicts.update({id_: found for id_, found in self._found.items() if isinstance(found, Exception)})

    def _store_is(self, away: Exception | None) -> None:
        if away and not self._store_away:
            logger().warning("store.away", stream=self.stream, why=str(away) if isinstance(away, Away) else what(away))
        self._store_away = away is not None

    async def _see(self, events: Sequence[Event[Any]]) -> Seen:
        reads = [reads(event.data) for event in events if (reads := self._job(event).reads) is not None]
        if not reads and all(job.reads is None for job in self.jobs.values()):
            return Seen(datetime.now(UTC))
        return await see(self.group.redis, self.keys, reads)

    # Deciding

    async def _round(self, entries: list[Entry], verdicts: dict[str, Event[Any] | Exception],
                     started: float) -> list[Entry]:  # fmt: skip
        """Decide and commit once; the entries whose state had changed come back."""
        try:
            portion = await self._packed(entries, verdicts)
            answers = await self.insist(lambda: self.group.commit(portion.batch)) if portion.entries else []
        except ResponseError as error:
            # A call was refused as a whole: find whose fault it is, so that nobody else pays for it.
            if len(entries) == 1:
                if isinstance(verdicts[entries[0].id], Exception):
                    raise  # not even its dead letter is taken: it stays pending, and the loop says so
                verdicts[entries[0].id] = error
            return [left for entry in entries for left in await self._round([entry], verdicts, started)]
        stale, counts = [], Counter[str]()
        with LINES.together():
            for entry, answer in zip(portion.entries, answers, strict=True):
                if answer == "STALE":
                    stale.append(entry)
                elif answer.startswith("WRONGTYPE"):
                    verdicts[entry.id] = ResponseError(answer)  # parked or buried in the next round
                    stale.append(entry)
                else:
                    word = portion.notes[entry.id] if answer == "OK" else answer.lower()
                    counts[word] += 1
                    if answer != "GONE":
                        self.died_in_a_row = self.died_in_a_row + 1 if entry.id in portion.dying else 0
                    self._log(word, entry, verdicts[entry.id], started)
        self.finished += sum(counts.values())
        for word, count in counts.items():
            self.metrics.entries.labels(self.stream, word).inc(count)
        await self._park(portion.failures)
        return stale

    async def _packed(self, entries: list[Entry], verdicts: dict[str, Event[Any] | Exception]) -> "Portion":
        """The decisions on these entries: what is to be committed, and what failed."""
        events = [event for entry in entries if not isinstance(event := verdicts[entry.id], Exception)]
        seen = await self.insist(lambda: self._see(events))
        portion = Portion(Batch(self.group.stream))
        failures: list[tuple[Entry, Exception]] = []
        for entry in entries:
            await self._renew_if_slow(entries)
            event = verdicts[entry.id]
            if isinstance(event, Exception):
                failures.append((entry, event))
                continue
            try:
                outcome = self._decide(event, seen, self._found.get(entry.id))
                ops = self._order(event) + list(self._effects.of(event, outcome, seen))
            except Exception as error:  # noqa: BLE001 - parked or buried, with its reason
                failures.append((entry, error))
                continue
            portion.add(entry, ops, outcome.note or "committed")
        for entry, failure in failures:
            if (verdict := self._fatal(entry, failure)) is None:
                portion.failures.append((entry, failure))
                continue
            reason, detail = verdict
            letter = bury(self.keys, self.service, self.stream, entry, reason, detail, seen.now)
            portion.add(entry, [letter], reason)
            portion.dying.add(entry.id)
        return portion

    def _decide(self, event: Event[Any], seen: Seen, found: object) -> Outcome:
        given = Given(seen.now, event, seen.records, seen.newest, seen.blobs, found)
        answer = self._job(event).decide(event.data, given)
        if isinstance(answer, Outcome):
            return answer
        return Outcome(publish=() if answer is None else (answer,))

    def _order(self, event: Event[Any]) -> list[Op]:
        order = self._job(event).order
        if order is None:
            return []
        item, revision = order(event.data)
        return [("order", self.keys.order(self.service, f"{self.stream}:{item}"), f"{revision}.0")]

    async def _renew_if_slow(self, left: Sequence[Entry]) -> None:
        """Keep what waits behind a slow decision from being claimed, and let other streams have their turn.

        A hundred pages to render again must not stand before one kill.
        """
        now = time.monotonic()
        if now - self._renewed > self.settings.claim_after_ms / 3000:
            self._renewed = now
            await self.insist(lambda: self.group.renew([entry.id for entry in left]))
        if now - self._turn > TURN_S:
            await asyncio.sleep(0)
            self._turn = time.monotonic()

    # Failing

    def _fatal(self, entry: Entry, error: Exception) -> tuple[str, str] | None:
        """Reason and detail of a dead letter; ``None`` where another attempt may help."""
        if isinstance(error, Rejected):
            return error.reason, str(error)
        if entry.attempts >= self.settings.max_attempts:
            detail = f"failed {entry.attempts} times, last with {what(error)}; mend the cause, then replay"
            return Exhausted.reason, detail
        return None

    async def _park(self, failures: Sequence[tuple[Entry, Exception]]) -> None:
        rows = []
        for entry, error in failures:
            base = self.settings.backoff_base_ms * 2 ** min(entry.attempts - 1, 30)
            # Jitter: what failed together should not come back together.
            delay = int(min(base, self.settings.backoff_max_ms) * random.uniform(0.5, 1.0))  # noqa: S311
            rows.append((entry.id, entry.attempts, delay, what(error)))
            logger().warning(
                "event.parked", stream=self.stream, entry=entry.id, attempt=entry.attempts,
                error=type(error).__name__, where=where(error), again_in_ms=delay,
            )  # fmt: skip
            self.metrics.entries.labels(self.stream, "parked").inc()
        await self._park_rows(rows)

    async def _park_rows(self, rows: Sequence[tuple[str, int, int, str]]) -> None:
        if rows:
            await self.insist(lambda: self.group.park(rows))

    def _log(self, word: str, entry: Entry, event: Event[Any] | Exception, started: float) -> None:
        if isinstance(event, Exception):
            self._log_line.error("event.died", stream=self.stream, entry=entry.id, reason=word, attempt=entry.attempts)
        else:
            self._log_line.info(
                "event.committed", outcome=word, type=event.type, subject=event.subject, id=event.id,
                attempt=entry.attempts, took_ms=int((time.monotonic() - started) * 1000),
            )  # fmt: skip
