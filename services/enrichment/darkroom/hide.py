"""Keep what this process knows from processes of the same user: among them those that open strangers' files."""

import ctypes
import sys

_PR_SET_DUMPABLE = 4
"""linux/prctl.h; prctl(2) says what it closes: /proc/PID/environ and mem, ptrace, core files."""


def hide() -> bool:
    """True where the kernel does it (Linux).

    A child that runs another program is not hidden by it, nor is who started us: the init of a container has the same
    environment.
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
