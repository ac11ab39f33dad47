"""The process that develops one picture and ends: a stranger's file is decoded where it can break nothing.

``python -m services.enrichment.darkroom.child MEMORY_BYTES SECONDS MAX_BYTES MAX_PIXELS``: the original comes on
standard input, the answer (``answer.py``) goes to standard output.
"""

import resource
import sys

from services.enrichment.darkroom.answer import packed, refused
from services.enrichment.darkroom.develop import develop
from services.enrichment.darkroom.limits import Limits, Unusable


def confine(limits: Limits) -> None:
    """From here on: so much memory and time, and no file written, a dump of its memory least of all."""
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    # The soft limit speaks first: it is told as a picture that takes too long, not as a death without a reason.
    _limit(resource.RLIMIT_CPU, limits.seconds, grace=1)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what: int, most: int, grace: int = 0) -> None:
    _, hard = resource.getrlimit(what)
    last = most + grace if hard == resource.RLIM_INFINITY else min(most + grace, hard)
    try:
        resource.setrlimit(what, (min(most, last), last))
    except (ValueError, OSError):
        # macOS refuses a limit on address space; there time is bounded and memory is not.
        if sys.platform != "darwin":
            raise


def main(arguments: list[str]) -> int:
    """Exit code 0 with an answer, whatever the picture was."""
    memory, seconds, max_bytes, max_pixels = (int(argument) for argument in arguments)
    limits = Limits(max_bytes=max_bytes, max_pixels=max_pixels, memory_bytes=memory, seconds=seconds)
    original = sys.stdin.buffer.read(max_bytes + 1)
    confine(limits)
    try:
        answer = packed(*develop(original, limits))
    except Unusable as why:
        answer = refused(str(why))
    except MemoryError:
        answer = refused("developing it takes more memory than a picture may: send a smaller one")
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
