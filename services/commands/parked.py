"""`lightwire parked`: what failed and will be tried again."""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json, printable, span
from services.commands.backlog import now_ms
from services.commands.redis_at import Place
from services.commands.wire import Seen, streams
from shared.keys import Keys
from shared.streams import PARKED, Client

parked = typer.Typer(name="parked", help="Entries that wait for another attempt: list, retry.", no_args_is_help=True,
                     rich_markup_mode=None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One parked entry; ``due_in_ms`` is ``None`` where no alarm is set for it."""

    service: str
    stream: str
    entry: str
    subject: str
    attempts: int
    due_in_ms: int | None
    why: str


async def waiting(redis: Client, keys: Keys) -> list[Waiting]:
    """Every parked entry, stream by stream, oldest first."""
    now, found = await now_ms(redis), []
    for stream in await streams(redis, keys):
        for group in await redis.xinfo_groups(keys.key(stream)):
            name, start = group["name"].decode(), "-"
            while rows := await redis.xpending_range(
                keys.key(stream), name, min=start, max="+", count=500, consumername=PARKED
            ):
                for row in rows:
                    id_ = row["message_id"].decode()
                    due = await redis.zscore(keys.due(name, stream), id_)
                    why = await redis.hget(keys.why(name, stream), id_) or b""
                    text = await redis.xrange(keys.key(stream), id_, id_)
                    subject = Seen(stream, id_, text[0][1]).subject if text else "?"
                    found.append(
                        Waiting(name, stream, id_, subject, row["times_delivered"],
                                None if due is None else int(due) - now, why.decode("utf-8", "replace"))
                    )  # fmt: skip
                start = "(" + rows[-1]["message_id"].decode()
    return found


@parked.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List parked entries.

    How often they failed, why, and when they are due again.

    Exit codes: 0 there are some; 1 there are none; 3 Redis cannot be reached.

    Example: lightwire parked list
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            found = await waiting(redis, place.keys)
        if as_json:
            print_json([asdict(each) for each in found])
        for each in () if as_json else found:
            due = "no alarm set" if each.due_in_ms is None else f"due in {span(each.due_in_ms)}"
            out.print(f"{each.service} {each.stream} {each.entry}  {printable(each.subject)}  "
                      f"failed {each.attempts} times, {due}")  # fmt: skip
            out.print(f"    {printable(each.why) or 'given back by a worker that left'}")
        if not found:
            raise Problem("nothing is parked")

    answer(work(), where=place.shown)


@parked.command()
def retry(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ENTRY...", help="As `lightwire parked list` shows them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All parked entries.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make parked entries due now. Attempts are still counted.

    Exit codes: 0 done; 1 there was none; 2 neither ids nor --all; 3 Redis cannot be reached.

    Example: lightwire parked retry --all
    """
    place: Place = ctx.obj

    async def work() -> None:
        if bool(ids) == every:
            raise Problem("name entries to retry, or give --all, not both", Code.USAGE)
        async with place.open() as redis:
            found = [each for each in await waiting(redis, place.keys) if every or each.entry in (ids or ())]
            if missing := [id_ for id_ in ids or () if id_ not in {each.entry for each in found}]:
                raise Problem(f"not parked: {', '.join(missing)}; see `lightwire parked list`")
            if not found:
                raise Problem("nothing is parked")
            now = await now_ms(redis)
            for each in () if dry_run else found:
                await redis.zadd(place.keys.due(each.service, each.stream), {each.entry: now})
        if as_json:
            print_json({"dry_run": dry_run, "entries": [each.entry for each in found]})
        else:
            out.print(f"{len(found)} " + ("would be due now; nothing was changed" if dry_run else "due now"))

    answer(work(), where=place.shown)
