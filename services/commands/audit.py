"""`lightwire moderation audit`: who did what, and whether the chain is whole."""

from hashlib import sha256
from typing import Annotated, Any

import typer
from rich.text import Text

from services.commands.answers import AsJson, Problem, answer, milliseconds, out, print_json, printable
from services.commands.redis_at import Place
from services.commands.wire import entries


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
            async for seen in entries(redis, place.keys, "audit"):
                record = seen.data
                if not _whole(record, previous):
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
            print_json({"records": found, "broken": broken})
        for record in () if as_json else found:
            who, what, about = (printable(record.get(name)) for name in ("actor", "action", "target"))
            out.print(f"{str(record.get('at'))[:19]}  {who:<14} {what:<18} {about}")
            if record.get("detail"):
                out.print(Text(f"{'':>21}{printable(record['detail'])}", style="dim"))
        if broken:
            raise Problem(
                f"the chain is broken at {', '.join(broken[:5])}: a record was changed, or one before it removed"
            )
        if not found:
            raise Problem("nobody did anything of the kind")

    answer(work(), where=place.shown)


def _whole(record: dict[str, Any], previous: str | None) -> bool:
    """Chained to the record before; the first on the stream may follow one that was trimmed."""
    parts = [str(record.get(name, "")) for name in ("previous", "actor", "action", "target", "at")]
    at = parts[4].replace("Z", "+00:00")
    hashed = sha256("\n".join([*parts[:4], at]).encode()).hexdigest()
    return hashed == record.get("hash") and previous in (None, parts[0])
