"""`lightwire up`: the whole pipeline on this machine, until Ctrl-C."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json, printable
from services.commands.desk_demo import NAME as DEMO
from services.commands.desk_demo import demo
from services.commands.dotenv import from_file
from services.commands.journeys import STREAMS, Journeys
from services.commands.look import hint
from services.commands.progress import Progress
from services.commands.publish import checked, send, sources
from services.commands.redis_at import FOLDER, Place
from services.commands.submissions import Submission
from services.commands.wire import filled, follow
from services.embedded import LOOPBACK, Embedded, Fallen, RedisAway, WrongSetting
from services.embedded_keys import DEMO_TOKEN
from shared.events import ArticleSubmitted
from shared.keys import Keys
from shared.streams import Client

PATIENCE_S = 60.0
"""How long stories are watched; the pipeline goes on after it."""


def up(
    ctx: typer.Context,
    examples: Annotated[
        str | None,
        typer.Option("--examples", metavar="FOLDER", help="Publish what lies there, once per .lightwire folder."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop when every example has arrived.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a Redis and all services here until Ctrl-C.

    Redis keeps its data under .lightwire/; LIGHTWIRE_REDIS_URL names one that runs already. Logs are in
    .lightwire/log/. If one part ends, everything stops. Settings in a file .env here count too; the environment wins.

    Exit codes: 0 stopped by you; 1 a part fell, or could not start; 2 wrong input; 3 Redis cannot be reached.

    Example: lightwire up --examples examples
    """
    place: Place = ctx.obj
    settings = from_file()
    # Not `.lightwire/redis.url`: that names the Redis of an earlier run.
    given = ctx.parent.params.get("redis") if ctx.parent else None
    environment = {**settings, **os.environ, "LIGHTWIRE_PREFIX": place.keys.prefix}
    if given:
        environment["LIGHTWIRE_REDIS_URL"] = given

    def say(line: str) -> None:
        print_json({"says": line}) if as_json else out.print(printable(line, lines=True))

    async def work() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        ready = checked(sources([examples]), source=None, now=datetime.now(UTC), keys=place.keys) if examples else []
        whole = Embedded(FOLDER, environment, say)
        try:
            await _until(stopping, whole.start())
            if not stopping.is_set():
                await _run(whole, place.keys, examples, ready, stopping, once=once, as_json=as_json, say=say)
        except RedisAway as error:
            raise Problem(str(error), Code.AWAY) from None
        except WrongSetting as error:
            raise Problem(str(error), Code.USAGE) from None
        except Fallen as error:
            raise Problem(str(error)) from None
        finally:
            if whole.children:
                say("stopping")
            await whole.stop()

    answer(work(), where=place.shown)


async def _until(stopping: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    task, stop = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        stop.cancel()
        task.result()
    else:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run(
    whole: Embedded, keys: Keys, examples: str | None, ready: list[Submission], stopping: asyncio.Event, *,
    once: bool, as_json: bool, say: Callable[[str], None],
) -> None:  # fmt: skip
    host = whole.environment.get("LIGHTWIRE_HOST") or "127.0.0.1"
    site = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{whole.ports['site']}/"  # noqa: S104 - compared
    say(f"site: {site}")
    front = f"http://127.0.0.1:{whole.ports['ingest']}/v1/articles"
    if whole.sources.parent.resolve() == FOLDER.resolve() and whole.sources.name == "sources.toml":
        say(f"submit: {front}/demo  (token in {FOLDER / DEMO_TOKEN})")
    elif whole.sources.exists():
        say(f"submit: {front}/SOURCE  (sources of {whole.sources})")
    arrived = True
    async with Place(whole.url, keys).open() as redis:
        say(await _desk(redis, keys, whole, host))
        if ready:
            # Times such as "+8s" count from the moment of publishing, not from before the services were up.
            ready = checked(sources([str(examples)]), source=None, now=datetime.now(UTC), keys=keys)
            arrived = await _publish(redis, keys, whole, ready, stopping, as_json=as_json, say=say)
        look = await hint(redis, keys)
    if once:
        if not arrived:
            raise Problem("not every example has arrived: look with `lightwire status` and `lightwire trace ID`")
        return
    say(f"look: {look}")
    say("running; Ctrl-C stops")
    while not stopping.is_set():
        whole.check()
        await asyncio.sleep(0.1)


async def _desk(redis: Client, keys: Keys, whole: Embedded, host: str) -> str:
    """Where moderators sign in, and on this machine alone, with what."""
    own = f"http://127.0.0.1:{whole.ports['desk']}"
    address = f"desk: {whole.environment.get('LIGHTWIRE_DESK_URL') or own}"
    password = await demo(redis, keys, FOLDER) if host in LOOPBACK else None
    if password:
        return f"{address}  (name {DEMO}, password {password}, no code)"
    return f"{address}  (accounts: `lightwire moderation user list`)"


async def _publish(
    redis: Client, keys: Keys, whole: Embedded, ready: list[Submission], stopping: asyncio.Event, *,
    as_json: bool, say: Callable[[str], None],
) -> bool:  # fmt: skip
    """Publish what was not published before and watch it arrive; True when all has."""
    marks, journeys, cursors = keys.key("examples.published"), Journeys(), {}
    for stream in STREAMS:
        last = await redis.xrevrange(keys.key(stream), count=1)
        cursors[stream] = last[0][0].decode() if last else "0-0"
    known = await redis.smembers(marks)
    fresh = [each for each in ready if each.mark.encode() not in known]
    if skipped := len(ready) - len(fresh):
        if not fresh:
            say(f"examples: all {skipped} are already there")
            return True
        say(f"examples: {skipped} of {len(ready)} are already there; {len(fresh)} new")
    for each in fresh:
        if each.kind is ArticleSubmitted:
            journeys.watch(each.subject, each.revision, each.headline)
        else:
            journeys.comments.watch(each.subject, each.revision)
    loop = asyncio.get_running_loop()
    with Progress(journeys, as_json=as_json) as progress:
        for each in fresh:
            await send(redis, keys, each)
            await redis.sadd(marks, each.mark)
        deadline = loop.time() + PATIENCE_S
        while not (journeys.arrived or stopping.is_set() or loop.time() > deadline):
            whole.check()
            for seen in await follow(redis, keys, cursors, block_ms=100):
                for story in journeys.see(await filled(redis, keys, seen)):
                    progress.moved(story)
    if not progress.live:
        say(journeys.comments.told)
    late = [story for story in journeys.stories.values() if not story.arrived]
    if late and not stopping.is_set():
        say("on their way still: " + ", ".join(f"{s.subject} revision {s.revision} ({s.last})" for s in late))
    return journeys.arrived
