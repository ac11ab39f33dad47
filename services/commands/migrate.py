"""`lightwire migrate`: put the function library of this release into Redis."""

import typer

from services.commands.answers import AsJson, answer, out, print_json
from services.commands.redis_at import Place, server
from shared.streams import LIBRARY, load_library


def migrate(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Load the function library into Redis.

    Harmless to repeat, and older releases keep running beside it.

    Exit codes: 0 loaded, or there already; 3 Redis cannot be reached.

    Example: lightwire migrate
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            version, loaded = await server(redis), await load_library(redis)
        if as_json:
            print_json({"server": version, "library": LIBRARY, "loaded": loaded})
        else:
            done = "loaded" if loaded else "already there"
            out.print(f"{version} at {place.shown}: {LIBRARY} {done}")

    answer(work(), where=place.shown)
