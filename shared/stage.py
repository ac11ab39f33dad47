"""A stage: FastStream subscriptions whose batches are read, decided and committed by ``shared.work``."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from faststream import AckPolicy, FastStream
from faststream._internal.endpoint.subscriber import SubscriberUsecase
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import RedisBatchStreamMessage
from faststream.redis.prometheus import RedisPrometheusMiddleware
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from redis.exceptions import ResponseError

from shared.decode import Door
from shared.events import Event, EventData
from shared.job import Decide, Job
from shared.keys import Keys
from shared.loop import Loop
from shared.metrics import Metrics
from shared.outcome import Reads
from shared.prepare import Prepare
from shared.settings import StageSettings
from shared.streams import Entry, Group, connect, passing
from shared.work import Worker

RELEASE_EVERY_MS = 100
TELL_EVERY_MS = 2_000


class PendingListSubscriber(StreamBatchSubscriber):
    """FastStream's batch subscriber with our loop: groups from 0, claims, lost groups, Redis away.

    It overrides what FastStream 0.7 keeps private (``start``, ``stop``); a contract test holds their shape, and
    docs/decisions/0003 says why.
    """

    loop: Loop

    async def start(self, *args: Any) -> None:
        """Start reading. The group begins at the first entry of the stream, not at its end."""
        await SubscriberUsecase.start(self)
        self._post_start()
        self.add_task(self.loop.run, (self._hand_over,))

    async def _hand_over(self, entries: list[Entry]) -> None:
        """One batch through FastStream's middlewares to the handler."""
        ids = [entry.id.encode() for entry in entries]
        message: Any = {"type": "bstream", "channel": self.loop.group.stream, "data": entries, "message_ids": ids}
        await self.process_message(message)

    async def stop(self) -> None:
        """Stop reading, and wait for what is in work."""
        self.loop.stopping = self.loop.worker.leaving = True
        pending = [task for task in self.tasks if not task.done()]
        if pending:
            await asyncio.wait(pending, timeout=self.loop.settings.stop_after_ms / 1000)
        await super().stop()


class Stage:
    """Decisions wired to streams. ``app`` is a FastStream app; ``on`` is all a service needs."""

    def __init__(self, name: str, settings: StageSettings) -> None:
        self.name, self.settings = name, settings
        self.keys, self.metrics = Keys(settings.prefix), Metrics()
        # Never reused: a name that comes back would own the pending entries of the one that died.
        self.consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.redis = connect(settings.redis_url)
        self.broker = RedisBroker(
            settings.redis_url,
            apply_types=False,  # decisions take parsed events; a second parse would cost as much as the first
            logger=None,  # type: ignore[arg-type]
            graceful_timeout=settings.stop_after_ms / 1000,
            middlewares=[RedisPrometheusMiddleware(registry=self.metrics.registry, app_name=name)],
        )
        self.app = FastStream(
            self.broker,
            logger=None,
            on_startup=[self._join],
            after_startup=[self._start_timers],
            on_shutdown=[self._stop_timers],
            after_shutdown=[self._leave],
        )
        self.beside: Callable[[Any], Any] = lambda own: own
        """Wraps the ASGI application of health and metrics where a service answers more on its port."""
        self.serving: dict[str, Any] = {}
        """What such a service asks of uvicorn."""
        self.loops: list[Loop] = []
        self._timed: set[str] = set()
        self._timers: asyncio.Task[None] | None = None
        self._ticking = True

    def on(
        self,
        kind: type[EventData],
        *,
        reads: Callable[[Any], Reads] | None = None,
        order: Callable[[Any], tuple[str, int]] | None = None,
        door: Door | None = None,
        prepare: Prepare | None = None,
        timed: bool = False,
    ) -> Callable[[Decide], Decide]:
        """Decide every event of ``kind``. Kinds of one stream are read by one worker, in their order.

        ``reads``: the state a decision needs. ``order``: (item, revision); only growing revisions of an item
        pass. ``door``: a look at the raw bytes. ``prepare``: what is fetched or made before the decision, off its
        way; it finds the answer in ``Given.found``. ``timed``: this stream gets events that wait for their time.
        """

        def register(decide: Decide) -> Decide:
            stream, group = self.keys.key(kind.stream), self.name
            job = Job(kind, decide, reads, order, door, prepare)
            if timed:
                self._timed.add(kind.stream)
            if known := next((loop for loop in self.loops if loop.worker.stream == kind.stream), None):
                known.worker.also(job)
                return decide
            consumer = Group(
                self.redis, stream, group, self.consumer,
                self.keys.due(group, kind.stream), self.keys.why(group, kind.stream),
            )  # fmt: skip
            worker = Worker(self.name, job, consumer, self.keys, self.settings, self.metrics)
            loop = Loop(worker, self.settings, self.metrics)
            self.loops.append(loop)
            self._subscribe(kind, stream, loop)
            return decide

        return register

    def _subscribe(self, kind: type[EventData], stream: str, loop: Loop) -> None:
        async def parse(message: Any) -> RedisBatchStreamMessage:
            client: Any = self.redis
            return RedisBatchStreamMessage(
                message, body=message["data"], consumer=client, group=self.name, message_id=message["message_ids"][0]
            )

        async def hand_over(message: Any) -> Any:
            return message.body

        async def work(entries: Any) -> None:
            await loop.worker.work(entries)

        work.__name__ = kind.stream.replace(".", "_")
        work.__doc__ = kind.__doc__
        work.__annotations__ = {"entries": Event[kind], "return": None}  # type: ignore[valid-type]
        subscriber = self.broker.subscriber(
            stream=StreamSub(
                stream, group=self.name, consumer=self.consumer, batch=True,
                max_records=self.settings.batch, polling_interval=self.settings.block_ms,
            ),
            ack_policy=AckPolicy.MANUAL,
            parser=parse,
            decoder=hand_over,
            title=kind.stream,
            description=kind.__doc__,
        )  # fmt: skip
        subscriber.__class__ = PendingListSubscriber
        cast("PendingListSubscriber", subscriber).loop = loop
        subscriber(work)

    @property
    def healthy(self) -> bool:
        """True while every stream is being read; a stage that only answers pings is not alive."""
        return bool(self.loops) and all(loop.reading for loop in self.loops)

    def condition(self) -> dict[str, object]:
        """Per stream: is it read, has it halted, how many entries were finished."""
        return {
            loop.worker.stream: {
                "reading": loop.reading, "halted": loop.worker.halted, "finished": loop.worker.finished
            }
            for loop in self.loops
        }  # fmt: skip

    # Lifespan

    async def _join(self) -> None:
        for loop in self.loops:
            loop.last_read = time.monotonic()
            try:
                await loop.group.ensure()
            except Exception as error:
                # Redis answered a moment ago and is away again: the loop waits for it, and makes the group then.
                if not passing(error):
                    raise

    async def _start_timers(self) -> None:
        self._timers = asyncio.create_task(self._tick())

    async def _stop_timers(self) -> None:
        # By a flag: on Python 3.11 a time-out inside redis-py now and then swallows a cancellation, and then this
        # would wait for ever.
        self._ticking = False
        if self._timers is not None:
            await self._timers

    async def _tick(self) -> None:
        """Release what has come due, and tell operators that this worker lives."""
        tell_at = 0.0
        while self._ticking:
            try:
                for name in self._timed:
                    await self.loops[0].group.call("release", (self.keys.later(name), self.keys.key(name)), 100)
                if time.monotonic() >= tell_at:
                    await self._tell()
                    tell_at = time.monotonic() + TELL_EVERY_MS / 1000
            except Exception as error:  # noqa: BLE001 - the loops tell what is wrong; alarms must ring when it is over
                if not passing(error):
                    await asyncio.sleep(1)
            await asyncio.sleep(RELEASE_EVERY_MS / 1000)

    async def _tell(self) -> None:
        key = self.keys.worker(self.name, self.consumer)
        pipe = self.redis.pipeline(transaction=False)
        for loop in self.loops:
            state = "halted" if loop.worker.halted else "reading" if loop.reading else "away"
            pipe.hset(key, mapping={f"{loop.worker.stream}:finished": loop.worker.finished, loop.worker.stream: state})
        pipe.pexpire(key, 5 * TELL_EVERY_MS)
        await pipe.execute()

    async def _leave(self) -> None:
        """Give back what was read and not finished, remove our name, go."""
        try:
            for loop in self.loops:
                with suppress(ResponseError):  # a group that is gone holds nothing to give back
                    await self._give_back(loop.group)
            await self.redis.delete(self.keys.worker(self.name, self.consumer))
        except Exception as error:
            if not passing(error):
                raise
        finally:
            await self.redis.aclose()

    async def _give_back(self, group: Group) -> None:
        while rows := await self.redis.xpending_range(
            group.stream, group.group, min="-", max="+", count=1000, consumername=group.consumer
        ):
            # Not an attempt: nobody has looked at it.
            await group.park([(r["message_id"].decode(), max(r["times_delivered"] - 1, 0), 0, "") for r in rows])
        await group.reap(2**53, leaving=True)
