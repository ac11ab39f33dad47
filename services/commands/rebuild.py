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
    that the streams no longer tell of is touched. A legal hold is never ended by it.

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
            streams = await read.told(redis, place.keys)
            told = replay(streams.events, streams.stories, rules, notices, whole=streams.whole)
            found = [one async for one in compare.differences(redis, place.keys, told)]
            if write and found:
                await compare.apply(redis, place.keys, told, found)
        stays = [one for one in found if one.stays]
        facts: dict[str, Any] = {
            "events": len(streams.events), "records": len(told.records), "whole": streams.whole,
            "unreadable": streams.unreadable, "unsure": len(told.unsure), "written": write and len(found) > len(stays),
            "differences": [_told(one) for one in found],
        }  # fmt: skip
        if as_json:
            print_json(facts)
        else:
            out.print(
                f"{len(streams.events):,} events tell of {len(told.records):,} records; {len(found):,} fields differ"
            )
            if streams.trimmed:
                out.print("the streams were trimmed: counts and lists are left as they are")
            if streams.unreadable:
                out.print(
                    f"{streams.unreadable:,} events cannot be read any more: counts and lists are left as they are"
                )
            if told.unsure:
                out.print(f"{len(told.unsure):,} records are not told for certain, and left as they are")
            for one in found[:SHOWN]:
                out.print(f"  {one.key} {one.field or '(list)'}: {'missing' if one.stored is None else 'differs'}")
            if facts["written"]:
                out.print("written")
        if stays:
            raise Problem(
                f"{len(stays):,} legal holds are stored that the streams do not tell of, such as {stays[0].key}: they "
                "stay; two editors lift one with `lightwire moderation hold ARTICLE --lift`"
            )
        if found and not write:
            raise Problem("something differs: look with --json; --write makes it as the streams tell")

    answer(work(), where=place.shown)


async def _running(redis: Any, place: Place) -> str | None:
    found = [key async for key in redis.scan_iter(match=place.keys.worker("moderation", "*"))]
    return place.keys.name(found[0].decode()) if found else None


def _told(one: "Difference") -> dict[str, Any]:
    """Which field, and whether --write leaves it. Of what stands in it only whether it is there: it may be words."""
    return {"key": one.key, "field": one.field, "missing": one.stored is None and one.field is not None,
            "stays": one.stays}  # fmt: skip
