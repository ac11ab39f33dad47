"""`lightwire tail`: what travels on a stream, as it happens."""

import asyncio
from typing import Annotated

import typer
from redis.exceptions import ResponseError

from services.commands.answers import AsJson, Code, Problem, answer, err, iso, milliseconds, out, printable
from services.commands.redis_at import Place
from services.commands.wire import KNOWN, Seen, filled, follow, streams
from shared.streams import Client


def tail(
    ctx: typer.Context,
    stream: Annotated[str, typer.Argument(help="Its name, such as renditions.light.")],
    since: Annotated[
        str,
        typer.Option(
            "--from",
            help="0 for the beginning, an entry id, 10m (ago), or an RFC 3339 time; else from now on.",
        ),
    ] = "$",
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many events.")] = None,
    once: Annotated[bool, typer.Option("--no-follow", help="Stop at the end of the stream.")] = False,
    as_json: AsJson = False,
) -> None:
    """Follow a stream: one line per event.

    With time, type, subject and revision, or who did what. Reads; acknowledges nothing.

    With --json each line is the event itself, as it is on the wire.

    Exit codes: 0 stopped or done; 1 no such stream with --no-follow; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire tail renditions.light --from 10m
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            # With the prefix too, as `publish` and redis-cli name it.
            name = place.keys.name(stream)
            key, left = place.keys.key(name), count
            if name in KNOWN and not await redis.exists(key):
                err.print(f"nothing yet on {name}")
            elif not await redis.exists(key):
                known = ", ".join(await streams(redis, place.keys)) or "there are none yet"
                if once:
                    raise Problem(f"there is no stream {name}; streams: {known}")
                err.print(f"waiting for a first event on {printable(name)}; streams: {printable(known)}")
            cursors = {name: await _start(redis, key, since)}
            while left is None or left > 0:
                found = await follow(redis, place.keys, cursors, block_ms=1 if once else 1_000)
                for seen in found[:left]:
                    _tell(await filled(redis, place.keys, seen), as_json=as_json)
                if left is not None:
                    left -= len(found)
                if once and not found:
                    return
                await asyncio.sleep(0)

    answer(work(), where=place.shown)


async def _start(redis: Client, key: str, since: str) -> str:
    if since == "$":
        # A fixed id: "$" anew in every read would miss what comes between two reads.
        try:
            found = await redis.xinfo_stream(key)
        except ResponseError:
            return "0-0"
        last = found["last-generated-id"]
        return last.decode() if isinstance(last, bytes) else str(last)
    head, dash, tail_ = since.partition("-")
    if head.isdigit() and (not dash or tail_.isdigit()):
        return since
    try:
        return f"{max(0, milliseconds(since) - 1)}-18446744073709551615"
    except Problem:
        raise Problem(f"--from {since}: write 0, an entry id, 10m, or 2026-11-23T16:00:00Z", Code.USAGE) from None


def _tell(seen: Seen, *, as_json: bool) -> None:
    if as_json:
        typer.echo(seen.raw.replace(b"\r", b" ").replace(b"\n", b" "))
        return
    revision = seen.number("revision")
    sequence = seen.number("sequence")
    words = [iso(seen.at), f"{seen.type:<22}", printable(seen.subject)]
    words += [f"r{revision}"] if revision is not None else []
    words += [f"seq {sequence}"] if sequence is not None else []
    words += [printable(seen.data[name]) for name in ("change", "actor", "action", "reason") if name in seen.data]
    words += [printable(seen.data["target"])] if seen.stream == "audit" and "target" in seen.data else []
    out.print(" ".join(words))
