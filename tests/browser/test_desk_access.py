"""No page of the desk shuts anybody out: axe and the Nu checker, in both directions, by day and by night."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from shared.cases import Role
from shared.events import CommentAppealed
from tests.browser.desk_house import HOSTILE, KEYS, House, chromium, house, until
from tests.browser.test_valid_pages import AXE, NOT_OURS, TAGS

__all__ = ["chromium", "house"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm"), pytest.mark.asyncio(loop_scope="module")]

PAGES = (
    "/queue", "/queue?queue=legal&language=fa", "/comment?id=c1", "/comment?id=c4&was=c2&verdict=publish",
    "/comment?id=x", "/comment?id=f1", "/search?q=Ada", "/search?q=nobody", "/policy", "/what-if", "/statistics",
    "/trail", "/holds", "/story?id=a1", "/account", "/nothing",
)  # fmt: skip


async def everything(house: House) -> None:
    """What makes pages long: an appeal, a sanction's author, hostile words."""
    await house.waits("x", HOSTILE[1], HOSTILE[2])
    if not await house.redis.exists(KEYS.key("case:c1")):
        await house.ask(CommentAppealed(comment_id="c1", author_id="author:Ada", words="Look again."))
        await until(lambda: house.redis.exists(KEYS.key("case:c1")))


@pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    [("en-GB", "light", 1280), ("fa", "dark", 1280), ("fa", "light", 320), ("ar", "dark", 390), ("en-GB", "dark", 320)],
)
async def test_no_page_shuts_anybody_out(
    house: House, chromium: Browser, checkers: Path, locale: str, scheme: str, width: int
) -> None:
    axe = (checkers / "axe-core" / "axe.min.js").read_text("utf-8")
    await everything(house)
    name = f"axe{locale[:2]}{width}{scheme}".lower()
    await house.person(name, Role.ADMIN)
    context = await chromium.new_context(
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = await context.new_page()
    await page.goto(f"{house.address}/sign-in")
    found = [("/sign-in", one) for one in await _violations(page, axe)]
    await house.sign_in(page, name)

    for path in PAGES:
        await page.goto(house.address + path)
        for summary in await page.locator("details").all():
            await summary.evaluate("one => { one.open = true }")
        found += [(path, one) for one in await _violations(page, axe)]
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((path, "wider than the screen"))
        small = await page.evaluate(SMALL)
        found += [(path, f"too small: {one}") for one in small]
    await page.goto(f"{house.address}/queue")
    await page.keyboard.press("?")
    await expect(page.locator("dialog")).to_be_visible()
    found += [("keys", one) for one in await _violations(page, axe)]
    await context.close()

    assert found == []


SMALL = """[...document.querySelectorAll('button, select, input:not([type=hidden]), nav a, summary, .words, sup a')]
    .filter(one => one.checkVisibility() && one.tabIndex >= 0)
    .filter(one => { const box = one.getBoundingClientRect(); return box.width && (box.height < 24 || box.width < 24) })
    .filter(one => !(one.type === 'checkbox' && one.getBoundingClientRect().height >= 20))
    .map(one => one.outerHTML.slice(0, 80))"""


async def _violations(page: Page, axe: str) -> list[str]:
    await page.evaluate(axe)
    told = await page.evaluate(AXE, [TAGS, {}])
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in told["violations"]]


@pytest.mark.needs("java")
async def test_no_page_has_a_fault_the_checker_knows(
    house: House, chromium: Browser, checkers: Path, tmp_path: Path
) -> None:
    await everything(house)
    await house.person("nu", Role.ADMIN)
    for language in ("en", "fa"):
        context = await chromium.new_context(locale=language)
        page = await context.new_page()
        await page.goto(f"{house.address}/sign-in")
        if language == "en":
            await house.sign_in(page, "nu")
            kept = await context.storage_state()
        else:
            await context.close()
            context = await chromium.new_context(locale=language, storage_state=kept)
            page = await context.new_page()
        for number, path in enumerate(PAGES):
            answer = await page.request.get(house.address + path, headers={"Accept-Language": language})
            (tmp_path / f"{language}-{number}.html").write_text(await answer.text(), "utf-8")
        await context.close()

    messages = await asyncio.to_thread(_checked, checkers / "vnu-jar" / "build" / "dist" / "vnu.jar", tmp_path)

    found = {
        f"{Path(one['url']).name}: {one['message']}" for one in messages
        if not any(known in one["message"] for known in NOT_OURS)
    }  # fmt: skip
    assert found == set()


def _checked(jar: Path, folder: Path) -> list[dict[str, Any]]:
    checked = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, folder.glob("*.html"))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(checked.stderr)["messages"]
    return found
