"""A real Chromium keeps the dictionary a light front announces, asks for stories with it, and reads what it gets."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect
from redis.asyncio import Redis

from services.delivery.place import path_of
from services.delivery.renditions.light import LIGHT
from shared.dictionary import build, name_of
from tests.browser.test_site import browser_page
from tests.pipeline.site_house import published, tell
from tests.server import Server, free_port
from tests.stories import stories

__all__ = ["browser_page"]
pytestmark = pytest.mark.needs("chromium")


def started(project: Path, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "services.site"]
    return subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("language", ["en", "fa"])
async def test_a_story_travels_by_the_dictionary_a_browser_was_given(
    redis: Redis, redis_server: Server, tmp_path: Path, project: Path, browser_page: Page,
    until: Callable[..., Awaitable[None]], language: str,
) -> None:  # fmt: skip
    made = stories(language, 8)
    pages = [LIGHT.render(page) for page in made]
    folder = tmp_path / "dictionaries"
    folder.mkdir()
    dictionary = build(pages[:6])
    (folder / name_of(dictionary, language, "2026-11")).write_bytes(dictionary)
    path = path_of(made[7].place, "light")
    at = {"rendition": "light", "path": path, "language": language, "headline": made[7].article.headline}
    await tell(redis, published("a", 1, pages[7], **at))
    port = free_port()
    environment = {
        "LIGHTWIRE_REDIS_URL": redis_server.url, "LIGHTWIRE_SITE_PORT": str(port),
        "LIGHTWIRE_SITE_DB": str(tmp_path / "site.sqlite3"), "LIGHTWIRE_SITE_DICTIONARIES": str(folder),
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    process = started(project, environment)
    # Dictionaries are for secure contexts only; a browser takes this machine for one.
    address = f"http://localhost:{port}"
    seen: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    try:
        async with httpx.AsyncClient(base_url=address) as client:

            async def there() -> bool:
                try:
                    return (await client.get(path)).status_code == 200
                except httpx.TransportError:
                    return False

            await until(there)
        cdp = await browser_page.context.new_cdp_session(browser_page)
        await cdp.send("Network.enable")
        sent: dict[str, dict[str, str]] = {}
        cdp.on("Network.requestWillBeSentExtraInfo", lambda e: sent.__setitem__(e["requestId"], e["headers"]))
        cdp.on("Network.responseReceived", lambda e: seen.__setitem__(
            e["response"]["url"], (sent.get(e["requestId"], {}), e["response"]["headers"])))  # fmt: skip

        async def travelled() -> bool:
            # The dictionary is fetched when the browser has nothing better to do.
            await browser_page.goto(f"{address}/{language}/light/", wait_until="networkidle")
            await browser_page.goto(address + path)
            _, received = next((found for url, found in seen.items() if "/light/" in url and ".html" in url), ({}, {}))
            return received.get("content-encoding") == "dcb"

        await until(travelled, within=20)
        await expect(browser_page.locator("h1")).to_have_text(made[7].article.headline)
        text = await browser_page.locator("article").inner_text()
    finally:
        process.terminate()
        process.wait(timeout=15)

    asked, received = next(found for url, found in seen.items() if ".html" in url)
    assert {name.lower(): value for name, value in asked.items()}["available-dictionary"].startswith(":")
    assert "dcb" in {name.lower(): value for name, value in asked.items()}["accept-encoding"]
    assert received["content-encoding"] == "dcb"
    assert made[7].article.dateline
    assert made[7].article.dateline in text
