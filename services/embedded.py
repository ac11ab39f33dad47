"""The whole pipeline on one machine: a Redis and one child per service, each by the command of its container."""

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from redis.exceptions import RedisError

from services import embedded_redis, leash, ports
from services.embedded_keys import demo_source, edition_keys, signing_keys
from services.embedded_logs import telling, wrong_settings
from services.ports import Service
from shared.run import ask_health
from shared.streams import AWAY, connect

START_S = 60.0
STOP_S = 25.0
REDIS = "redis"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


SERVICES = (
    Service("ingest", "LIGHTWIRE_INGEST_PORT", 8001),
    Service("enrichment", "LIGHTWIRE_ENRICHMENT_PORT", 8003),
    Service("moderation", "LIGHTWIRE_MODERATION_PORT", 8007),
    Service("delivery", "LIGHTWIRE_DELIVERY_PORT", 8004),
    Service("press", "LIGHTWIRE_PRESS_PORT", 8005, "services.delivery.press"),
    Service("darkroom", "LIGHTWIRE_DARKROOM_PORT", 8006, "services.enrichment.darkroom"),
    Service("desk", "LIGHTWIRE_DESK_PORT", 8002, "services.moderation.desk"),
    Service("site", "LIGHTWIRE_SITE_PORT", 8000),
)
"""What compose runs too; a test compares."""


class Fallen(Exception):  # noqa: N818 - an answer a person can act on
    """The whole cannot start or go on; the message says which part, how it ended and where its log is."""


class WrongSetting(Fallen):
    """A setting has a value that cannot be; the message names it and what it should be."""


class RedisAway(Fallen):
    """The server we were told to use does not answer us."""


@dataclass
class Child:
    """One running program and its log."""

    name: str
    process: asyncio.subprocess.Process
    log: Path


@dataclass
class Embedded:
    """Start, watch, stop. ``environment`` is what children get; ``say`` takes lines about progress."""

    folder: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    _leash: asyncio.subprocess.Process | None = None
    _lock: IO[str] | None = None

    async def start(self) -> None:
        """All services healthy, or Fallen with everything ended again by ``stop``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        await self._take_lock()
        self._check_ports()
        try:
            self.ports = ports.choose(SERVICES, self.environment)
        except ports.NoPort as error:
            raise Fallen(str(error)) from None
        await self._start_leash()
        self.url = self.environment.get("LIGHTWIRE_REDIS_URL") or await self._start_redis()
        await self._redis_answers()
        self._write_url()
        keys = signing_keys(self.folder, self.environment)
        edition = edition_keys(self.folder, self.environment, keys)
        here = ports.host(self.environment) in LOOPBACK
        sources = demo_source(self.folder, self.environment, loopback=here)
        self.sources = Path(sources)
        self.say(f"services: {', '.join(service.name for service in SERVICES)}")
        for service in SERVICES:
            settings = {"LIGHTWIRE_REDIS_URL": self.url, service.port_setting: str(self.ports[service.name])}
            # PYTHONSAFEPATH: a folder named `services` where a person happens to stand is not ours.
            settings |= {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}
            settings |= {"LIGHTWIRE_SIGNING_KEYS": keys, "LIGHTWIRE_SITE_KEYS": edition}
            if service.name == "ingest":
                settings["LIGHTWIRE_SOURCES"] = sources
            if service.name == "desk":
                own = f"http://127.0.0.1:{self.ports[service.name]}"
                settings["LIGHTWIRE_DESK_URL"] = self.environment.get("LIGHTWIRE_DESK_URL") or own
            await self._spawn(service.name, [sys.executable, "-m", service.runs], settings)
        await self._all_healthy()

    def check(self) -> None:
        """Raises Fallen if a child has ended."""
        for child in self.children:
            code = child.process.returncode
            if code is not None:
                if wrong := wrong_settings(child.log):
                    raise WrongSetting("\n".join(wrong))
                how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
                raise Fallen(
                    f"{telling(child.log)}\n"
                    f"{child.name} {how}, so everything stopped. Nothing is lost: start again and it goes on."
                )

    async def stop(self) -> None:
        """Services first, each finishing what it has in hand; Redis last; nothing is left behind."""
        services = [child for child in self.children if child.name != REDIS]
        await self._end(services)
        await self._end([child for child in self.children if child.name == REDIS])
        if self._leash is not None:
            if self._leash.stdin is not None:
                self._leash.stdin.close()
            await self._leash.wait()
        if self._lock is not None:
            self._lock.close()

    # Starting

    def _check_ports(self) -> None:
        for service in SERVICES:
            text = self.environment.get(service.port_setting) or "0"
            if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
                raise WrongSetting(
                    f"{service.port_setting} is {text!r}: it should be a port, 0 to 65535; 0: any free one"
                )

    async def _take_lock(self) -> None:
        # The kernel gives the lock back when its last holder is gone, so a lock is never stale.
        self._lock = (self.folder / "up.lock").open("a+", encoding="utf-8")
        for attempt in range(300):
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                self._lock.seek(0)
                holder = self._lock.read().strip()
                if (holder.isdigit() and leash.alive(int(holder))) or attempt == 299:
                    self._lock.close()
                    self._lock = None
                    raise Fallen(
                        f"`lightwire up` runs in this folder already (process {holder or '?'}): "
                        "stop it with Ctrl-C there, or start this one in another folder."
                    ) from None
                if attempt == 0:
                    self.say("waiting for what an earlier run left behind to end")
                await asyncio.sleep(0.1)
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()

    async def _start_leash(self) -> None:
        assert self._lock is not None  # noqa: S101 - taken before
        self._leash = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.leash", stdin=asyncio.subprocess.PIPE, start_new_session=True,
            pass_fds=[self._lock.fileno()], env={**self.environment, "PYTHONSAFEPATH": "1"},
        )  # fmt: skip

    async def _start_redis(self) -> str:
        try:
            binary = embedded_redis.program()
        except embedded_redis.NoRedis as error:
            raise Fallen(str(error)) from None
        data = self.folder / REDIS
        data.mkdir(exist_ok=True)
        port = ports.free_port()
        await self._spawn(REDIS, embedded_redis.command(binary, port, data.resolve()), {})
        return f"redis://127.0.0.1:{port}/0"

    async def _redis_answers(self) -> None:
        redis = connect(self.url)
        deadline = asyncio.get_running_loop().time() + START_S
        try:
            while True:
                self.check()
                try:
                    info = await redis.info("server")
                    break
                except AWAY as error:
                    # A server that is not ours runs or it does not; ours may have much to load.
                    if not self.children or asyncio.get_running_loop().time() > deadline:
                        raise RedisAway(f"Redis at LIGHTWIRE_REDIS_URL cannot be reached: {error}") from None
                except RedisError as error:
                    raise RedisAway(f"Redis refuses us: {error}. Look at LIGHTWIRE_REDIS_URL.") from None
                await asyncio.sleep(0.02)
        finally:
            await redis.aclose()
        name = "Valkey" if "valkey_version" in info else "Redis"
        version = info.get("valkey_version", info["redis_version"])
        whose = f"its data under {self.folder / REDIS}" if self.children else "as LIGHTWIRE_REDIS_URL says"
        self.say(f"redis: {name} {version}, {whose}")

    def _write_url(self) -> None:
        path = self.folder / "redis.url"
        path.touch(mode=0o600)
        # It may carry a password.
        path.chmod(0o600)
        path.write_text(self.url + "\n", "utf-8")

    async def _spawn(self, name: str, argv: list[str], settings: Mapping[str, str]) -> None:
        logs = self.folder / "log"
        logs.mkdir(exist_ok=True)
        log = logs / f"{name}.log"
        if log.exists():
            log.replace(logs / f"{name}.1.log")
        with log.open("wb") as sink:
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop children in their order.
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True,
                env={**self.environment, **settings},
            )  # fmt: skip
        self.children.append(Child(name, process, log))
        if self._leash is not None and self._leash.stdin is not None:
            self._leash.stdin.write(f"+{process.pid}\n".encode())
            await self._leash.stdin.drain()

    async def _all_healthy(self) -> None:
        host = ports.host(self.environment)
        waiting = {service.name: self.ports[service.name] for service in SERVICES}
        deadline = asyncio.get_running_loop().time() + START_S
        while waiting:
            for name, port in list(waiting.items()):
                self.check()
                if await asyncio.to_thread(ask_health, host, port) == 0:
                    del waiting[name]
            if waiting and asyncio.get_running_loop().time() > deadline:
                late = [child for child in self.children if child.name in waiting]
                told = "\n".join(telling(child.log) for child in late)
                raise Fallen(f"not healthy after {START_S:.0f} s: {', '.join(waiting)}\n{told}")
            await asyncio.sleep(0.05)

    # Ending

    async def _end(self, children: list[Child]) -> None:
        running = [child for child in children if child.process.returncode is None]
        for child in running:
            with suppress(ProcessLookupError):
                child.process.terminate()
        if running:
            waits = {asyncio.create_task(child.process.wait()) for child in running}
            await asyncio.wait(waits, timeout=STOP_S)
        for child in running:
            if child.process.returncode is None:
                self.say(f"{child.name} did not stop within {STOP_S:.0f} s and was killed")
                with suppress(ProcessLookupError):
                    child.process.kill()
                await child.process.wait()
        for child in children:
            if self._leash is not None and self._leash.stdin is not None and self._leash.returncode is None:
                with suppress(ConnectionError):
                    self._leash.stdin.write(f"-{child.process.pid}\n".encode())
                    await self._leash.stdin.drain()
