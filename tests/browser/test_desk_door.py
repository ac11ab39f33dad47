"""The desk's door in a real browser: signing in, and what is refused to whom."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from shared.cases import Role
from tests.browser.desk_house import PASSWORD, House, chromium, house, page

__all__ = ["chromium", "house", "page"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.asyncio(loop_scope="module")]


async def test_who_has_a_password_and_a_code_signs_in_and_sees_what_waits(house: House, page: Page) -> None:
    await house.person("parisa")

    await house.sign_in(page, "parisa")

    await expect(page.locator("h1")).to_have_text("Queue")
    await expect(page.locator(".case .words").first).to_contain_text("You idiot, call +93")
    await expect(page.locator(".case .due").first).to_contain_text("left")
    session = next(one for one in await page.context.cookies() if one["name"] == "desk-session")
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")


async def test_a_code_is_taken_once(house: House, chromium: Browser, page: Page) -> None:
    await house.person("once")
    code = house.code("once")
    first, second = await (await chromium.new_context()).new_page(), page
    for tab in (first, second):
        await tab.goto(f"{house.address}/sign-in")
        await tab.fill("#name", "once")
        await tab.fill("#password", PASSWORD)
        await tab.fill("#code", code)
        await tab.click("main button")

    await expect(first.locator(".me")).to_be_visible()
    await expect(second.get_by_role("alert")).to_contain_text("A code can be used once")
    await first.context.close()


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("known", "wrong password", None),
        ("known", PASSWORD, "000000"),
        ("known", PASSWORD, ""),
        ("nobody", PASSWORD, "1"),
    ],
    ids=["password", "code", "no code", "name"],
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    house: House, page: Page, name: str, password: str, code: str | None
) -> None:
    await house.person("known")
    await page.goto(f"{house.address}/sign-in")
    await page.fill("#name", name)
    await page.fill("#password", password)
    await page.fill("#code", house.code("known") if code is None else code)

    await page.click("main button")

    await expect(page.get_by_role("alert")).to_have_text(
        "Name, password and code do not fit together. A code can be used once: wait for the next one."
    )
    assert [one["name"] for one in await page.context.cookies()] == ["desk-session-form"]


async def test_a_password_given_for_once_must_be_changed_first(house: House, page: Page) -> None:
    await house.person("fresh", must_change=True)
    await house.sign_in(page, "fresh", "/comment?id=c1")

    await expect(page.get_by_role("status")).to_contain_text("given to you for once")
    await page.fill("#old", PASSWORD)
    await page.fill("#new", "another bridge, another bill")
    await page.fill("#again", "another bridge, another bill")
    await page.click("main form >> nth=0 >> button")
    await expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    await page.goto(f"{house.address}/comment?id=c1")

    await expect(page.locator(".body")).to_contain_text("idiot")


async def test_a_moderator_sees_and_decides_what_their_scope_has_and_no_more(house: House, page: Page) -> None:
    await house.person("persian", languages=("fa",))
    await house.sign_in(page, "persian")

    texts = await page.locator(".case .words").all_inner_texts()
    shut = await page.goto(f"{house.address}/comment?id=c1")
    csrf = await page.goto(f"{house.address}/comment?id=f1")
    token = await page.locator("#decide input[name=csrf]").get_attribute("value")
    forced = await page.evaluate(
        "csrf => fetch('/decide', {method: 'POST', body: new URLSearchParams({csrf, id: 'c1', seen: '1.0', "
        "verdict: 'publish'})}).then(answer => answer.status)",
        token,
    )

    assert texts
    assert all(re.search("[\u0600-\u06ff]", text) for text in texts)
    assert (shut and shut.status, csrf and csrf.status, forced) == (404, 200, 403)
    assert (await house.verdict("c1"))[0] == "hold"


async def test_a_form_of_another_session_or_another_site_is_refused(house: House, page: Page) -> None:
    await house.person("victim", role=Role.EDITOR)
    await house.waits("x1", "You idiot, do not publish.")
    await house.sign_in(page, "victim", "/comment?id=x1")
    send = """csrf => fetch('/decide', {method: 'POST', body: new URLSearchParams({csrf, id: 'x1', seen: '1.0',
        verdict: 'publish'})}).then(answer => answer.status)"""

    forged = await page.evaluate(send, "f" * 43)
    cookies = {one["name"]: one["value"] for one in await page.context.cookies()}
    token = await page.locator("#decide input[name=csrf]").get_attribute("value")
    form: dict[str, str | float | bool] = {"csrf": token or "", "id": "x1", "seen": "1.0", "verdict": "publish"}
    elsewhere = await page.request.post(
        f"{house.address}/decide", form=form, headers={"Origin": "https://evil.example"}, max_redirects=0
    )
    crossed = await page.request.post(
        f"{house.address}/decide", form=form, headers={"Sec-Fetch-Site": "cross-site"}, max_redirects=0
    )

    assert cookies["desk-session"]
    assert (forged, elsewhere.status, crossed.status) == (403, 403, 403)
    assert (await house.verdict("x1"))[0] == "hold"


async def test_a_session_that_is_over_leads_to_the_form_and_back(house: House, page: Page) -> None:
    await house.person("late")
    await house.sign_in(page, "late")
    async for key in house.redis.scan_iter("lightwire:desk:session:*"):
        await house.redis.delete(key)

    await page.goto(f"{house.address}/comment?id=c1&queue=safety")
    await expect(page.get_by_role("status")).to_contain_text("Your session has ended")
    await page.fill("#name", "late")
    await page.fill("#password", PASSWORD)
    await page.fill("#code", house.code("late", ahead=1))
    await page.click("main button")

    await expect(page.locator(".body")).to_contain_text("idiot")
    assert page.url.endswith("/comment?id=c1&queue=safety")
