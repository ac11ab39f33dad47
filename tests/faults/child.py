"""A service as its container runs it, with faults inside: ``python -m tests.faults.child <service>``.

``LIGHTWIRE_FAULT_TRANSIENT``: the share of decisions that fail for no reason. ``LIGHTWIRE_FAULT_MUTANT``: a seeded bug.
"""

import asyncio
import os
import random
import runpy
import signal
import sys
from typing import Any

from shared.work import Worker
from tests.faults.mutations import MUTATIONS
from tests.faults.site_mutations import SITE_MUTATIONS


class HiccupError(RuntimeError):
    """Stands for what fails once and not again: a disk that is busy, a name that does not resolve."""


def hiccups(share: float, dice: random.Random) -> None:
    """Make ``share`` of all decisions fail before they are taken."""
    patched: Any = Worker
    decide = patched._decide

    def with_hiccups(worker: Worker, *given: Any) -> Any:
        if dice.random() < share:
            raise HiccupError("try again")
        return decide(worker, *given)

    patched._decide = with_hiccups


def tell_tasks() -> None:
    """On SIGUSR1, say what every task waits for: how a worker that will not stop is found out."""

    def tell(*_: object) -> None:
        for task in asyncio.all_tasks():
            task.print_stack(file=sys.stdout)
        sys.stdout.flush()

    signal.signal(signal.SIGUSR1, tell)


def main() -> None:
    """Run one service."""
    tell_tasks()
    service = sys.argv.pop(1)
    if share := float(os.environ.get("LIGHTWIRE_FAULT_TRANSIENT") or 0):
        hiccups(share, random.Random(f"{os.environ.get('LIGHTWIRE_FAULT_SEED')} {os.getpid()}"))
    if mutant := os.environ.get("LIGHTWIRE_FAULT_MUTANT"):
        (SITE_MUTATIONS[mutant] if service == "site" else MUTATIONS[mutant]).inside(service)
    module = f"tests.faults.{service}" if service == "relay" else f"services.{service}"
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
