"""``lightwire``: run the pipeline, feed it, watch it, and help what is stuck."""

from typing import Annotated

import typer

from services.commands.answers import end_with
from services.commands.bytes import bytes_
from services.commands.dead import dead
from services.commands.dictionary import dictionary
from services.commands.dotenv import from_file
from services.commands.ingest_check import ingest_check
from services.commands.keys import keys
from services.commands.migrate import migrate
from services.commands.moderation import moderation
from services.commands.parked import parked
from services.commands.publish import publish
from services.commands.redis_at import find
from services.commands.simulate import simulate
from services.commands.status import status
from services.commands.tail import tail
from services.commands.trace import trace
from services.commands.up import up
from services.commands.verify import verify

cli = typer.Typer(
    name="lightwire",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cli.callback()
def where(
    ctx: typer.Context,
    redis: Annotated[
        str | None,
        typer.Option(envvar="LIGHTWIRE_REDIS_URL", help="Redis' URL; else .lightwire/redis.url, else this machine's."),
    ] = None,
    prefix: Annotated[
        str, typer.Option(envvar="LIGHTWIRE_PREFIX", help="What every key begins with, before a colon.")
    ] = "lightwire",
) -> None:
    """Articles and comments from newsroom systems to every channel, in full or light.

    Settings are read from the environment, then from a file .env in the current folder.

    Exit codes of every command: 0 fine; 1 a problem was found, or nothing was; 2 wrong usage or input;
    3 Redis cannot be reached.

    Example: lightwire up --examples examples
    """
    with end_with():
        settings = from_file()
    chosen = ctx.get_parameter_source("prefix")
    if chosen is None or chosen.name == "DEFAULT":
        prefix = settings.get("LIGHTWIRE_PREFIX") or prefix
    ctx.obj = find(redis or settings.get("LIGHTWIRE_REDIS_URL"), prefix)


cli.command()(up)
cli.command()(migrate)
cli.command()(publish)
cli.command()(ingest_check)
cli.command()(tail)
cli.command()(status)
cli.command()(trace)
cli.add_typer(dead)
cli.add_typer(moderation)
cli.add_typer(parked)
cli.command()(verify)
cli.add_typer(keys)
cli.command("bytes")(bytes_)
cli.command()(simulate)
cli.add_typer(dictionary)


def main() -> None:
    """The console script."""
    cli()


if __name__ == "__main__":
    main()
