"""A stranger's file is decoded where it can use up neither memory nor time, and where it may kill what decodes it."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from services.enrichment.darkroom.answer import packed, refused, unpacked
from services.enrichment.darkroom.apart import develop_apart
from services.enrichment.darkroom.develop import develop
from services.enrichment.darkroom.limits import Limits, Unusable
from tests.originals import BAD, GOOD, bomb, saved, scene

Instead = Callable[[str], None]


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Instead:
    """Let a line of shell run where Python would."""

    def run(line: str) -> None:
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))

    return run


def children() -> set[str]:
    """Processes whose parent we are."""
    return {path.name for path in Path("/proc").glob("[0-9]*") if _parent(path) == os.getpid()}


def _parent(path: Path) -> int:
    try:
        return int(path.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


ALONE = """
import asyncio, resource, sys
from pathlib import Path
from services.enrichment.darkroom.apart import develop_apart
from services.enrichment.darkroom.limits import Limits, Unusable

path, pixels, memory = sys.argv[1:]
original = Path(path).read_bytes()
try:
    developed, _ = asyncio.run(develop_apart(original, Limits(max_pixels=int(pixels), memory_bytes=int(memory))))
    print(f"{developed.width} pixels wide")
except Unusable as why:
    print(why)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


async def alone(original: bytes, limits: Limits, folder: Path) -> tuple[str, int]:
    """What comes of it, and the most bytes it took, where no other child of ours is counted."""
    path = folder / "original"
    path.write_bytes(original)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, str(path), str(limits.max_pixels), str(limits.memory_bytes),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    said, peak = out.decode().splitlines()
    return said, int(peak)


async def test_apart_it_comes_out_the_same() -> None:
    original = GOOD["jpeg with everything"]()

    assert await develop_apart(original, Limits()) == develop(original)


async def test_what_is_refused_here_is_refused_there_in_the_same_words() -> None:
    make, _ = BAD["half a png"]
    with pytest.raises(Unusable) as here:
        develop(make())

    with pytest.raises(Unusable) as there:
        await develop_apart(make(), Limits())

    assert str(there.value) == str(here.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit on address space")
async def test_a_bomb_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    limits = Limits(max_pixels=2_000_000_000, memory_bytes=512 * 2**20)

    said, peak = await alone(bomb(13_000, 13_000), limits, tmp_path)

    print(f"peak memory of a process that decodes: {peak / 2**20:.0f} MiB, limit {limits.memory_bytes / 2**20:.0f} MiB")
    assert "memory" in said
    assert peak <= limits.memory_bytes


async def test_the_largest_picture_that_is_taken_stays_within_its_memory(tmp_path: Path) -> None:
    said, peak = await alone(saved(scene((8_000, 6_000)), "PNG"), Limits(), tmp_path)

    print(f"peak memory for 48 million pixels: {peak / 2**20:.0f} MiB of {Limits().memory_bytes / 2**20:.0f} MiB")
    assert said == "8000 pixels wide"
    assert peak <= Limits().memory_bytes


async def test_one_that_takes_too_long_is_ended_and_leaves_nothing_behind() -> None:
    before = children()

    with pytest.raises(Unusable, match="seconds"):
        await develop_apart(saved(scene((6_000, 6_000)), "PNG"), Limits(seconds=1))

    assert children() <= before


async def test_a_cancelled_one_is_ended_too(until: Callable[..., Awaitable[None]]) -> None:
    before = children()
    task = asyncio.create_task(develop_apart(saved(scene((6_000, 6_000)), "PNG"), Limits()))

    async def started() -> bool:
        return bool(children() - before)

    await until(started)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert children() <= before


async def test_a_decoder_that_dies_is_an_answer(instead: Instead) -> None:
    instead("kill -SEGV $$")

    with pytest.raises(Unusable, match="ended by SIGSEGV"):
        await develop_apart(GOOD["jpeg"](), Limits())


async def test_a_decoder_that_never_stops_answering_is_ended(instead: Instead) -> None:
    instead("exec cat /dev/zero")

    with pytest.raises(Unusable, match="never stops"):
        await develop_apart(GOOD["jpeg"](), Limits())


async def test_it_sees_none_of_our_settings(instead: Instead, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIGHTWIRE_REDIS_URL", "redis://:secret@localhost/0")
    seen = tmp_path / "seen"
    instead(f"env > {seen}")

    with pytest.raises(Unusable):
        await develop_apart(GOOD["jpeg"](), Limits())

    assert "PYTHONPATH" in seen.read_text()
    assert "secret" not in seen.read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's")
async def test_what_the_darkroom_knows_is_hidden_from_others_of_its_user() -> None:
    told = "import ctypes; from services.enrichment.darkroom.hide import hide; "
    told += "print(ctypes.CDLL(None).prctl(3), hide(), ctypes.CDLL(None).prctl(3))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", told, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()

    # PR_GET_DUMPABLE before and after.
    assert out.split() == [b"1", b"True", b"0"]


class TestAnAnswer:
    def test_comes_back_as_it_was(self) -> None:
        made = develop(GOOD["png"]())

        assert unpacked(packed(*made)) == made

    def test_says_why_where_there_is_none(self) -> None:
        with pytest.raises(Unusable, match="is a TIFF"):
            unpacked(refused("is a TIFF"))

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda answer: b"",
            lambda answer: answer[:-1],
            lambda answer: answer + b"<script>",
            lambda answer: answer[:4] + b"[" * 5_000 + answer[5_004:],
            lambda answer: answer.replace(b"ftypavif", b"<script>", 1),
            lambda answer: b"\xff\xff\xff\xff" + answer[4:],
        ],
    )
    def test_that_is_not_what_it_says_is_not_believed(self, spoil: object) -> None:
        assert callable(spoil)

        with pytest.raises(Unusable, match="could not be developed"):
            unpacked(spoil(packed(*develop(GOOD["png"]()))))
