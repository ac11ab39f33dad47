"""`lightwire moderation audit`: who did what, and whether the chain is whole."""

from typing import Annotated, Any

import typer
from rich.text import Text

from services.commands.answers import AsJson, Problem, answer, milliseconds, out, print_json, printable
from services.commands.redis_at import Place
from services.commands.wire import Seen, entries
from shared.audit import HEAD, STREAM, digest
from shared.streams import Client


def audit(
    ctx: typer.Context,
    by: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    action: Annotated[
        str | None, typer.Option(help="Only actions that begin so: decision, sanction, policy, dead.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="Only about this comment, author or story.")] = None,
    since: Annotated[str, typer.Option(help="10m, 2h, 1d, or an RFC 3339 time; all.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what people did, the oldest first, and check that no record was taken out or changed.

    Exit codes: 0 the chain is whole; 1 it is broken, or nothing was found; 3 Redis cannot be reached.

    Example: lightwire moderation audit --by parisa --since 7d
    """
    place: Place = ctx.obj

    async def work() -> None:
        after = milliseconds(since) if since else 0
        found: list[dict[str, Any]] = []
        broken: list[str] = []
        previous: str | None = None
        async with place.open() as redis:
            ends = await _ends(redis, place)
            async for seen in entries(redis, place.keys, STREAM):
                record = seen.data
                # The first on the stream may follow one that was trimmed.
                if digest(record) != record.get("hash") or previous not in (None, record.get("previous")):
                    broken.append(seen.entry)
                previous = str(record.get("hash"))
                wanted = (
                    seen.at >= after
                    and by in (None, record.get("actor"))
                    and str(record.get("action", "")).startswith(action or "")
                    and target in (None, record.get("target"))
                )
                if wanted:
                    found.append(record)
        if as_json:
            print_json({"records": found, "broken": broken, "end_missing": not ends})
        for record in () if as_json else found:
            who, what, about = (printable(record.get(name)) for name in ("actor", "action", "target"))
            out.print(f"{str(record.get('at'))[:19]}  {who:<14} {what:<18} {about}")
            for name in ("asked", "detail"):
                if record.get(name):
                    out.print(Text(f"{'':>21}{printable(record[name])}", style="dim"))
        if broken:
            raise Problem(
                f"the chain is broken at {', '.join(broken[:5])}: a record was changed, or one before it removed"
            )
        if not ends:
            raise Problem("the chain does not end where `audit.head` says: its last records were removed or replaced")
        if not found:
            raise Problem("nobody did anything of the kind")

    answer(work(), where=place.shown)


async def _ends(redis: Client, place: Place) -> bool:
    """True where the last record is the one its writer left as the last."""
    pipe = redis.pipeline(transaction=True)
    pipe.get(place.keys.key(HEAD))
    pipe.xrevrange(place.keys.key(STREAM), count=1)
    head, last = await pipe.execute()
    return (head or b"").decode() == (str(Seen(STREAM, "", last[0][1]).data.get("hash")) if last else "")
