"""`lightwire moderation rebuild`: what moderation remembers, made again from what it told."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json
from services.commands.moderation_here import needed
from services.commands.redis_at import Place

if TYPE_CHECKING:
    from services.moderation.rebuild.compare import Difference

SHOWN = 20


def rebuild(
    ctx: typer.Context,
    write: Annotated[bool, typer.Option("--write", help="Write what differs; moderation must be stopped.")] = False,
    policy: Annotated[
        Path | None, typer.Option(help="The policy of the time; else the shipped or activated one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay moderation's streams and compare what they tell with what is stored.

    Standings, queues, cases, sanctions, counts and holds of stories. Nothing is changed without --write, and nothing
    that the streams no longer tell of is touched.

    Exit codes: 0 all is as the streams tell it, or was written; 1 something differs; 2 wrong usage; 3 Redis cannot be
    reached.

    Example: lightwire moderation rebuild
    """
    place: Place = ctx.obj

    async def work() -> None:
        needed()
        from services.moderation.rebuild import compare, read
        from services.moderation.rebuild.replay import replay
        from services.moderation.trial.rules import in_force

        async with place.open() as redis:
            if write and (busy := await _running(redis, place)):
                raise Problem(f"{busy} is running: stop moderation first, or what it writes is lost", Code.USAGE)
            rules, notices = await in_force(redis, place.keys, policy)
            events = await read.sequence(redis, place.keys)
            whole = await read.whole(redis, place.keys)
            told = replay(events, await read.stories(redis, place.keys), rules, notices, whole=whole)
            found = [one async for one in compare.differences(redis, place.keys, told)]
            if write and found:
                await compare.apply(redis, place.keys, told, found)
        facts: dict[str, Any] = {
            "events": len(events), "records": len(told.records), "whole": whole, "written": write and bool(found),
            "differences": [_told(one) for one in found],
        }  # fmt: skip
        if as_json:
            print_json(facts)
        else:
            out.print(f"{len(events):,} events tell of {len(told.records):,} records; {len(found):,} fields differ")
            if not whole:
                out.print("the streams were trimmed: counts and lists are left as they are")
            for one in found[:SHOWN]:
                out.print(f"  {one.key} {one.field or '(list)'}: {'missing' if one.stored is None else 'differs'}")
            if write and found:
                out.print("written")
        if found and not write:
            raise Problem("something differs: look with --json; --write makes it as the streams tell")

    answer(work(), where=place.shown)


async def _running(redis: Any, place: Place) -> str | None:
    found = [key async for key in redis.scan_iter(match=place.keys.worker("moderation", "*"))]
    return place.keys.name(found[0].decode()) if found else None


def _told(one: "Difference") -> dict[str, Any]:
    """Which field; of what stands in it only whether it is there: a comment's words are nobody's here."""
    return {"key": one.key, "field": one.field, "missing": one.stored is None and one.field is not None}
