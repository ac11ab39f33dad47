"""The darkroom killed again and again in the middle of its work: every picture comes, once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from shared.events import PictureDue, seal, to_json
from shared.streams import Client
from tests.originals import saved, scene
from tests.pipeline.darkroom_house import kept, letters, upload
from tests.pipeline.stage_house import published
from tests.server import Server, free_port

PICTURES, KILLS = 6, 5
DUE = "lightwire:pictures.due"


def start(server: Server, folder: Path, project: Path) -> "subprocess.Popen[bytes]":
    environment = {
        "PATH": os.environ["PATH"], "LIGHTWIRE_REDIS_URL": server.url, "LIGHTWIRE_MEDIA": str(folder / "media"),
        "LIGHTWIRE_DARKROOM_PORT": str(free_port()), "LIGHTWIRE_LOG_LEVEL": "error", "LIGHTWIRE_CLAIM_AFTER_MS": "400",
        "LIGHTWIRE_CLAIM_EVERY_MS": "50", "LIGHTWIRE_BLOCK_MS": "50", "LIGHTWIRE_MAX_ATTEMPTS": "100",
    }  # fmt: skip
    command = [sys.executable, "-m", "services.enrichment.darkroom"]
    return subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for the decoders in /proc")
async def test_every_picture_comes_once_however_often_its_worker_is_killed(
    redis: Client, redis_server: Server, tmp_path: Path, project: Path, until: Callable[..., Awaitable[None]]
) -> None:
    digests = [await upload(redis, saved(scene((900 + 20 * n, 600)), "JPEG")) for n in range(PICTURES)]
    for n, digest in enumerate(digests):
        due = PictureDue(article_id=f"a{n}", revision=1, position=0, media=digest)
        await redis.xadd(DUE, {"event": to_json(seal(due, id=f"d{n}", source="/test"))})

    for _ in range(KILLS):
        process = start(redis_server, tmp_path, project)
        decoding = Decoding(process.pid)
        await until(decoding.begun)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # A decoder outlives its darkroom by what it has in hand, and answers nobody.
        await until(decoding.over)
    process = start(redis_server, tmp_path, project)
    try:

        async def all_there() -> bool:
            return (
                len({event["data"]["picture"] for event in await published(redis, "lightwire:pictures.developed")}) == 6
            )

        await until(all_there)
    finally:
        process.terminate()
        process.wait(timeout=30)

    told = [event["data"] for event in await published(redis, "lightwire:pictures.developed")]
    files = kept(tmp_path)
    assert Counter(one["picture"] for one in told) == dict.fromkeys(digests, 1)
    assert {one["media"] for each in told for one in each["developed"]["sources"]} == set(files)
    assert all(sha256(content).hexdigest() == name for name, content in files.items())
    assert await letters(redis) == []
    assert not [key async for key in redis.scan_iter("lightwire:original:*")]
    assert process.returncode == 0


class Decoding:
    """The processes that decode for one darkroom, which are known while it lives."""

    def __init__(self, darkroom: int) -> None:
        self._darkroom, self._known = darkroom, set[int]()

    async def begun(self) -> bool:
        self._known |= _decoders_of(self._darkroom)
        return bool(self._known)

    async def over(self) -> bool:
        return not [pid for pid in self._known if b"darkroom.child" in _read(Path("/proc") / str(pid) / "cmdline")]


def _decoders_of(darkroom: int) -> set[int]:
    parent = f"PPid:\t{darkroom}\n".encode()
    return {
        int(path.name)
        for path in Path("/proc").glob("[0-9]*")
        if b"darkroom.child" in _read(path / "cmdline") and parent in _read(path / "status")
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
