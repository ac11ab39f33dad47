"""An open page follows its story, in a real browser on a real site."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, Route, async_playwright, expect
from redis.asyncio import Redis

from services.delivery.page import Notice
from services.delivery.place import path_of
from services.delivery.renditions.full import FULL
from tests.browser.test_site import _start, browser_page
from tests.conftest import TOOLS
from tests.contract.rendition_pages import make_page
from tests.pipeline.site_house import entries, published, remark, tell, withdrawn
from tests.server import Server, free_port

__all__ = ["browser_page"]

pytestmark = pytest.mark.needs("chromium")
STORY = make_page()
PATH = path_of(STORY.place, "full")
SAID = remark()


def revised(revision: int, headline: str) -> str:
    article = STORY.article.model_copy(update={"revision": revision, "headline": headline})
    return FULL.render(replace(STORY, article=article))


@pytest.fixture
async def site(
    redis: Redis, redis_server: Server, tmp_path: Path, project: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator["tuple[str, subprocess.Popen[bytes]]"]:
    """The address of a running site that shows one story."""
    await tell(redis, published("a", 1, FULL.render(STORY), path=PATH))
    port = free_port()
    process = _start(project, redis_server.url, port, tmp_path / "site.sqlite3")
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=address) as client:

            async def there() -> bool:
                try:
                    return (await client.get(PATH)).status_code == 200
                except httpx.TransportError:
                    return False

            await until(there)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=15)


async def opened(page: Page, address: str) -> None:
    """The story, its line of events open."""
    async with page.expect_response(f"**{PATH.replace('/en/', '/en/live/')}"):
        await page.goto(address + PATH)


async def test_a_new_comment_a_correction_and_a_kill_reach_an_open_page(
    site: "tuple[str, subprocess.Popen[bytes]]", browser_page: Page, redis: Redis
) -> None:
    address, _ = site
    refused: list[str] = []
    browser_page.on("console", lambda message: refused.append(message.text))
    await opened(browser_page, address)
    await browser_page.evaluate("document.querySelector('#story').dataset.mine = 'kept'")

    await tell(redis, published("a", 2, FULL.render(replace(STORY, comments=(SAID,))), revision=1, path=PATH))
    await expect(browser_page.locator("#comments")).to_contain_text("Who paid for the bridge?")
    kept = await browser_page.evaluate("document.querySelector('#story').dataset.mine")

    await tell(redis, published("a", 3, revised(8, "The bridge cost nine million"), revision=2, path=PATH))
    await expect(browser_page.locator("h1")).to_have_text("The bridge cost nine million")

    notice = Notice(STORY.house, "a", 9, "en", STORY.enrichment.direction, killed=True)
    await tell(redis, withdrawn("a", 4, FULL.withdrawal(notice), revision=3, path=PATH))
    await expect(browser_page.locator("h1")).to_have_text("This story was withdrawn")

    assert kept == "kept"
    assert "nine million" not in await browser_page.content()
    assert await browser_page.title() == "This story was withdrawn"
    assert "nine million" not in await browser_page.locator("body").inner_text()
    assert [text for text in refused if "410" not in text] == []


async def test_a_kill_between_the_page_and_its_line_is_told_when_the_line_opens(
    site: "tuple[str, subprocess.Popen[bytes]]",
    browser_page: Page,
    redis: Redis,
    until: Callable[..., Awaitable[None]],
) -> None:
    address, _ = site
    asked = asyncio.Event()
    killed = asyncio.Event()

    async def held_up(route: Route) -> None:
        asked.set()
        await killed.wait()
        await route.continue_()

    await browser_page.route("**/live/**", held_up)
    await browser_page.goto(address + PATH)
    await asked.wait()
    notice = Notice(STORY.house, "a", 9, "en", STORY.enrichment.direction, killed=True)
    await tell(redis, withdrawn("a", 2, FULL.withdrawal(notice)))
    async with httpx.AsyncClient(base_url=address) as client:

        async def gone() -> bool:
            return (await client.get(PATH)).status_code == 410

        await until(gone)
    killed.set()

    await expect(browser_page.locator("h1")).to_have_text("This story was withdrawn")


async def test_a_site_that_stops_waits_for_no_open_page(
    site: "tuple[str, subprocess.Popen[bytes]]", browser_page: Page
) -> None:
    address, process = site
    await opened(browser_page, address)

    process.terminate()

    # Ten seconds is what an unfinished answer would be given.
    assert process.wait(timeout=8) == 0


async def test_who_saves_data_is_not_followed(site: "tuple[str, subprocess.Popen[bytes]]", browser_page: Page) -> None:
    address, _ = site
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    await browser_page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")

    await browser_page.goto(address + PATH, wait_until="networkidle")

    assert not [url for url in asked if "/live/" in url]


async def test_the_form_is_filled_and_sent_without_script(
    site: "tuple[str, subprocess.Popen[bytes]]", redis: Redis
) -> None:
    address, _ = site
    path = next(filter(None, map(shutil.which, TOOLS["chromium"])))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await chromium.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(address + PATH)
        await page.get_by_role("link", name="Write a comment").click()
        await page.get_by_label("Your comment").press_sequentially("The bridge was paid for twice.", delay=80)
        await page.get_by_role("button", name="Send").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
        await page.get_by_role("link", name="Back to the story").click()
        assert page.url == address + PATH
        await chromium.close()

    (entry,) = await entries(redis, "lightwire:comments.submitted")
    assert json.loads(entry.fields[b"event"])["data"]["body"] == "The bridge was paid for twice."
