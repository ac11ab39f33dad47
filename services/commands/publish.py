"""`lightwire publish`: send what a newsroom or a reader says into the pipeline."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, answer, err, out, print_json, printable
from services.commands.redis_at import Place
from services.commands.submissions import KINDS, Submission, Wrong, lines, prepare
from shared.keys import Keys
from shared.streams import Client

KEEP_MS = {"data": 90 * 86_400_000, "original": 7 * 86_400_000}
"""Life of data that travels by reference; as long as the stages keep theirs."""

TOLD = 20
"""Errors listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to publish, what to call them, and the folder their images lie in."""

    name: str
    raw: bytes
    folder: Path


def sources(files: Iterable[str]) -> list[Source]:
    """The files named; of a folder its ``*.ndjson`` and ``*.json`` by name; ``-`` is standard input. Raises Problem."""
    found = []
    for name in files:
        path = Path(name)
        if name == "-":
            found.append(Source("standard input", sys.stdin.buffer.read(), Path()))
        elif path.is_dir():
            inner = sorted(p for p in path.iterdir() if p.suffix in (".ndjson", ".json"))
            if not inner:
                raise Problem(f"{name} holds no *.ndjson or *.json: name a file", Code.USAGE)
            found += [Source(str(p), p.read_bytes(), path) for p in inner]
        elif path.is_file():
            found.append(Source(name, path.read_bytes(), path.parent))
        else:
            raise Problem(f"{name}: no such file", Code.USAGE)
    return found


def checked(found: Iterable[Source], *, source: str | None, now: datetime, keys: Keys) -> list[Submission]:
    """Everything ready to send, or Problem with every line that is not."""
    ready: list[Submission] = []
    wrong: list[str] = []
    for each in found:
        for number, raw in lines(each.raw):
            try:
                ready.append(prepare(number, raw, folder=each.folder, source=source, now=now, keys=keys))
            except Wrong as error:
                wrong.append(f"{each.name}, line {number}: {error}")
    if wrong:
        more = f"\nand {len(wrong) - TOLD} more" if len(wrong) > TOLD else ""
        listed = "\n".join(wrong[:TOLD])
        raise Problem(f"nothing was published, for {len(wrong)} cannot be:\n{listed}{more}", Code.USAGE)
    return ready


async def send(redis: Client, keys: Keys, submission: Submission) -> str:
    """Store the blobs, then publish; the entry id. Blobs carry their digest as name: storing one again is harmless."""
    for name, content in submission.blobs.items():
        await redis.set(keys.key(name), content, px=KEEP_MS[name.split(":", 1)[0]])
    entry = await redis.xadd(keys.key(submission.kind.stream), {"event": submission.event})
    return _text(entry)


def publish(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE|-", help="NDJSON or one JSON document; a folder; - for standard input."),
    ],
    source: Annotated[
        str | None, typer.Option(help="Who speaks, for articles and comments without a CloudEvents envelope.")
    ] = None,
    as_is: Annotated[bool, typer.Option("--as-is", help="Send every line unchecked, byte for byte.")] = False,
    stream: Annotated[str, typer.Option(help="Where --as-is sends to.")] = "articles.submitted",
    as_json: AsJson = False,
) -> None:
    """Publish articles and comments from files.

    NDJSON of CloudEvents, or bare articles and comments with --source.
    Everything is checked first; if one line is wrong, nothing is published. In time fields "+8s" or "-2h"
    count from now. An image's href that names a file beside the document is stored and sent by its digest.

    Exit codes: 0 published, 2 something is wrong with the input, 3 Redis cannot be reached.

    Example: lightwire publish examples/01-stories.ndjson
    """
    place: Place = ctx.obj

    async def work() -> None:
        target = place.keys.name(stream)
        found = sources(files)
        told: list[dict[str, object]] = []
        if as_is:
            async with place.open() as redis:
                for each in found:
                    for number, raw in lines(each.raw):
                        entry = _text(await redis.xadd(place.keys.key(target), {"event": raw}))
                        told.append({"line": number, "stream": target, "entry": entry})
        else:
            ready = checked(found, source=source, now=datetime.now(UTC), keys=place.keys)
            async with place.open() as redis:
                for each_one in ready:
                    for warning in each_one.warnings:
                        err.print(f"line {each_one.line}: {printable(warning)}")
                    entry = await send(redis, place.keys, each_one)
                    told.append(
                        {"line": each_one.line, "stream": each_one.kind.stream, "entry": entry}
                        | {"subject": each_one.subject, "revision": each_one.revision}
                    )
        if as_json:
            print_json(told)
            return
        counts = {
            name: sum(t["stream"] == name for t in told) for name in dict.fromkeys(str(t["stream"]) for t in told)
        }
        for name, count in counts.items():
            out.print(f"{count} on {place.keys.key(name)}")
        subjects = dict.fromkeys(
            str(t["subject"])
            for t in told
            if t.get("stream") == KINDS["lightwire.article.submitted.v1"].stream and "subject" in t
        )
        for subject in list(subjects)[:3]:
            out.print(f"see: lightwire trace {printable(subject)}")
        if not told:
            err.print("nothing to publish: the input is empty")

    answer(work(), where=place.shown)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
