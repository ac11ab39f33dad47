"""`lightwire verify`: do the promises hold on what is in Redis right now? With a file: is this copy genuine?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from services.commands.answers import AsJson, Code, answer, end_with, out, print_json, printable
from services.commands.auditor import Auditor, Check, fact
from services.commands.backlog import now_ms
from services.commands.copies import verify_copy
from services.commands.redis_at import Place
from services.commands.wire import entries, filled, streams
from shared.keys import Keys, escape
from shared.streams import PARKED, Client

JUDGED = ("articles.submitted", "articles.ingested", "articles.enriched", "articles.moderated", "comments.submitted",
          "comments.ingested", "comments.enriched", "comments.moderated")  # fmt: skip
OVERDUE_MS = 60_000
"""An alarm this late does not ring any more."""


def verify(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A copy of a rendition, or a bundle; else all streams.")] = None,
    signature: Annotated[Path | None, typer.Option(help="Its signature; else FILE.minisig.")] = None,
    key: Annotated[
        Path, typer.Option(envvar="LIGHTWIRE_SIGNING_KEYS", help="A public key, or a folder of them.")
    ] = Path(".lightwire/keys"),
    index: Annotated[Path | None, typer.Option(help="The site's index of a day: is the copy the newest?")] = None,
    edition: Annotated[Path | None, typer.Option(help="The site's key; else edition.pub beside the index.")] = None,
    show: Annotated[int, typer.Option(min=1, help="Broken promises listed of each kind.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Audit all streams; with FILE, check a copy or a bundle.

    A bundle is the ZIP file or the folder it unpacks to. Of the streams: nothing lost, nothing twice, nothing
    backwards, nothing shown after a kill, no orphans. It reads only, and may run while everything works; what is
    still in work counts as such.

    Exit codes: 0 every promise holds, the copy is genuine; 1 not so, or there is nothing to look at; 2 a file
    cannot be read; 3 Redis cannot be reached.

    Example: lightwire verify story.html --key newsroom.pub
    """
    if file is not None:
        with end_with():
            verify_copy(file, signature, key, index, edition, as_json=as_json)
        return
    place: Place = ctx.obj

    async def work() -> int:
        async with place.open() as redis:
            checks = await _audit(redis, place.keys)
        if as_json:
            print_json([{"promise": c.promise, "looked_at": c.looked_at, "broken": c.broken} for c in checks])
        for check in () if as_json else checks:
            count = len(check.broken)
            word = f"{count} broken" if count else "holds"
            out.print(
                Text(f"{word:>12}  ", style="red" if count else "green")
                + Text(f"{check.promise} ({check.looked_at:,})")
            )
            for what in check.broken[:show]:
                out.print(f"{'':>14}{printable(what)}")
            if count > show:
                out.print(f"{'':>14}and {count - show} more")
        if not any(check.looked_at for check in checks):
            out.print("there is nothing to look at: no stream holds anything") if not as_json else None
            return Code.FOUND
        return Code.FOUND if any(check.broken for check in checks) else Code.OK

    raise typer.Exit(answer(work(), where=place.shown))


async def _audit(redis: Client, keys: Keys) -> list[Check]:
    auditor, orphans = Auditor(), Check("nothing is stranded: no orphan parked, no alarm overdue")
    # The pipeline goes on while we read. A submission is judged only if it came before ``moment``; if it was not
    # unfinished after that, it had left ingest, and what it became stands on the streams that are read later still.
    names = await streams(redis, keys)
    judged = [n for n in names if n in JUDGED or n.startswith("renditions.")]
    inboxes = [n for n in judged if n.endswith(".submitted")]
    unfinished: set[tuple[str, str]] = set()
    moment = await now_ms(redis)
    for name in inboxes:
        unfinished |= await _unfinished(redis, keys, name)
    for name in judged:
        async for seen in entries(redis, keys, name):
            if name in inboxes and seen.at >= moment:
                break
            full = await filled(redis, keys, seen)
            if (found := fact(name, seen.entry, full.event, full.data)) is not None:
                auditor.see(found)
    dead = set()
    for name in (n for n in names if n.startswith("dead.")):
        async for seen in entries(redis, keys, name):
            dead.add((str(seen.data.get("died_in")), str(seen.data.get("entry"))))
    ledgers = {}
    for noun, id_ in auditor.items:
        version = await redis.hget(keys.key(f"ledger.{noun[:-1]}:{escape(id_)}"), "version")
        ledgers[noun, id_] = int(version.split(b".")[0]) if version else -1
    auditor.finish(unfinished, dead, ledgers)
    await _orphans(redis, keys, names, orphans)
    return [*auditor.checks, orphans]


async def _unfinished(redis: Client, keys: Keys, stream: str) -> set[tuple[str, str]]:
    """Entries some group has not finished: pending, or not yet read."""
    found: set[tuple[str, str]] = set()
    for group in await redis.xinfo_groups(keys.key(stream)):
        start = "-"
        while rows := await redis.xpending_range(keys.key(stream), group["name"], min=start, max="+", count=1000):
            found |= {(stream, row["message_id"].decode()) for row in rows}
            start = "(" + rows[-1]["message_id"].decode()
        async for seen in entries(redis, keys, stream, "(" + group["last-delivered-id"].decode()):
            found.add((stream, seen.entry))
    return found


async def _orphans(redis: Client, keys: Keys, names: list[str], check: Check) -> None:
    now = await now_ms(redis)
    for stream in names:
        for group in await redis.xinfo_groups(keys.key(stream)):
            name, start = group["name"].decode(), "-"
            due = {id_.decode(): at for id_, at in await redis.zrange(keys.due(name, stream), 0, -1, withscores=True)}
            while rows := await redis.xpending_range(
                keys.key(stream), name, min=start, max="+", count=1000, consumername=PARKED
            ):
                for row in rows:
                    id_ = row["message_id"].decode()
                    where = f"{name} {stream} {id_}"
                    check.expect(id_ in due, f"{where}: parked without an alarm")
                    check.expect(
                        due.pop(id_, now) > now - OVERDUE_MS,
                        f"{where}: due for over a minute; does {name} run?",
                    )
                start = "(" + rows[-1]["message_id"].decode()
            # An alarm whose entry somebody finished is harmless for a moment, and a leftover after it.
            for id_, at in due.items():
                check.expect(at > now - OVERDUE_MS, f"{name} {stream} {id_}: an alarm for an entry nobody parked")
        for waiting, at in await redis.zrange(keys.later(stream), 0, 0, withscores=True):
            check.expect(at > now - OVERDUE_MS, f"{stream}: an event of {len(waiting)} bytes waits past its time")
