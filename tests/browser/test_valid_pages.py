"""Every page of every language passes the Nu HTML Checker and axe, in light and in dark, on a phone and on a desk."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import pytest
from playwright.async_api import Browser, Route, async_playwright
from redis.asyncio import Redis

from services.ingest.http import reading_room
from services.ingest.http.app import build
from services.ingest.http.front import Front
from tests.browser.pages import rendered
from tests.conftest import TOOLS
from tests.pipeline.signed_site import signing
from tests.pipeline.site_house import caught_up, open_site, published, settings, story, tell
from tests.server import Server

pytestmark = [pytest.mark.needs("npm"), pytest.mark.needs("java"), pytest.mark.needs("chromium")]

ADDRESSES = (
    "/en/", "/fa/", "/ar/", "/en/light/", "/fa/light/", "/ar/light/", "/en/section/World/", "/fa/light/section/World/",
    "/en/search?q=headline", "/fa/search?q=nothing", "/ar/light/search", "/en/comment/en.html", "/fa/comment/fa.html",
    "/ar/comment/ar.html?sent=1", "/en/nothing", "/fa/nothing", "/ar/nothing",
    "/en/trust", "/fa/trust", "/ar/light/trust",
    "/en/offline", "/fa/offline", "/ar/offline", "/en/offline/away", "/fa/offline/away", "/ar/offline/away",
)  # fmt: skip
NOT_OURS = (
    # The checker knows policies, but neither hashes of data blocks nor directives without a space before them.
    "violates Content Security Policy",
)
AXE = "([tags, rules]) => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules})"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def described() -> dict[str, str]:
    """What ingest says of itself to people; looked at by night as well, for it is the first."""
    app = build(cast("Front", None))
    return {"ingest-docs": bytes(reading_room.page(app.openapi()).body).decode()}


@pytest.fixture
async def site_pages(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> dict[str, str]:
    """The site's own pages with a story in each language: name → HTML."""
    newsroom = signing(tmp_path)
    async with open_site(settings(redis_server.url, tmp_path, front_stories=1, keys=newsroom.edition)) as client:
        for language in ("en", "fa", "ar"):
            for number in (1, 2):
                at = {"language": language, "path": f"/{language}/{language if number == 1 else 'b'}.html"}
                light = {
                    "rendition": "light",
                    "path": f"/{language}/light/{language}{number}.html",
                    "language": language,
                }
                await tell(
                    redis, published(f"{language}{number}", 1, **at), published(f"{language}{number}", 1, **light),
                    story(f"{language}{number}", 1, "Words", language=language),
                )  # fmt: skip
        await until(lambda: caught_up(redis, client))
        pages = {address: (await client.get(address)).text for address in ADDRESSES}
        for language in ("en", "fa", "ar"):
            with ZipFile(BytesIO((await client.get(f"/{language}/bundle.zip")).content)) as archive:
                pages[f"/{language}/bundle"] = archive.read(archive.namelist()[0]).decode()
        return pages


def test_no_page_has_a_fault_the_checker_knows(checkers: Path, tmp_path: Path, site_pages: dict[str, str]) -> None:
    pages = (
        described()
        | dict(rendered())
        | {f"site{name.replace('/', '_').replace('?', '-')}": html for name, html in site_pages.items()}
    )
    for name, html in pages.items():
        (tmp_path / f"{name}.html").write_text(html, "utf-8")

    jar = checkers / "vnu-jar" / "build" / "dist" / "vnu.jar"
    checked = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, tmp_path.glob("*.html"))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    found = [
        f"{Path(one['url']).name}: {one['message']}" for one in json.loads(checked.stderr)["messages"]
        if not any(known in one["message"] for known in NOT_OURS)
    ]  # fmt: skip
    assert len(pages) > 60
    assert found == []


def test_the_checker_is_awake(checkers: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><p id=a><p id=a><blink>", "utf-8")
    jar = checkers / "vnu-jar" / "build" / "dist" / "vnu.jar"

    checked = subprocess.run(["java", "-jar", str(jar), str(tmp_path / "bad.html")], capture_output=True, check=False)

    assert checked.returncode == 1
    assert b"Duplicate ID" in checked.stderr


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, TOOLS["chromium"])))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.mark.parametrize(
    ("scheme", "width", "third"), [("light", 390, None), ("dark", 390, 0), ("light", 1280, 1), ("dark", 1280, 2)]
)
async def test_no_page_shuts_anybody_out(
    checkers: Path, site_pages: dict[str, str], chromium: Browser, scheme: str, width: int, third: int | None
) -> None:
    """All of them on a phone by day; each in one of three other ways, for pages of a kind share their style."""
    axe = (checkers / "axe-core" / "axe.min.js").read_text("utf-8")
    ours = {name: html for name, html in rendered() if not name.startswith("email")}
    context = await chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    page = await context.new_page()
    held: dict[str, str] = {}

    async def fulfil(route: Route) -> None:
        html = held["html"] if route.request.is_navigation_request() else ""
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    await page.route("**/*", fulfil)

    found = []
    everyone = list((described() | ours | site_pages).items())
    for name, html in everyone if third is None else everyone[third::3]:
        held["html"] = html
        await page.goto("http://news.test/en/page.html", wait_until="domcontentloaded")
        await page.evaluate(axe)
        # A light page leaves its colours to the browser, whose dark ground the checker takes for white.
        rules = {"color-contrast": {"enabled": not (scheme == "dark" and name.startswith("light"))}}
        told = await page.evaluate(AXE, [TAGS, rules])
        found += [f"{name}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in told["violations"]]
    await context.close()

    assert found == []
