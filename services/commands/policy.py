"""`lightwire moderation policy` and `what-if`: is a policy usable, what would it have done, and let it count."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json, printable
from services.commands.moderation_here import needed
from services.commands.redis_at import Place
from services.commands.requests import asked
from shared.cases import Role
from shared.comments import Actor
from shared.events import PolicyRequested

policy = typer.Typer(name="policy", help="The rules for comments: check them, let them count.", no_args_is_help=True,
                     rich_markup_mode=None)  # fmt: skip
File = Annotated[Path, typer.Argument(metavar="FILE", help="The policy (TOML); its word lists lie beside it.")]


@policy.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Tell whether a policy can be used, and what it holds.

    Exit codes: 0 it can; 1 it cannot, with the place; 2 wrong usage or no such file.

    Example: lightwire moderation policy check policy.toml
    """

    async def work() -> None:
        rules = _loaded(file)
        from services.moderation.trial.told import checked

        facts, lines = checked(rules, file)
        if as_json:
            print_json(facts)
        for line in () if as_json else lines:
            out.print(printable(line))

    answer(work(), where="")


@policy.command()
def activate(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The policy (TOML).")] = None,
    from_file: Annotated[
        bool, typer.Option("--from-file", help="Back to the file moderation was started with.")
    ] = False,
    actor: Annotated[str | None, typer.Option("--actor", help="Who acts, for the audit; else your login name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a policy count from the next comment on, in every worker, without a restart.

    It is checked here and once more by moderation; one that cannot be used changes nothing.

    Exit codes: 0 it counts; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation policy activate policy.toml
    """
    place: Place = ctx.obj

    async def work() -> None:
        if (file is None) is not from_file:
            raise Problem("name a policy, or --from-file: one of the two", Code.USAGE)
        wish = PolicyRequested(actor=Actor(kind="human", id=actor or getpass.getuser()), role=Role.ADMIN)
        if file is not None:
            _loaded(file)
            from services.moderation.policy import files_named

            text = file.read_text("utf-8")
            named = {name: (file.parent / name).read_text("utf-8") for name in files_named(text.encode())}
            wish = wish.model_copy(update={"policy": text, "files": named})
        async with place.open() as redis:
            told = await asked(redis, place.keys, wish)
        if as_json:
            print_json(told.data)
        elif file is None:
            out.print("the file counts that moderation was started with")
        else:
            out.print(f"counts now: version {printable(told.data['policy']['version'])}")

    answer(work(), where=place.shown)


def what_if(
    ctx: typer.Context,
    file: File,
    days: Annotated[float, typer.Option(help="How far back.")] = 7.0,
    most: Annotated[int, typer.Option(help="Decisions looked at.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Decide past comments again under a policy, and tell what would be different. Nothing is changed.

    Exit codes: 0 told; 1 the policy cannot be used; 2 wrong usage or no such file; 3 Redis cannot be reached.

    Example: lightwire moderation what-if policy.toml --days 7
    """
    place: Place = ctx.obj

    async def work() -> None:
        rules = _loaded(file)
        from services.moderation.trial.decisions import tried
        from services.moderation.trial.told import told

        async with place.open() as redis:
            facts, lines = told(await tried(redis, place.keys, rules, days, most))
        if as_json:
            print_json(facts)
        for line in () if as_json else lines:
            out.print(printable(line.rstrip()))

    answer(work(), where=place.shown)


def _loaded(file: Path):  # type: ignore[no-untyped-def]
    """The rulebook. Raises Problem."""
    needed()
    from services.moderation.policy import PolicyError
    from services.moderation.policy_files import load

    if not file.is_file():
        raise Problem(f"{file}: no such file", Code.USAGE)
    try:
        return load(file)
    except PolicyError as error:
        raise Problem(str(error)) from None
