"""Offline reading in a real browser: nothing before it is asked for, nothing killed, nothing after it is deleted."""

import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect
from redis.asyncio import Redis

from services.delivery.page import Notice
from services.delivery.place import path_of, place_of
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.events import RenditionFact
from tests.browser.test_site import _start, browser_page
from tests.conftest import TOOLS
from tests.contract.rendition_pages import make_page
from tests.pipeline.site_house import published, tell, withdrawn
from tests.server import Server, free_port

__all__ = ["browser_page"]

pytestmark = pytest.mark.needs("chromium")
# Deleting waits seconds for a worker that is at work, and longer where the machine is.
expect.set_options(timeout=20_000)

KEPT = """async () => {
    const kept = {};
    for (const name of await caches.keys()) {
        const pages = await caches.open(name);
        for (const request of await pages.keys()) {
            const page = await pages.match(request);
            // The worker may have deleted it since it was named.
            if (page) kept[decodeURI(new URL(request.url).pathname)] = await page.text();
        }
    }
    return kept;
}"""
LEFT = """async () => [
    ...await caches.keys(), ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope),
    ...Object.keys(localStorage), ...(await indexedDB.databases()).map(one => one.name), document.cookie,
].filter(Boolean)"""
AGE = """async ([path, days]) => {
    const [name] = await caches.keys(), pages = await caches.open(name), page = await pages.match(path);
    const headers = new Headers(page.headers);
    headers.set("x-kept", Date.now() - days * 864e5);
    await pages.put(path, new Response(await page.blob(), {headers}));
}"""


@dataclass(frozen=True)
class Story:
    """A story as delivery tells channels of it."""

    id: str
    headline: str
    language: str = "en"

    @property
    def place(self) -> str:
        return place_of(self.id, self.language, "water")

    @property
    def full(self) -> str:
        return path_of(self.place, "full")

    @property
    def light(self) -> str:
        return path_of(self.place, "light")

    def told(self) -> tuple[RenditionFact, ...]:
        page = make_page(self.language, headline=self.headline)
        page = replace(page, place=self.place, related=())
        facts = {"language": self.language, "direction": page.enrichment.direction, "headline": self.headline}
        return tuple(
            published(self.id, 1, spec.render(page), rendition=spec.name, path=path_of(self.place, spec.name), **facts)
            for spec in (FULL, LIGHT)
        )

    def killed(self) -> tuple[RenditionFact, ...]:
        page = make_page(self.language)
        notice = Notice(page.house, self.id, 9, self.language, page.enrichment.direction, killed=True)
        return tuple(
            withdrawn(self.id, 2, spec.withdrawal(notice), rendition=spec.name, language=self.language)
            for spec in (FULL, LIGHT)
        )


BRIDGE = Story("bridge", "The bridge cost nine million")
FERRY = Story("ferry", "The ferry comes back")
WATER = Story("water", "آبِ روستا پس از ده سال برگشت", "fa")


@dataclass(frozen=True)
class Site:
    """A running site."""

    address: str
    process: "subprocess.Popen[bytes]"
    redis: Redis
    until: Callable[..., Awaitable[None]]

    async def tell(self, *stories: Story, killed: bool = False) -> None:
        """Until their pages say so."""
        for story in stories:
            await tell(self.redis, *(story.killed() if killed else story.told()))
        async with httpx.AsyncClient(base_url=self.address) as client:

            async def shown() -> bool:
                try:
                    pages = [await client.get(path) for story in stories for path in (story.full, story.light)]
                except httpx.TransportError:
                    return False
                return {page.status_code for page in pages} == {410 if killed else 200}

            await self.until(shown)


@pytest.fixture
async def site(
    redis: Redis, redis_server: Server, tmp_path: Path, project: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator[Site]:
    """With two English stories and a Persian one."""
    port = free_port()
    process = _start(project, redis_server.url, port, tmp_path / "site.sqlite3")
    running = Site(f"http://127.0.0.1:{port}", process, redis, until)
    try:
        await running.tell(BRIDGE, FERRY, WATER)
        yield running
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(timeout=15)


async def keep(page: Page, site: Site, language: str = "en") -> dict[str, str]:
    """Ask for it, as a reader does; path → what is kept there."""
    await page.goto(f"{site.address}/{language}/offline")
    await page.locator("#keep").click()
    await expect(page.locator("#done")).to_be_visible()
    return await kept(page)


async def kept(page: Page) -> dict[str, str]:
    found: dict[str, str] = await page.evaluate(KEPT)
    return found


async def test_nothing_is_registered_or_stored_before_a_reader_asks(site: Site, browser_page: Page) -> None:
    page = browser_page
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    for path in ("/en/", "/en/light/", BRIDGE.full, BRIDGE.light, "/en/search?q=bridge", "/fa/offline", "/en/offline"):
        await page.goto(site.address + path)

    await expect(page.locator("#nothing")).to_be_visible()
    await expect(page.get_by_role("button", name="Keep the newest stories for reading offline")).to_be_visible()
    assert await page.evaluate(LEFT) == []
    assert await page.context.cookies() == []
    assert page.context.service_workers == []
    assert refused == []


@pytest.mark.parametrize(("story", "other"), [(BRIDGE, FERRY), (WATER, None)], ids=["en", "fa"])
async def test_what_was_asked_for_is_listed_and_read_without_a_connection(
    site: Site, browser_page: Page, story: Story, other: Story | None
) -> None:
    page, language = browser_page, story.language
    stories = {one.light for one in (story, other) if one}
    found = await keep(page, site, language)
    listed = await page.locator("#some li").all_inner_texts()

    await page.context.set_offline(True)
    await page.goto(f"{site.address}/{language}/light/")
    await page.get_by_role("link", name=story.headline).click()
    await expect(page.locator("h1")).to_have_text(story.headline)
    by_light = page.url
    await page.goto(site.address + story.full)

    assert found.keys() == stories | {
        f"/{language}/light/",
        f"/{language}/offline",
        f"/{language}/offline/away",
    }
    assert len(listed) == len(stories) + 1
    assert [line for line in listed if story.headline in line and line.rstrip().endswith(("kB", "کیلوبایت"))]
    # In place of the full page its light one, at its own address so that its links lead on.
    assert by_light == page.url == site.address + story.light
    await expect(page.locator("h1")).to_have_text(story.headline)


async def test_a_page_that_is_not_kept_says_so_and_leads_to_those_that_are(site: Site, browser_page: Page) -> None:
    page = browser_page
    await keep(page, site)
    late = Story("late", "Told after the stories were kept")
    await site.tell(late)

    await page.context.set_offline(True)
    for path in (late.full, late.light, "/en/search?q=x", "/en/section/World/", "/en/light/?page=2"):
        await page.goto(site.address + path)
        await expect(page.locator("h1")).to_have_text("No connection, and this page is not kept")
    await page.get_by_role("link", name="Read what is kept").click()

    await expect(page.locator("h1")).to_have_text("Lightwire")
    assert page.url == f"{site.address}/en/light/"


async def test_a_story_killed_while_it_was_kept_goes_when_the_phone_is_online_again(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    await keep(page, site)
    await page.context.set_offline(True)
    await site.tell(BRIDGE, killed=True)
    await page.goto(site.address + BRIDGE.light)
    await expect(page.locator("h1")).to_have_text(BRIDGE.headline)

    await page.context.set_offline(False)
    # Some other page: the reader need not come back to the story.
    await page.goto(site.address + FERRY.light)

    async def gone() -> bool:
        found = await kept(page)
        return "/en/light/" in found and not [text for text in found.values() if "nine million" in text]

    await site.until(gone)
    assert FERRY.light in await kept(page)
    await page.context.set_offline(True)
    await page.goto(site.address + BRIDGE.light)
    await expect(page.locator("h1")).to_have_text("No connection, and this page is not kept")


@pytest.mark.parametrize("rendition", ["light", "full"])
async def test_a_notice_is_shown_as_it_is_and_the_copy_is_gone_before(
    site: Site, browser_page: Page, rendition: str
) -> None:
    page = browser_page
    await keep(page, site)
    await site.tell(BRIDGE, killed=True)
    # Nothing but the notice itself tells the worker of the kill.
    await page.context.route("**/offline.json", lambda route: route.abort())

    answered = await page.goto(site.address + path_of(BRIDGE.place, rendition))

    assert answered is not None
    assert answered.status == 410
    assert BRIDGE.light not in await kept(page)
    assert FERRY.light in await kept(page)


async def test_a_kept_page_is_read_while_the_line_is_silent_and_the_news_once_it_speaks(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    await keep(page, site)
    site.process.send_signal(signal.SIGSTOP)

    await page.goto(site.address + BRIDGE.light)
    await expect(page.locator("h1")).to_have_text(BRIDGE.headline)
    site.process.send_signal(signal.SIGCONT)
    await site.tell(BRIDGE, killed=True)
    await page.goto(site.address + BRIDGE.light)

    await expect(page.locator("h1")).to_have_text("This story was withdrawn")


async def test_a_page_kept_for_more_than_two_weeks_is_not_shown_and_goes(site: Site, browser_page: Page) -> None:
    page = browser_page
    await keep(page, site)
    await page.evaluate(AGE, [BRIDGE.light, 15])
    await page.evaluate(AGE, [FERRY.light, 13])
    await page.context.set_offline(True)

    await page.goto(site.address + BRIDGE.light)

    await expect(page.locator("h1")).to_have_text("No connection, and this page is not kept")

    async def gone() -> bool:
        return BRIDGE.light not in await kept(page)

    await site.until(gone)
    await page.goto(site.address + FERRY.light)
    await expect(page.locator("h1")).to_have_text(FERRY.headline)


async def test_a_correction_takes_the_place_of_the_kept_page(site: Site, browser_page: Page) -> None:
    page = browser_page
    await keep(page, site)
    corrected = replace(BRIDGE, headline="The bridge cost ten million")
    facts = [fact.model_copy(update={"sequence": 2}) for fact in corrected.told()]

    await tell(site.redis, *facts)

    async def renewed() -> bool:
        await page.goto(site.address + FERRY.light)
        found = await kept(page)
        return "ten million" in found.get(BRIDGE.light, "") and "nine" not in "".join(found.values())

    await site.until(renewed)


async def test_deleting_leaves_nothing_in_any_language_with_or_without_a_connection(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    for offline in (True, False):
        await keep(page, site, "fa")
        assert WATER.light in await keep(page, site)
        # A store whose worker the browser has thrown away goes too.
        await page.evaluate("caches.open('offline /ar/').then(() => localStorage['light-offer'] = 1)")

        await page.context.set_offline(offline)
        await page.goto(f"{site.address}/en/offline")
        await page.get_by_role("button", name="Delete everything kept").click()
        await expect(page.locator("#deleted")).to_be_visible()

        assert await page.evaluate(LEFT) == []
        await expect(page.locator("#nothing")).to_be_visible()
        await page.context.set_offline(False)
        await page.goto(f"{site.address}/en/light/")
        assert await page.evaluate("navigator.serviceWorker.controller") is None
        assert await page.evaluate(LEFT) == []


async def test_what_is_still_being_fetched_when_it_is_deleted_is_not_kept_after_all(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    await keep(page, site)
    site.process.send_signal(signal.SIGSTOP)
    async with page.context.expect_event("request", lambda request: request.url.endswith("/offline.json")):
        await page.locator("#keep").click()

    await page.get_by_role("button", name="Delete everything kept").click()
    await expect(page.locator("#deleted")).to_be_visible(timeout=15_000)
    site.process.send_signal(signal.SIGCONT)
    # The worker's answer is ahead of this one.
    assert await page.evaluate("fetch('/health').then(answer => answer.status)") == 200

    assert await page.evaluate(LEFT) == []
    await expect(page.locator("#keep")).to_be_enabled()
    await expect(page.locator("#deleted")).to_be_visible()


async def test_the_form_alone_has_the_browser_delete_everything(site: Site, browser_page: Page) -> None:
    page = browser_page
    await keep(page, site)

    # As the browser sends it where no script of ours is in between.
    await page.evaluate("document.querySelector('#clear').submit()")
    await expect(page.locator("h1")).to_have_text("Your browser was told to delete everything")

    async def nothing() -> bool:
        return bool(await page.evaluate(LEFT) == [])

    await site.until(nothing)


async def test_without_script_the_page_says_what_it_cannot_do_and_the_form_is_there(site: Site) -> None:
    path = next(filter(None, map(shutil.which, TOOLS["chromium"])))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await chromium.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{site.address}/en/")
        await page.get_by_role("link", name="Offline reading").click()

        await expect(page.locator("noscript p")).to_be_visible()
        assert "can neither keep stories nor show" in (await page.locator("noscript p").text_content() or "")
        await expect(page.locator("#keep")).to_be_hidden()
        await expect(page.locator("#now")).to_be_hidden()
        async with page.expect_response("**/offline/clear") as answered:
            await page.get_by_role("button", name="Delete everything kept").click()
        assert (await (await answered.value).all_headers())["clear-site-data"] == '"cache", "storage"'
        await expect(page.locator("h1")).to_have_text("Your browser was told to delete everything")
        await chromium.close()


async def test_a_full_page_still_follows_its_story_and_offers_light_which_is_there_offline(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    await keep(page, site)
    async with page.expect_response("**/live/*"):
        await page.goto(site.address + BRIDGE.full)
    assert await page.evaluate("!!navigator.serviceWorker.controller")

    await page.context.set_offline(True)
    await expect(page.locator("#offer")).to_be_visible()
    await page.locator("#offer a").click()
    await expect(page).to_have_url(site.address + BRIDGE.light)
    await expect(page.locator("h1")).to_have_text(BRIDGE.headline)

    await page.context.set_offline(False)
    async with page.expect_response("**/live/*"):
        await page.goto(site.address + BRIDGE.full)
    await site.tell(BRIDGE, killed=True)
    await expect(page.locator("h1")).to_have_text("This story was withdrawn")
    assert BRIDGE.light not in await kept(page)
