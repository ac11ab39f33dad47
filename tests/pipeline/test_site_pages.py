"""Front pages per language, and the HTTP manners of the site."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from shared.articles import Direction
from tests.pipeline.site_house import caught_up, open_site, published, settings, tell
from tests.server import Server

FA = {"language": "fa", "direction": Direction.RTL}


@pytest.fixture
async def client(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator[httpx.AsyncClient]:
    """A site with three stories, two English and one Persian, in both renditions."""
    later = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    fa = FA | {"headline": "سدِ تازه", "path": "/fa/سد.html"}
    await tell(
        redis,
        published("new", 1, headline="Newer <b>story</b>", published_at=later),
        published("old", 1, headline="Older story"),
        published("fa", 1, **fa),
        published("new", 1, rendition="light", headline="Newer <b>story</b>", path="/en/light/new.html"),
        published("fa", 1, rendition="light", **fa | {"path": "/fa/light/سد.html"}),
    )
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        yield client


async def test_a_front_page_lists_its_language_newest_first(client: httpx.AsyncClient) -> None:
    text = (await client.get("/en/")).text

    assert text.index("Newer") < text.index("Older")
    assert "سد" not in text
    assert '<html lang="en" dir="ltr">' in text
    assert "23 November 2026" in text


async def test_a_headline_is_text_never_markup(client: httpx.AsyncClient) -> None:
    text = (await client.get("/en/")).text

    assert "Newer &lt;b&gt;story" in text


async def test_the_persian_front_page_reads_from_right_to_left_in_its_own_calendar(client: httpx.AsyncClient) -> None:
    text = (await client.get("/fa/")).text

    assert '<html lang="fa" dir="rtl">' in text
    assert "۲ آذر ۱۴۰۵" in text
    assert "۲ دقیقه" in text
    assert 'href="/fa/%D8%B3%D8%AF.html"' in text


async def test_light_front_pages_link_to_light_pages_and_carry_no_script_or_picture(client: httpx.AsyncClient) -> None:
    text = (await client.get("/en/light/")).text

    assert 'href="/en/light/new.html"' in text
    assert "Older" not in text
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.parametrize(
    ("accepted", "target"),
    [
        ("fa-IR,fa;q=0.9,en;q=0.8", "/fa/"),
        ("de, en;q=0.5", "/en/"),
        ("", "/en/"),
        ("fa;q=x, *", "/en/"),
        ("fa;q=0", "/en/"),
    ],
)
async def test_the_root_leads_to_the_readers_language(client: httpx.AsyncClient, accepted: str, target: str) -> None:
    answer = await client.get("/", headers={"Accept-Language": accepted})

    assert (answer.status_code, answer.headers["location"]) == (302, target)
    assert answer.headers["vary"] == "Accept-Language, Save-Data"


async def test_a_language_without_stories_says_so_and_an_unknown_one_is_missing(client: httpx.AsyncClient) -> None:
    arabic, unknown = await client.get("/ar/"), await client.get("/xx/")

    assert (arabic.status_code, unknown.status_code) == (200, 404)
    assert 'dir="rtl"' in arabic.text


@pytest.mark.parametrize("path", ["/en/new.html", "/en/", "/fa/light/"])
async def test_an_unchanged_page_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    etag = (await client.get(path)).headers["etag"]

    again = await client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})

    assert (again.status_code, again.content) == (304, b"")


async def test_a_page_travels_compressed_where_the_reader_can_unpack_it(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/en/new.html", headers={"Accept-Encoding": "br, gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    plain = await client.get("/en/new.html", headers={"Accept-Encoding": "gzip;q=0"})

    assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/en/new.html", "/en/", "/nothing", "/media/" + "0" * 64])
async def test_every_page_carries_the_security_headers_and_no_cookie(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


async def test_head_answers_like_get_without_a_body(client: httpx.AsyncClient) -> None:
    got, head = await client.get("/en/new.html"), await client.head("/en/new.html")

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/en/..%2f..%2fetc/passwd", "/en//"]
)
async def test_there_is_no_way_from_an_address_to_the_disk(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404


async def test_a_missing_page_speaks_the_language_of_its_address(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fa/nothing.html")

    assert answer.status_code == 404
    assert 'lang="fa" dir="rtl"' in answer.text


async def test_nothing_can_be_posted(client: httpx.AsyncClient) -> None:
    answer = await client.post("/en/")

    assert answer.status_code == 405
