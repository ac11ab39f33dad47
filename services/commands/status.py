"""`lightwire status`: what each stage does, and what waits."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from services.commands.answers import AsJson, Code, answer, iso, out, print_json, span
from services.commands.backlog import Reading, now_ms, pause, rates, readings
from services.commands.redis_at import Place, server
from services.commands.wire import streams


def status(
    ctx: typer.Context,
    sample: Annotated[float, typer.Option(min=0.1, max=60, help="Seconds over which the rate is measured.")] = 2.5,
    as_json: AsJson = False,
) -> None:
    """Tell what each stage does, and what waits.

    Per stage: rate, age of the oldest unfinished entry, in work, parked, dead; per rendition its last entry.

    Exit codes: 0 every stage has a worker and nothing is parked or dead; 1 otherwise; 3 Redis cannot be reached.

    Example: lightwire status --json
    """
    place: Place = ctx.obj

    async def work() -> int:
        async with place.open() as redis:
            version, before = await server(redis), await readings(redis, place.keys)
            started = await pause(sample)
            speed = await rates(redis, place.keys, before, started)
            names, now = await streams(redis, place.keys), await now_ms(redis)
            dead = {
                n.removeprefix("dead."): await redis.xlen(place.keys.key(n)) for n in names if n.startswith("dead.")
            }
            last: dict[str, int | None] = {}
            for name in (n for n in names if n.startswith("renditions.")):
                rows = await redis.xrevrange(place.keys.key(name), count=1)
                last[name] = int(rows[0][0].decode().split("-")[0]) if rows else None
        troubled = [r for r in before if not r.workers or r.parked]
        if as_json:
            stages = [asdict(r) | {"rate": round(speed[r.service, r.stream], 1)} for r in before]
            shown = {name: None if at is None else iso(at) for name, at in last.items()}
            print_json({"server": version, "stages": stages, "dead": dead, "renditions": shown})
        else:
            out.print(f"{version} at {place.shown}")
            out.print(_stages(before, speed, dead))
            for name, at in last.items():
                out.print(f"{name}: last entry " + ("never" if at is None else f"{span(now - at)} ago"))
            _hints(before, dead)
        return Code.FOUND if troubled or not before or any(dead.values()) else Code.OK

    raise typer.Exit(answer(work(), where=place.shown))


def _stages(found: list[Reading], speed: dict[tuple[str, str], float], dead: dict[str, int]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name, side in (("service", "left"), ("reads", "left"), ("rate", "right"), ("oldest", "right"),
                       ("in work", "right"), ("parked", "right"), ("dead", "right"), ("workers", "right")):  # fmt: skip
        table.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    said: set[str] = set()
    for r in found:
        # Dead letters are counted by service, so the number stands on its first line only.
        buried = "" if r.service in said else str(dead.get(r.service, 0))
        said.add(r.service)
        table.add_row(
            r.service, r.stream, f"{speed[r.service, r.stream]:.1f}/s", span(r.oldest_age), str(r.in_work),
            Text(str(r.parked), style="yellow" if r.parked else ""),
            Text(buried, style="red" if buried not in ("", "0") else ""),
            Text(str(r.workers), style="" if r.workers else "red"),
        )  # fmt: skip
    return table


def _hints(found: list[Reading], dead: dict[str, int]) -> None:
    if not found:
        out.print("no stage has ever read here: start them with `lightwire up`")
    elif idle := dict.fromkeys(r.service for r in found if not r.workers):
        out.print(f"nobody reads for {', '.join(idle)}: start the service")
    if any(r.parked for r in found):
        out.print("parked entries are tried again by themselves: `lightwire parked list` says why they failed")
    if any(dead.values()):
        out.print("dead letters wait for a person: `lightwire dead list`")
