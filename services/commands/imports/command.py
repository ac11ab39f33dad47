"""`lightwire moderation import`: comments out of Coral and WordPress, and what was decided about them."""

import getpass
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.commands.answers import AsJson, Code, answer, err, out, print_json, printable
from services.commands.imports.articles import listed
from services.commands.imports.carry import PORTION, Carrier
from services.commands.imports.coral import Coral
from services.commands.imports.coral import read as read_coral
from services.commands.imports.pseudonyms import with_key
from services.commands.imports.spool import Spool
from services.commands.imports.told import NAMES, Refused, Told
from services.commands.imports.wordpress import WordPress
from services.commands.redis_at import Place
from services.commands.requests import secret

importing = typer.Typer(
    name="import", help="Comments of other systems, with what was decided there.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="As exported; .gz too.")]
ByArticles = Annotated[
    Path | None,
    typer.Option("--articles", metavar="FILE", help="CSV (story,article) or JSON: story id or address → article id."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything, send nothing; needs no Redis.")]
Patience = Annotated[float, typer.Option(min=1, help="Seconds without any answer before it gives up.")]
Actor = Annotated[str | None, typer.Option("--actor", help="Who imports, for the audit; else your login name.")]
Tell = Callable[[dict[str, Any]], Told]


@importing.command()
def coral(
    ctx: typer.Context,
    files: Files,
    articles: ByArticles = None,
    as_shown: Annotated[
        bool, typer.Option("--as-shown", help="Publish what Coral showed unreviewed, though the rules here hold it.")
    ] = False,
    patience: Patience = 60,
    actor: Actor = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import from Coral: what mongoexport writes of its collections.

    comments, commentModerationActions, users (id, username, role) and stories (id, url), in any order.
    The engine decides about each comment first; what a moderator decided in Coral follows as a person's decision.
    Run again, it goes on where it stopped; what is there is left alone.

    Exit codes: 0 all came along; 1 some did not, or no answer in time; 2 wrong usage or input, nothing was
    changed; 3 Redis cannot be reached.

    Example: lightwire moderation import coral comments.json actions.json users.json --articles map.csv
    """
    with Spool() as spool:

        def read() -> Tell:
            made = Coral(spool, listed(articles), with_key(None))
            read_coral(files, spool)
            return made.told

        _import(ctx.obj, "coral", spool, read, as_shown, patience, actor, dry_run, as_json)


@importing.command()
def wordpress(
    ctx: typer.Context,
    files: Files,
    articles: ByArticles = None,
    site: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which site's; else as the export says. A list needs it.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Secret behind guests' pseudonyms; else one that is forgotten.")
    ] = None,
    patience: Patience = 60,
    actor: Actor = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import from WordPress: its export file (WXR), or the JSON list of WP-CLI.

    E-mail and IP addresses stay behind; a guest becomes a pseudonym by a key. Pingbacks and trackbacks are left out.
    The engine decides about each comment first; what was decided in WordPress follows as a person's decision.
    Run again, it goes on where it stopped; what is there is left alone.

    Exit codes: 0 all came along; 1 some did not, or no answer in time; 2 wrong usage or input, nothing was
    changed; 3 Redis cannot be reached.

    Example: lightwire moderation import wordpress export.xml --key import.key --articles map.csv
    """
    with Spool() as spool:

        def read() -> Tell:
            made = WordPress(spool, listed(articles), with_key(key), site)
            made.read(files)
            return made.told

        _import(ctx.obj, "wordpress", spool, read, False, patience, actor, dry_run, as_json)


def _import(
    place: Place, system: str, spool: Spool, read: Callable[[], Tell], as_shown: bool, patience: float,
    actor: str | None, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    async def work() -> int:
        # All of it, before anything is sent: a file that breaks off changes nothing.
        tell = read()
        spool.close_circles()
        counts: Counter[str] = Counter({"comments": spool.total})
        try:
            if dry_run:
                counts.update(f"{one.verdict.value}_there" for one in _told(spool, tell))
            else:
                await _carried(place, system, spool, tell, counts, as_shown, patience, actor)
        finally:
            refused = list(spool.refusals())
            _tell(system, spool, counts, refused, dry_run, as_json)
        return Code.FOUND if refused else Code.OK

    raise typer.Exit(answer(work(), where=place.shown))


async def _carried(
    place: Place, system: str, spool: Spool, tell: Tell, counts: Counter[str], as_shown: bool, patience: float,
    actor: str | None,
) -> None:  # fmt: skip
    async with place.open() as redis:
        who, key = actor or getpass.getuser(), secret()
        carrier = Carrier(redis, place.keys, f"/import/{system}", who, key, patience, as_shown, counts)
        await carrier.settle()
        with _progress(spool.total) as advanced:
            for portion in _portions(_told(spool, tell)):
                try:
                    await carrier.carry(portion)
                finally:
                    for id_, why in carrier.refused.items():
                        spool.refuse(id_, why)
                advanced(len(portion))


def _told(spool: Spool, tell: Tell) -> Iterator[Told]:
    """What can come along, in order; the spool remembers what cannot."""
    for id_, row in spool.in_order():
        try:
            told = tell(row)
            told.submission  # noqa: B018 - raises where the door would refuse it
        except Refused as error:
            spool.refuse(id_, str(error))
        else:
            yield told


def _portions(comments: Iterable[Told]) -> Iterator[list[Told]]:
    portion: list[Told] = []
    for one in comments:
        portion.append(one)
        if len(portion) == PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], object]]:
    """A line that moves in a terminal; elsewhere nothing, for whoever reads a log wants the end."""
    bar = Progress(
        TextColumn("comments"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err,
        disable=not err.is_terminal, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


def _tell(
    system: str, spool: Spool, counts: Counter[str], refused: list[tuple[str, str]], dry_run: bool, as_json: bool
) -> None:
    if as_json:
        told = [{"id": id_, "why": why} for id_, why in refused]
        print_json(
            {"system": system, "dry_run": dry_run, "counts": counts, "left_out": spool.left_out, "refused": told}
        )
        return
    for what, count in counts.items():
        if count:
            out.print(f"{count:>9,}  {what.replace('_', ' ')}")
    for what, count in spool.left_out.items():
        out.print(f"{count:>9,}  left out: {printable(what)}")
    for id_, why in refused:
        out.print(f"{printable(id_)}: {printable(why)}")
    if refused:
        out.print(f"{len(refused):,} did not come along; they are listed above and stay in {NAMES[system]}")
    if dry_run:
        out.print("nothing was sent")
