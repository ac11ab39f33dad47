"""`lightwire simulate`: a newsroom that publishes, corrects, embargoes and kills, to see what becomes of it."""

import asyncio
import re
import time
from collections.abc import Coroutine, Iterable
from typing import Annotated
from uuid import uuid4

import httpx
import typer
from rich.live import Live
from rich.table import Table

from services.commands.answers import AsJson, Code, Problem, answer, err, out, print_json, printable, span
from services.commands.redis_at import Place
from services.commands.simulation.check import still_on
from services.commands.simulation.desk import Desk
from services.commands.simulation.formats import FORMATS
from services.commands.simulation.newsroom import Plan, Sums, work
from services.commands.simulation.signing import SIGNERS

SETTLE_S = 30.0
"""So long may withdrawals take after the last act."""
_UNITS = {"s": 1, "m": 60, "h": 3600}


def simulate(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="A source of ingest's sources.toml.")],
    secret: Annotated[str, typer.Option(envvar="LIGHTWIRE_SIMULATE_SECRET", help="One of its secrets.")],
    url: Annotated[str, typer.Option(help="Where ingest answers.")] = "http://127.0.0.1:8001",
    format_: Annotated[str, typer.Option("--format", help="native, ninjs, wordpress or ans.")] = "native",
    scheme: Annotated[str, typer.Option(help=f"How it signs: {', '.join(SIGNERS)}.")] = "bearer",
    rate: Annotated[float, typer.Option(min=0.1, max=2_000, help="Acts a second.")] = 5.0,
    for_: Annotated[str, typer.Option("--for", help="How long: 60s, 5m, 1h.")] = "60s",
    seed: Annotated[int, typer.Option(help="The same number plays the same acts.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Play a newsroom over HTTP, signed as a real one.

    It publishes, corrects, embargoes and kills.

    In the end the rendition streams are read: a killed story must be off all of them. The stories stay; simulate where
    no reader looks.

    Exit codes: 0 everything was accepted and every kill is off; 1 something was refused, or a killed story is still on;
    2 wrong usage; 3 Redis or ingest cannot be reached.

    Example: lightwire simulate harbour-desk --secret "$DESK_TOKEN" --rate 5 --for 60s
    """
    place: Place = ctx.obj

    async def play() -> int:
        plan = Plan(url.rstrip("/"), source, _one_of(format_, FORMATS, "--format"),
                    _one_of(scheme, SIGNERS, "--scheme"), secret, rate, _seconds(for_))  # fmt: skip
        desk, sums = Desk(uuid4().hex[:8], seed), Sums()
        async with place.open() as redis, httpx.AsyncClient(timeout=10, trust_env=False) as client:
            seconds, micros = await redis.time()
            await _reachable(client, plan.url)
            await _shown(work(plan, desk, sums, client), sums, quiet=as_json)
            on = await still_on(redis, place.keys, desk.killed, f"{seconds}{micros // 1000:03}")
            deadline = time.monotonic() + SETTLE_S
            while on and time.monotonic() < deadline:
                await asyncio.sleep(0.2)
                on = await still_on(redis, place.keys, desk.killed, f"{seconds}{micros // 1000:03}")
        _tell(sums, len(desk.killed), on, as_json=as_json)
        return Code.FOUND if sums.refused or on or not sums.accepted else Code.OK

    raise typer.Exit(answer(play(), where=place.shown))


async def _reachable(client: httpx.AsyncClient, url: str) -> None:
    try:
        await client.get(f"{url}/health")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Problem(
            f"ingest at {url} cannot be reached ({type(error).__name__}): start it, or name it with --url", Code.AWAY
        ) from None


async def _shown(working: Coroutine[None, None, None], sums: Sums, *, quiet: bool) -> None:
    task = asyncio.create_task(working)
    if quiet or not out.is_terminal:
        await task
        return
    with Live(console=out, refresh_per_second=4, get_renderable=lambda: _table(sums)):
        await task


def _table(sums: Sums) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("accepted", "refused", "p50", "p99", "published", "corrected", "embargoed", "killed"):
        table.add_column(name, justify="right")
    table.add_row(
        str(sums.accepted), str(sums.refused), span(sums.percentile(0.5)), span(sums.percentile(0.99)),
        *(str(sums.deeds[deed]) for deed in ("publish", "correct", "embargo", "kill")),
    )  # fmt: skip
    return table


def _tell(sums: Sums, killed: int, on: set[str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"accepted": sums.accepted, "answers": dict(sums.answers), "deeds": dict(sums.deeds),
             "p50_ms": round(sums.percentile(0.5), 1), "p99_ms": round(sums.percentile(0.99), 1),
             "killed": killed, "still_on": sorted(on)}
        )  # fmt: skip
        return
    if not out.is_terminal:
        out.print(_table(sums))
    if sums.refused:
        counts = ", ".join(f"{name}: {count}" for name, count in sums.answers.items() if name != "202")
        err.print(f"not accepted: {printable(counts)}")
        err.print(printable(sums.first_refusal))
    if on:
        err.print(f"{len(on)} of {killed} killed stories are still on, such as: lightwire trace {printable(min(on))}")
    elif not sums.accepted:
        err.print("nothing was accepted" + (", so it was not tried again" if sums.hopeless else ""))
    elif not killed:
        out.print("no story was killed in so short a time: simulate for longer to see kills")
    else:
        out.print(f"all {killed} killed stories are off every rendition stream")


def _one_of(value: str, known: Iterable[str], option: str) -> str:
    if value not in (names := list(known)):
        raise Problem(f"{option} {value!r} is none of {', '.join(names)}", Code.USAGE)
    return value


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,5})([smh])", text)
    if not found or not int(found[1]):
        raise Problem(f"--for {text!r} is no duration: write 60s, 5m or 1h", Code.USAGE)
    return float(int(found[1]) * _UNITS[found[2]])
