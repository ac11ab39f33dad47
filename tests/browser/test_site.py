"""Front pages in a real browser: nothing blocked, nothing foreign, nothing wider than the screen."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright
from redis.asyncio import Redis

from shared.articles import Direction
from tests.conftest import TOOLS
from tests.pictures import stored
from tests.pipeline.site_house import published, tell
from tests.server import Server, free_port

pytestmark = pytest.mark.needs("chromium")

FA = {"language": "fa", "direction": Direction.RTL, "section": "جامعه"}


@pytest.fixture
async def site(
    redis: Redis, redis_server: Server, tmp_path: Path, project: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator[str]:
    """The address of a running site with eight stories in each of two languages."""
    picture = (project / "examples" / "media" / "ferry.webp").read_bytes()
    digest = stored(tmp_path / "media", picture)
    for n in range(1, 9):
        body = f'<img src="/media/{digest}">'
        fa = FA | {"headline": f"سدِ شمارهٔ {n} پس از ده سال ساخته شد", "path": f"/fa/سد-{n}.html"}
        await tell(
            redis,
            published(f"en{n}", 1, body, headline=f"The {n}th bridge is open after ten years of waiting"),
            published(f"fa{n}", 1, body, **fa),
            published(f"en{n}", 1, rendition="light", path=f"/en/light/en{n}.html"),
            published(f"fa{n}", 1, rendition="light", **fa | {"path": f"/fa/light/سد-{n}.html"}),
        )
    port = free_port()
    process = _start(project, redis_server.url, port, tmp_path / "site.sqlite3")
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=address) as client:

            async def full() -> bool:
                try:
                    return (await client.get("/fa/light/")).text.count("<h2") == 8
                except httpx.TransportError:
                    return False

            await until(full)
            yield address
    finally:
        process.terminate()
        process.wait(timeout=15)


def _start(project: Path, url: str, port: int, db: Path) -> "subprocess.Popen[bytes]":
    environment = {
        "LIGHTWIRE_REDIS_URL": url, "LIGHTWIRE_SITE_PORT": str(port), "LIGHTWIRE_SITE_DB": str(db),
        "LIGHTWIRE_MEDIA": str(db.parent / "media"),
    }  # fmt: skip
    command = [sys.executable, "-m", "services.site"]
    return subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture
async def browser_page() -> AsyncIterator[Page]:
    """A page of the Chromium on PATH."""
    path = next(filter(None, map(shutil.which, TOOLS["chromium"])))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield await browser.new_page()
        await browser.close()


@pytest.mark.parametrize("path", ["/en/", "/fa/", "/en/light/", "/fa/light/", "/fa/nothing"])
async def test_a_page_fits_every_screen_and_asks_nobody_else(site: str, browser_page: Page, path: str) -> None:
    asked: list[str] = []
    refused: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda message: refused.append(message.text))

    await browser_page.goto(site + path, wait_until="load")
    fits = {}
    for width in (320, 390, 820, 1280):
        await browser_page.set_viewport_size({"width": width, "height": 800})
        fits[width] = await browser_page.evaluate("document.documentElement.scrollWidth") <= width

    assert all(fits.values()), fits
    assert all(url.startswith((site, "data:")) for url in asked)
    assert not [text for text in refused if "404" not in text]
    if "light" in path:
        assert len([url for url in asked if url.startswith(site)]) == 1


async def test_a_story_is_reached_by_keyboard_alone(site: str, browser_page: Page) -> None:
    await browser_page.goto(site + "/en/")

    await browser_page.keyboard.press("Tab")
    first = await browser_page.evaluate("document.activeElement.getAttribute('href')")
    await browser_page.focus("h2 a")
    await browser_page.keyboard.press("Enter")
    await browser_page.wait_for_url("**/en/en*.html")

    assert first == "#stories"


async def test_every_link_is_large_enough_for_a_thumb(site: str, browser_page: Page) -> None:
    await browser_page.set_viewport_size({"width": 390, "height": 800})
    await browser_page.goto(site + "/fa/light/")

    heights = await browser_page.evaluate(
        "[...document.querySelectorAll('nav a, h2 a')].map(link => link.getBoundingClientRect().height)"
    )

    assert min(heights) >= 24


async def test_pictures_load_and_are_described_as_decoration(site: str, browser_page: Page) -> None:
    await browser_page.goto(site + "/en/", wait_until="load")

    first = browser_page.locator("img").first

    assert await first.evaluate("image => image.naturalWidth") > 0
    assert await first.get_attribute("alt") == ""
