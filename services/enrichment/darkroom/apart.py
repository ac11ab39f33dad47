"""Develop a picture in a process of its own, and outlive whatever happens to it."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from services.enrichment.darkroom.answer import MOST, unpacked
from services.enrichment.darkroom.limits import Limits, Unusable
from shared.pictures import Developed

_ROOT = Path(__file__).parents[3]
_ENVIRONMENT = {
    # The same code as ours, and nothing of our environment: settings hold passwords.
    "PYTHONPATH": str(_ROOT),
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Arenas of many threads would count as address space.
    "MALLOC_ARENA_MAX": "2",
}


async def develop_apart(original: bytes, limits: Limits) -> tuple[Developed, dict[str, bytes]]:
    """As ``develop``. Raises ``Unusable`` also where decoding takes too long, too much memory, or kills its process.

    When it returns, raises or is cancelled, that process is gone.
    """
    if len(original) > limits.max_bytes:
        raise Unusable(f"has {len(original):,} bytes, more than {limits.max_bytes:,}: send a smaller one")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.enrichment.darkroom.child",
        str(limits.memory_bytes), str(limits.seconds), str(limits.max_bytes), str(limits.max_pixels),
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd="/", env=_ENVIRONMENT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limits.seconds):
            answer = await _told(process, original)
    except TimeoutError:
        raise Unusable(f"takes more than {limits.seconds} seconds to develop: send a smaller or simpler one") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        # Its end is short and ours: a cancellation must not leave a zombie behind.
        await asyncio.shield(process.wait())
    return unpacked(answer)


async def _told(process: Process, original: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both were asked for")
    with suppress(ConnectionError):
        process.stdin.write(original)
        await process.stdin.drain()
    process.stdin.close()
    parts: list[bytes] = []
    size = 0
    while part := await process.stdout.read(2**16):
        parts.append(part)
        size += len(part)
        if size > MOST:
            raise Unusable("could not be developed: the decoder never stops answering")
    code = await process.wait()
    if code == -signal.SIGXCPU:
        raise TimeoutError
    if code != 0:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed with exit code {code}"
        raise Unusable(f"could not be developed: the decoder {how}; send it in another format")
    return b"".join(parts)
