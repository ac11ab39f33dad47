"""Two workers of each service as processes, killed, stalled, and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

SERVICES = ("ingest", "enrichment", "moderation", "delivery")
SETTLED_S = 2.0
"""A worker younger than this has done nothing yet: killing it proves little."""


@dataclass
class Worker:
    """One process of a service."""

    service: str
    process: "subprocess.Popen[bytes]"
    born: float
    stalled: bool = False


@dataclass
class Workers:
    """All workers of a run. ``fallen``: those that ended without being killed, which none may."""

    environment: dict[str, str]
    log: Path
    each: int = 2
    services: tuple[str, ...] = SERVICES
    alive: list[Worker] = field(default_factory=list)
    fallen: list[str] = field(default_factory=list)
    _out: BinaryIO | None = None

    def start(self) -> None:
        """Start every worker."""
        self._out = self.log.open("ab")
        for service in self.services:
            for _ in range(self.each):
                self._spawn(service)

    def _spawn(self, service: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child", service],
            env={**os.environ, **self.environment},
            stdout=self._out,
            stderr=subprocess.STDOUT,
        )
        self.alive.append(Worker(service, process, time.monotonic()))

    def tend(self) -> None:
        """Start again whoever ended by itself, and write down that it did."""
        for worker in list(self.alive):
            code = worker.process.poll()
            if code is not None:
                self.fallen.append(f"{worker.service} ended with {code}")
                self.alive.remove(worker)
                self._spawn(worker.service)

    def choose(self, dice: random.Random, *, patient: bool = True) -> Worker | None:
        """A worker that has settled and is not stalled; ``None`` if there is none now."""
        able = [
            worker
            for worker in self.alive
            if not worker.stalled and (not patient or time.monotonic() - worker.born > SETTLED_S)
        ]
        return dice.choice(able) if able else None

    def kill(self, worker: Worker) -> None:
        """SIGKILL it, and start another in its place."""
        worker.process.kill()
        worker.process.wait()
        self.alive.remove(worker)
        self._spawn(worker.service)

    def stall(self, worker: Worker) -> None:
        """SIGSTOP: it holds what it has read and knows nothing of the time that passes."""
        worker.process.send_signal(signal.SIGSTOP)
        worker.stalled = True

    def wake(self, worker: Worker) -> None:
        """SIGCONT: it goes on where it was, with entries that are somebody else's by now."""
        worker.process.send_signal(signal.SIGCONT)
        worker.stalled = False

    def stop(self) -> list[str]:
        """SIGTERM to all, as a deployment does; what did not end well within 30 seconds."""
        for worker in self.alive:
            self.wake(worker)
            worker.process.terminate()
        wrong = []
        for worker in self.alive:
            try:
                code = worker.process.wait(30)
            except subprocess.TimeoutExpired:
                worker.process.send_signal(signal.SIGUSR1)
                time.sleep(0.5)
                worker.process.kill()
                code = worker.process.wait()
            if code != 0:
                wrong.append(f"{worker.service} ended with {code} when asked to stop")
        self.alive.clear()
        if self._out is not None:
            self._out.close()
        return wrong
