"""How every command answers: exit codes, JSON or words, and errors a person can act on."""

import asyncio
import json
import os
import unicodedata
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from rich.console import Console
from rich.text import Text

from shared.streams import AWAY

T = TypeVar("T")

out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
"""Words for people, on standard output. What is printed comes from outside: no markup, no emoji codes."""

err = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)
"""What went wrong, on standard error."""

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


class Code(IntEnum):
    """What the exit code says; the same for every command."""

    OK = 0
    FOUND = 1
    """A problem was found, or nothing was."""
    USAGE = 2
    """Wrong usage or input; nothing was changed."""
    AWAY = 3
    """Redis cannot be reached."""


class Problem(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A command ends here. The message says what to change."""

    def __init__(self, message: str, code: Code = Code.FOUND) -> None:
        super().__init__(message)
        self.code = code


def answer(work: Coroutine[Any, Any, T], *, where: str) -> T:
    """Run a command; expected errors end it with a sentence and an exit code, never with a traceback."""
    try:
        return asyncio.run(work)
    except Problem as problem:
        _end(str(problem), problem.code)
    except AuthenticationError as error:
        _end(f"Redis at {where} refuses this user or password: {error}. Set LIGHTWIRE_REDIS_URL.", Code.AWAY)
    except AWAY as error:
        _end(
            f"Redis at {where} cannot be reached ({error}).\n"
            "Start one with `lightwire up`, or name yours in LIGHTWIRE_REDIS_URL or --redis.",
            Code.AWAY,
        )
    except ResponseError as error:
        _end(f"Redis at {where} refuses: {error}", Code.FOUND)
    except RedisError as error:
        _end(f"Redis at {where}: {error}", Code.AWAY)
    except BrokenPipeError:
        # The reader of our output (`head`, say) has seen enough. Without this, Python complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise typer.Exit(Code.OK) from None
    except KeyboardInterrupt:
        raise typer.Exit(Code.OK) from None


@contextmanager
def end_with() -> Iterator[None]:
    """Outside ``answer``: a Problem ends the program with its sentence and its exit code."""
    try:
        yield
    except Problem as problem:
        _end(str(problem), problem.code)


def _end(message: str, code: Code) -> NoReturn:
    err.print(Text("lightwire: ", style="bold red") + Text(printable(message, lines=True)))
    raise typer.Exit(code) from None


def print_json(value: object) -> None:
    """One JSON document on standard output; pretty for a person, one line for a pipe."""
    indent = 2 if out.is_terminal else None
    typer.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=str).encode("utf-8", "replace"))


def printable(text: object, *, lines: bool = False) -> str:
    """Text from outside, safe for a terminal: control characters, which could move the cursor, show as ``�``."""
    keep = "\n" if lines else ""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") and c not in keep else c
        for c in str(text)
    )


def clock(ms: int) -> str:
    """``16:00:08.123``, UTC, of a time in milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]


def iso(ms: int) -> str:
    """RFC 3339 with milliseconds, of a time in milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def span(ms: float | None) -> str:
    """A duration as a person says it: ``4 ms``, ``1.2 s``, ``3 min``, ``5 h``, ``2 d``; ``–`` for none."""
    if ms is None:
        return "–"
    ms = max(0.0, ms)
    for limit, unit, name in (
        (1_000, 1, "ms"),
        (60_000, 1_000, "s"),
        (3_600_000, 60_000, "min"),
        (86_400_000, 3_600_000, "h"),
    ):
        if ms < limit:
            return f"{ms / unit:.1f} {name}" if name == "s" and ms < 10_000 else f"{ms / unit:.0f} {name}"
    return f"{ms / 86_400_000:.0f} d"


def milliseconds(text: str) -> int:
    """The time a person names: ``10m`` (ago; s, m, h, d) or RFC 3339, in milliseconds since 1970."""
    units = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
    if text[:-1].isdigit() and text[-1:] in units:
        return int(datetime.now(UTC).timestamp() * 1000) - int(text[:-1]) * units[text[-1]]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"{text!r} is no time: write 10m, 2h, 1d, or 2026-11-23T16:00:00Z", Code.USAGE) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
