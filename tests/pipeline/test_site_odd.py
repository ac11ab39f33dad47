"""One odd entry never stops the withdrawals behind it, whatever is odd about it."""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from services.site.dates import day
from services.site.shelf import Shelf
from shared.events import RenditionFact, seal, to_json
from tests.pipeline.site_house import caught_up, open_site, published, settings, tell, withdrawn
from tests.server import Server

Until = Callable[..., Awaitable[None]]
FULL = "lightwire:renditions.full"


def document(fact: RenditionFact, **data: Any) -> bytes:
    """An event as a stranger may write it: fields of ``data`` say what no model allows."""
    event = json.loads(to_json(seal(fact, id="odd", source="/service/delivery")))
    return json.dumps({**event, "data": event["data"] | data}).encode()


@pytest.mark.parametrize(
    "odd",
    [{"published_at": "0001-01-01T00:00:00+14:00"}, {"reading_minutes": 2**63}, {"reading_minutes": -(2**70)}],
    ids=str,
)
async def test_a_kill_behind_a_number_or_a_date_out_of_this_world_is_obeyed(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until, odd: dict[str, Any]
) -> None:
    await tell(redis, published("a", 1))
    await redis.xadd(FULL, {"event": document(published("b", 1), **odd)})
    await tell(redis, withdrawn("a", 2))

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        statuses = [(await client.get(path)).status_code for path in ("/en/a.html", "/en/")]

    assert statuses == [410, 200]


async def test_entries_whose_ids_name_no_time_are_passed_over_and_kills_among_them_obeyed(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    far = str(2**62)
    await tell(redis, published("a", 1))
    await redis.xadd(FULL, {"event": document(published("b", 1), published_at=None)}, id=f"{far}-0")
    await redis.xadd(FULL, {"event": document(withdrawn("a", 2))}, id=f"{far}-1")

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        statuses = [(await client.get(path)).status_code for path in ("/en/a.html", "/en/b.html")]
        metrics = (await client.get("/metrics")).text

    assert statuses == [410, 404]
    assert 'outcome="unreadable",rendition="full"} 1.0' in metrics


async def test_a_kill_with_a_wrong_description_is_obeyed(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    await tell(redis, published("a", 1))
    await redis.xadd(FULL, {"event": document(withdrawn("a", 2), headline=7, updated_at="yesterday")})

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        page = await client.get("/en/a.html")

    assert page.status_code == 410


async def test_an_entry_the_file_refuses_is_passed_over_alone(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    chosen = settings(redis_server.url, tmp_path)
    Shelf(chosen.db).close()
    with closing(sqlite3.connect(chosen.db)) as db:
        db.execute(
            "CREATE TRIGGER odd BEFORE INSERT ON story WHEN new.article_id = 'odd' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    await tell(redis, published("a", 1), published("odd", 1), withdrawn("a", 2), published("b", 1))

    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
        statuses = [(await client.get(f"/en/{name}.html")).status_code for name in ("a", "odd", "b")]
        metrics = (await client.get("/metrics")).text

    assert statuses == [410, 404, 200]
    assert 'outcome="failed",rendition="full"} 1.0' in metrics


async def by_reference(redis: Redis, fact: RenditionFact, *, stored: bool = True) -> None:
    """Publish it with its data beside it."""
    event = json.loads(to_json(seal(fact, id=f"{fact.article_id}-{fact.sequence}", source="/service/delivery")))
    data = json.dumps(event.pop("data")).encode()
    key = f"lightwire:data:{sha256(data).hexdigest()}"
    if stored:
        await redis.set(key, data)
    await redis.xadd(FULL, {"event": json.dumps(event | {"dataref": key})})


async def test_an_event_whose_data_travels_by_reference_is_shown_and_a_kill_that_does_is_obeyed(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    await tell(redis, published("a", 1))
    await by_reference(redis, withdrawn("a", 2))
    await by_reference(redis, published("b", 1, "from afar"))

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        killed, shown = await client.get("/en/a.html"), await client.get("/en/b.html")

    assert killed.status_code == 410
    assert shown.text == "from afar"


async def test_an_event_whose_data_is_gone_is_passed_over(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    await by_reference(redis, published("b", 1), stored=False)
    await tell(redis, published("a", 1))

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        statuses = [(await client.get(f"/en/{name}.html")).status_code for name in ("a", "b")]
        metrics = (await client.get("/metrics")).text

    assert statuses == [200, 404]
    assert 'outcome="unreadable",rendition="full"} 1.0' in metrics


def test_a_day_the_persian_calendar_does_not_have_is_shown_as_it_came() -> None:
    shown = day(datetime(1, 1, 1, tzinfo=UTC), "fa", weekday=True)

    assert shown == "۰۰۰۱-۰۱-۰۱"
