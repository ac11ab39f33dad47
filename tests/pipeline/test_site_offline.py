"""Offline reading, as the site serves it: what may be kept, under which policy, and how it is ordered to go."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.site.front import OFFLINE_SCRIPT, WORKER
from services.site.offline import DAYS, STORIES
from tests.pipeline.site_house import caught_up, open_site, published, settings, tell, withdrawn
from tests.server import Server

Shown = Callable[..., Awaitable[httpx.AsyncClient]]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIGHT = {"rendition": "light"}


def light(number: int, sequence: int = 1, content: str = "<p>text</p>", **more: object) -> object:
    at = {"path": f"/en/light/{number:010x}.html", "published_at": NOON + timedelta(minutes=number)}
    return published(f"a{number}", sequence, content, **LIGHT | at | more)


@pytest.fixture
async def shown(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator[Shown]:
    async with open_site(settings(redis_server.url, tmp_path)) as client:

        async def told(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield told


async def keepable(client: httpx.AsyncClient, language: str = "en") -> dict[str, str]:
    pages: dict[str, str] = (await client.get(f"/{language}/offline.json")).json()["pages"]
    return pages


async def test_the_newest_light_pages_may_be_kept_each_named_by_the_digest_it_is_served_with(shown: Shown) -> None:
    client = await shown(*(light(n) for n in range(STORIES + 3)), light(99, language="fa", path="/fa/light/f.html"))

    pages = await keepable(client)

    stories = [path for path in pages if re.fullmatch(r"/en/light/[0-9a-f]{10}\.html", path)]
    assert stories == [f"/en/light/{n:010x}.html" for n in range(STORIES + 2, 2, -1)]
    assert pages.keys() - stories == {"/en/offline", "/en/offline/away", "/en/light/"}
    assert "/fa/light/f.html" in await keepable(client, "fa")
    for path, digest in pages.items():
        page = await client.get(path, headers={"Accept-Encoding": "identity"})
        assert page.headers["etag"] == f'"{digest}"'
        assert sha256(page.content).hexdigest() == digest


async def test_a_correction_changes_the_digest_and_a_kill_or_a_replacement_takes_the_story_off_the_list(
    shown: Shown,
) -> None:
    client = await shown(light(1), light(2))
    first = await keepable(client)
    await shown(light(1, 2, "<p>corrected</p>"))
    corrected = await keepable(client)
    await shown(withdrawn("a1", 3, **LIGHT))
    killed = await keepable(client)
    await shown(light(3, supersedes="a2"))
    replaced = await keepable(client)

    one, two, three = (f"/en/light/{n:010x}.html" for n in (1, 2, 3))
    assert first[one] != corrected[one]
    assert first[two] == corrected[two]
    assert one not in killed
    assert two in killed
    assert two not in replaced
    assert three in replaced
    # The front page that names a story goes with it.
    assert len({told["/en/light/"] for told in (first, killed, replaced)}) == 3


async def test_only_the_page_about_it_may_start_a_worker_and_its_script_is_known_by_hash(shown: Shown) -> None:
    client = await shown(published("a", 1), light(1))

    policies = {
        path: (await client.get(path)).headers["content-security-policy"]
        for path in ("/fa/offline", "/fa/offline/away", "/en/", "/en/light/", "/en/search", "/en/a.html")
    }
    page = (await client.get("/fa/offline")).text

    assert [path for path, policy in policies.items() if "worker-src" in policy] == ["/fa/offline"]
    assert [path for path, policy in policies.items() if "script-src" in policy] == ["/fa/offline"]
    assert "worker-src 'self'" in policies["/fa/offline"]
    assert "connect-src 'self'" in policies["/fa/offline"]
    assert "unsafe" not in policies["/fa/offline"]
    assert f"<script>{OFFLINE_SCRIPT}</script>" in page
    assert page.count("<script") == 1


async def test_the_worker_is_revalidated_and_may_do_nothing_but_ask_this_site(shown: Shown) -> None:
    client = await shown(light(1))

    worker = await client.get("/fa/offline.js")
    again = await client.get("/fa/offline.js", headers={"If-None-Match": worker.headers["etag"]})

    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    policy = worker.headers["content-security-policy"]
    assert policy == "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
    # Its place is its scope: the one language, and never the whole site.
    assert "service-worker-allowed" not in worker.headers
    assert again.status_code == 304
    assert f"OLD = {DAYS} * 864e5" in WORKER


async def test_an_order_to_delete_is_a_form_of_this_site_and_of_no_other(shown: Shown) -> None:
    client = await shown(light(1))

    plain = await client.post("/fa/offline/clear")
    ours = await client.post("/fa/offline/clear", headers={"Sec-Fetch-Site": "same-origin"})
    foreign = await client.post("/fa/offline/clear", headers={"Sec-Fetch-Site": "cross-site"})
    looked = await client.get("/fa/offline/clear")

    for said in (plain, ours):
        assert said.status_code == 200
        assert said.headers["clear-site-data"] == '"cache", "storage"'
        assert said.headers["cache-control"] == "no-store"
    for said in (foreign, looked):
        assert (said.status_code, said.headers["location"]) == (303, "/fa/offline")
        assert "clear-site-data" not in said.headers


async def test_the_page_says_it_in_the_reader_s_language_and_fronts_and_notices_lead_to_it(shown: Shown) -> None:
    client = await shown(light(1), light(2, language="fa", path="/fa/light/f.html"))

    persian = (await client.get("/fa/offline")).text

    assert '<html lang="fa" dir="rtl">' in persian
    assert "۲۰ خبر" in persian
    assert "۱۴ روز" in persian
    for path in ("/fa/", "/fa/light/", "/fa/nothing"):
        assert 'href="/fa/offline"' in (await client.get(path)).text
    assert (await client.get("/zz/offline")).status_code == 404
    assert (await client.get("/zz/offline.json")).status_code == 404
    assert "Disallow: /*/offline" in (await client.get("/robots.txt")).text


@pytest.mark.parametrize("path", ["/en/offline", "/en/offline.js", "/en/offline.json", "/en/offline/clear"])
async def test_no_story_takes_these_addresses(shown: Shown, path: str) -> None:
    client = await shown(published("a", 1, "<p>mine now</p>", path=path), published("b", 1))

    assert (await client.get("/en/b.html")).status_code == 200
    assert "mine now" not in (await client.get(path)).text


async def test_what_may_be_kept_is_not_told_before_the_site_has_caught_up(
    redis: Redis, redis_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.site.arrival.Arrival.shows", False)

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        told = await client.get("/en/offline.json")
        order = await client.post("/en/offline/clear")

    assert told.status_code == 503
    assert order.headers["clear-site-data"]
