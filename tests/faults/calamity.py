"""When what fails: a seeded timetable, and the hand that carries it out."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from tests.faults.server import Server
from tests.faults.workers import Workers

JUMP_S = 5


@dataclass(frozen=True)
class Plan:
    """How many of each fault a run has."""

    kills: int = 0
    stalls: int = 0
    redis_kills: int = 0
    power_cuts: int = 0
    jumps: int = 0
    stall_s: float = 4.0

    def timetable(self, seconds: float, dice: random.Random) -> list[tuple[float, str]]:
        """Faults by the second they happen; Redis' are spread evenly, so that each hits a running system."""
        small = ["kill"] * self.kills + ["stall"] * self.stalls + ["clock jump"] * self.jumps
        times = [(dice.uniform(0.04, 0.98) * seconds, fault) for fault in small]
        large = ["redis kill"] * self.redis_kills + ["power cut"] * self.power_cuts
        dice.shuffle(large)
        step = seconds / (len(large) or 1)
        times += [((n + dice.uniform(0.25, 0.75)) * step, fault) for n, fault in enumerate(large)]
        return sorted(times)


@dataclass
class Damage:
    """What was done. ``outages``: (from, until) in seconds of wall-clock time."""

    done: dict[str, int] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    bytes_cut: int = 0

    def count(self, fault: str) -> None:
        """One more."""
        self.done[fault] = self.done.get(fault, 0) + 1


async def strike(plan: Plan, seconds: float, seed: int, workers: Workers, server: Server) -> Damage:
    """Carry out ``plan`` within about ``seconds``; every fault happens, some of them late."""
    dice, damage, began = random.Random(seed), Damage(), time.monotonic()
    naps: set[asyncio.Task[None]] = set()
    for at, fault in plan.timetable(seconds, dice):
        while (ahead := began + at - time.monotonic()) > 0:
            workers.tend()
            await asyncio.sleep(min(ahead, 0.25))
        if fault in {"redis kill", "power cut"}:
            await _outage(fault, server, damage, dice)
        elif fault == "clock jump":
            await _jump(server, dice)
        else:
            nap = await _hurt(fault, plan, workers, dice)
            if nap is not None:
                naps.add(nap)
        damage.count(fault)
    if naps:
        await asyncio.wait(naps)
    return damage


async def _outage(fault: str, server: Server, damage: Damage, dice: random.Random) -> None:
    began = time.time()
    if fault == "redis kill":
        server.kill()
    else:
        damage.bytes_cut += server.cut_power()
    await asyncio.sleep(dice.uniform(0.05, 1.0))
    await asyncio.to_thread(server.start)
    damage.outages.append((began, time.time()))


async def _jump(server: Server, dice: random.Random) -> None:
    """Somebody sets the clock, back or ahead, and a moment later right again."""
    server.jump(dice.choice((-JUMP_S, JUMP_S)))
    await asyncio.sleep(dice.uniform(0.5, 1.5))
    server.jump(0)


async def _hurt(fault: str, plan: Plan, workers: Workers, dice: random.Random) -> "asyncio.Task[None] | None":
    began = time.monotonic()
    while (worker := workers.choose(dice, patient=time.monotonic() - began < 10)) is None:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    if fault == "kill":
        workers.kill(worker)
        return None
    workers.stall(worker)

    async def nap() -> None:
        await asyncio.sleep(plan.stall_s * dice.uniform(1.0, 1.5))
        if worker.process.poll() is None:
            workers.wake(worker)

    return asyncio.create_task(nap())
