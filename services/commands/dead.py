"""`lightwire dead`: what could not be processed, and the way back."""

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from services.commands.answers import (
    AsJson,
    Code,
    Problem,
    answer,
    err,
    iso,
    milliseconds,
    out,
    print_json,
    printable,
)
from services.commands.redis_at import Place
from services.commands.wire import SERVICES, Seen
from shared import dead_letters
from shared.dead_letters import DeadLetter
from shared.keys import Keys
from shared.streams import Client, load_library

dead = typer.Typer(
    name="dead", help="Dead letters: list, show, replay, drop.", no_args_is_help=True, rich_markup_mode=None
)

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="SERVICE/ENTRY...", help="As `lightwire dead list` shows them.")
]
ByService = Annotated[str | None, typer.Option("--service", help="Only of this service.")]
ByReason = Annotated[
    str | None, typer.Option("--reason", help="Only undecodable, rejected, conflict or attempts_exhausted.")
]
BySince = Annotated[str | None, typer.Option("--since", help="Only younger ones: 10m, 2h, 1d, or an RFC 3339 time.")]
BySubject = Annotated[str | None, typer.Option("--subject", help="Only about this article or comment.")]
All = Annotated[bool, typer.Option("--all", help="All that the filters leave.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]
REASONS = ("undecodable", "rejected", "conflict", "attempts_exhausted")
Filters = tuple[str | None, str | None, str | None, str | None]
"""Service, reason, since, subject."""

Actor = Annotated[str | None, typer.Option("--actor", help="Who acts, for the audit; else your login name.")]


async def chosen(
    redis: Client, keys: Keys, ids: Sequence[str], service: str | None, reason: str | None, since: str | None,
    subject: str | None,
) -> list[DeadLetter]:  # fmt: skip
    """The letters that ids and filters name, oldest first. Raises Problem for an id that is not there."""
    if reason not in (None, *REASONS):
        raise Problem(f"--reason {reason}: must be one of {', '.join(REASONS)}", Code.USAGE)
    if service not in (None, *SERVICES) and service not in await dead_letters.services(redis, keys):
        raise Problem(f"--service {service}: must be one of {', '.join(SERVICES)}", Code.USAGE)
    after = milliseconds(since) if since else 0
    found = []
    for name in await dead_letters.services(redis, keys):
        if service is not None and name != service:
            continue
        async for letter in dead_letters.scan(redis, keys, name, str(after) if after else "-"):
            by_id = not ids or f"{name}/{letter.id}" in ids or letter.id in ids
            if by_id and reason in (None, letter.died.reason) and subject in (None, about(letter)):
                found.append(letter)
    there = {part for letter in found for part in (letter.id, f"{letter.service}/{letter.id}")}
    if missing := [id_ for id_ in ids if id_ not in there]:
        raise Problem(f"no such dead letter: {', '.join(missing)}; see `lightwire dead list`")
    return found


def about(letter: DeadLetter) -> str | None:
    """The id of the article or comment it is about, where that can be told."""
    found = letter.died.about or Seen("", letter.id, letter.original).subject
    return None if found == "?" else found


def told(letter: DeadLetter) -> dict[str, object]:
    """A letter in JSON, without the original."""
    return {"id": f"{letter.service}/{letter.id}", "subject": about(letter)} | letter.died.model_dump(mode="json")


@dead.command("list")
def list_(
    ctx: typer.Context, service: ByService = None, reason: ByReason = None, since: BySince = None,
    subject: BySubject = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List dead letters, oldest first.

    What died, where, and what to do about it.

    Exit codes: 0 there are some; 1 there are none; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire dead list --service ingest --reason conflict --since 1d
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            letters = await chosen(redis, place.keys, [], service, reason, since, subject)
        if as_json:
            print_json([told(letter) for letter in letters])
        for letter in () if as_json else letters:
            died, at = letter.died, iso(int(letter.id.split("-")[0]))
            out.print(f"{letter.service}/{letter.id}  {at}  {died.reason}  {printable(about(letter) or '?')}")
            out.print(f"    {printable(died.detail)}")
        if not letters:
            raise Problem("no dead letters" + (" match" if service or reason or since or subject else ""))

    answer(work(), where=place.shown)


@dead.command()
def show(
    ctx: typer.Context, id_: Annotated[str, typer.Argument(metavar="SERVICE/ENTRY")], as_json: AsJson = False
) -> None:
    """Show one dead letter with the original.

    Byte for byte; what is not UTF-8 is escaped.

    Exit codes: 0 shown; 1 there is none of this id; 3 Redis cannot be reached.

    Example: lightwire dead show ingest/1763913600000-0
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            letter = (await chosen(redis, place.keys, [id_], None, None, None, None))[0]
        original = {
            name.decode("utf-8", "backslashreplace"): value.decode("utf-8", "backslashreplace")
            for name, value in letter.original.items()
        }
        if as_json:
            print_json({**told(letter), "original": original})
            return
        for name, value in told(letter).items():
            if value not in (None, ""):
                out.print(f"{name}: {printable(value)}")
        for name, value in original.items():
            out.print(f"\n{printable(name)}:\n{printable(value, lines=True)}")

    answer(work(), where=place.shown)


@dead.command()
def replay(
    ctx: typer.Context, ids: Ids = None, every: All = False, service: ByService = None, reason: ByReason = None,
    since: BySince = None, subject: BySubject = None, dry_run: DryRun = False, actor: Actor = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Put originals back on the streams they died in.

    In one step with their removal here; the audit says who.

    Exit codes: 0 done; 1 there was none; 2 neither ids nor --all; 3 Redis cannot be reached.

    Example: lightwire dead replay --all --reason attempts_exhausted --dry-run
    """
    _act(ctx.obj, "replay", ids or [], every, (service, reason, since, subject), dry_run, actor, as_json)


@dead.command()
def drop(
    ctx: typer.Context, ids: Ids = None, every: All = False, service: ByService = None, reason: ByReason = None,
    since: BySince = None, subject: BySubject = None, dry_run: DryRun = False, actor: Actor = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Delete dead letters for good; the audit says who.

    Exit codes: 0 done; 1 there was none; 2 neither ids nor --all; 3 Redis cannot be reached.

    Example: lightwire dead drop ingest/1763913600000-0
    """
    _act(ctx.obj, "drop", ids or [], every, (service, reason, since, subject), dry_run, actor, as_json)


def _act(
    place: Place, action: str, ids: list[str], every: bool, filters: Filters,
    dry_run: bool, actor: str | None, as_json: bool,
) -> None:  # fmt: skip
    async def work() -> None:
        if bool(ids) == every:
            raise Problem(f"name the letters to {action}, or give --all (with filters), not both", Code.USAGE)
        async with place.open() as redis:
            letters = await chosen(redis, place.keys, ids, *filters)
            if not letters:
                raise Problem(f"no dead letters to {action}")
            done = 0
            if not dry_run:
                await load_library(redis)
                act = dead_letters.replay if action == "replay" else dead_letters.drop
                try:
                    done = await act(redis, place.keys, letters, actor or getpass.getuser())
                except ValueError as error:
                    raise Problem(str(error)) from None
        names = [f"{letter.service}/{letter.id}" for letter in letters]
        if as_json:
            print_json({"action": action, "dry_run": dry_run, "letters": names, "done": done})
            return
        for name, letter in zip(names, letters, strict=True):
            out.print(f"{name}  {letter.died.reason}  {printable(about(letter) or '?')}")
        past = {"replay": "replayed", "drop": "dropped"}[action]
        out.print(f"{len(names)} would be {past}; nothing was changed" if dry_run else f"{done} {past}")
        if not dry_run and done < len(names):
            err.print(f"{len(names) - done} were gone already: somebody else acted")

    answer(work(), where=place.shown)
