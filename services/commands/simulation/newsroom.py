"""A simulated newsroom at work: so many acts a second over HTTP, each signed, each answer counted."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from services.commands.simulation.desk import Act, Desk
from services.commands.simulation.formats import document, media_type
from services.commands.simulation.signing import SIGNERS

IN_FLIGHT = 50
"""Requests under way at most; where the answers are slower than the rate, the rate gives way."""
MOST_TIMED = 100_000
HOPELESS = frozenset({401, 403, 404})
"""Answers that the next request gets as well: the secret, the source or the address is wrong."""


@dataclass(slots=True)
class Sums:
    """What came of a run so far."""

    deeds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """By status, or the name of what went wrong."""
    took_ms: list[float] = field(default_factory=list)
    first_refusal: str = ""
    hopeless: bool = False

    @property
    def accepted(self) -> int:
        """Answered with 202."""
        return self.answers["202"]

    @property
    def refused(self) -> int:
        """Answered in any other way, or not at all."""
        return self.answers.total() - self.accepted

    def percentile(self, share: float) -> float:
        """Milliseconds that so many of the accepted took at most; 0 where there are none."""
        ordered = sorted(self.took_ms)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to, as whom, how fast."""

    url: str
    source: str
    format: str
    scheme: str
    secret: str
    rate: float
    seconds: float


async def work(plan: Plan, desk: Desk, sums: Sums, client: httpx.AsyncClient) -> None:
    """Until the time is over and every answer is in. Nothing is sent again: what is refused is counted."""
    begun, sent = time.monotonic(), 0
    free = asyncio.Semaphore(IN_FLIGHT)
    # A story's acts go out one after the other; a desk does not correct what it has not sent yet.
    last: dict[str, asyncio.Task[None]] = {}
    async with asyncio.TaskGroup() as group:
        while (due := begun + sent / plan.rate) < begun + plan.seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await free.acquire()
            if time.monotonic() >= begun + plan.seconds or sums.hopeless:
                break
            act = desk.next(datetime.now(UTC))
            task = group.create_task(_send(plan, desk, act, sums, client, last.get(act.id)))
            task.add_done_callback(lambda _: free.release())
            last = {id_: one for id_, one in last.items() if not one.done()} | {act.id: task}
            sent += 1


async def _send(
    plan: Plan, desk: Desk, act: Act, sums: Sums, client: httpx.AsyncClient, before: "asyncio.Task[None] | None"
) -> None:
    if before is not None:
        await before
    body = document(plan.format, act)
    begun = time.monotonic()
    signed = SIGNERS[plan.scheme](plan.secret, body, f"{act.id}-{act.revision}", datetime.now(UTC))
    try:
        answer = await client.post(
            f"{plan.url}/v1/articles/{plan.source}",
            content=body,
            headers={"content-type": media_type(plan.format), **signed},
        )
    except httpx.HTTPError as error:
        sums.answers[type(error).__name__] += 1
        desk.undone(act)
        return
    sums.answers[str(answer.status_code)] += 1
    if answer.status_code != httpx.codes.ACCEPTED:
        desk.undone(act)
        sums.first_refusal = sums.first_refusal or answer.text[:500]
        sums.hopeless = sums.hopeless or (not sums.accepted and answer.status_code in HOPELESS)
        return
    sums.deeds[act.deed] += 1
    if len(sums.took_ms) < MOST_TIMED:
        sums.took_ms.append((time.monotonic() - begun) * 1000)
