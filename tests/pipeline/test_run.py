"""A service as a process: how it starts, says how it is, survives Redis and stops."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from shared.keys import Keys
from shared.run import listen
from shared.streams import Client, connect
from tests.builders import ingested, wire
from tests.server import Server, binaries, free_port, running

IN, OUT = Keys().key("articles.ingested"), Keys().key("articles.enriched")
Until = Callable[..., Awaitable[None]]


class Service:
    """One child process and its health page."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "service.log"
        self.environment = {
            **os.environ,
            "LIGHTWIRE_REDIS_URL": url, "LIGHTWIRE_PORT": str(self.port), "LIGHTWIRE_CLAIM_AFTER_MS": "500",
            # Where nobody answers: health must be asked past any proxy.
            "http_proxy": "http://127.0.0.1:9",
        }  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command(), env=self.environment, stdout=log, stderr=log)

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.pipeline.small_service", *arguments]

    async def healthy(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{self.port}/health")
            except httpx.TransportError:
                return False
        return answer.status_code == 200

    def asked(self) -> int:
        return subprocess.run(self.command("health"), env=self.environment, check=False, timeout=20).returncode


@pytest.fixture
def service(redis_server: Server, redis: Client, tmp_path: Path) -> Iterator[Service]:
    started = Service(redis_server.url, tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


async def test_a_service_reads_says_so_and_ends_with_zero(service: Service, redis: Client, until: Until) -> None:
    await until(service.healthy)
    await redis.xadd(IN, {"event": wire(ingested())})
    await until(lambda: redis.exists(OUT))
    assert service.asked() == 0

    service.process.send_signal(signal.SIGTERM)

    assert service.process.wait(timeout=20) == 0
    names = [row["name"] for row in await redis.xinfo_consumers(IN, "enrichment")]
    assert names == []
    assert service.asked() == 1


async def test_metrics_count_what_was_finished(service: Service, redis: Client, until: Until) -> None:
    await until(service.healthy)
    await redis.xadd(IN, {"event": wire(ingested())})
    await until(lambda: redis.exists(OUT))

    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://127.0.0.1:{service.port}/metrics")).text

    assert 'lightwire_entries_total{outcome="committed",stream="articles.ingested"} 1.0' in text


async def test_a_service_waits_for_redis_and_goes_on_when_redis_returns(tmp_path: Path, until: Until) -> None:
    binary = next(iter(binaries().values()))
    folder = tmp_path / "redis"
    folder.mkdir()
    options = ["--appendonly", "yes", "--appendfsync", "always"]
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    service = Service(url, tmp_path)
    try:
        for id_ in ("first", "second"):
            with running(binary, folder, options, port):
                redis = connect(url)
                await redis.xadd(IN, {"event": wire(ingested(id_))})

                async def arrived(redis: Client = redis, id_: str = id_) -> bool:
                    return any(id_.encode() in f[b"event"] for _, f in await redis.xrange(OUT))

                await until(arrived)
                await redis.aclose()
        assert service.process.poll() is None
    finally:
        service.process.kill()
        service.process.wait()


def test_a_wrong_setting_is_named_with_what_it_should_be(tmp_path: Path) -> None:
    environment = {**os.environ, "LIGHTWIRE_BATCH": "many"}

    done = subprocess.run(Service.command(), env=environment, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 1
    assert "LIGHTWIRE_BATCH: Input should be a valid integer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(redis_server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**os.environ, "LIGHTWIRE_REDIS_URL": redis_server.url, "LIGHTWIRE_PORT": str(port)}

        done = subprocess.run(
            Service.command(), env=environment, capture_output=True, text=True, timeout=30, check=False
        )

    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_connection_sends_at_once_what_it_has() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()

        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
