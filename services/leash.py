"""Ends what `lightwire up` started when `lightwire up` itself is gone, however it went.

`python -m services.leash` reads process ids from a pipe whose other end only its parent holds: ``+PID`` when one was
started, ``-PID`` when it has ended. The pipe closes when the parent dies, by SIGKILL too. Linux could signal children
itself (PR_SET_PDEATHSIG), but macOS cannot, and the flag would have to be set between fork and exec, where Python code
is not safe. It also inherits the lock on `.lightwire`: a new `up` waits until the old Redis has closed its files.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

PATIENCE_S = 25.0
"""Longer than a service may take to finish what it has in hand."""


def alive(pid: int) -> bool:
    """True while a process of this id runs and may be signalled by us."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def release(pids: Iterable[int], patience_s: float = PATIENCE_S) -> None:
    """End these, the last started first, the first (Redis) only when all others are gone."""
    ordered = list(pids)
    for group in (ordered[1:], ordered[:1]):
        for pid in group:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + patience_s
        while any(alive(pid) for pid in group) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in filter(alive, group):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Listen until the pipe closes, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    pids: dict[int, None] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pids[int(line)] = None
        else:
            pids.pop(-int(line), None)
    release(pids)


if __name__ == "__main__":
    main()
