"""The desk in a real browser: what waits, why, and deciding, with script and without."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.desk_house import HOSTILE, House, chromium, house, page, said, until

__all__ = ["chromium", "house", "page"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.asyncio(loop_scope="module")]


async def test_the_evidence_is_marked_in_the_text_and_told_to_who_cannot_see_it(house: House, page: Page) -> None:
    await house.person("reads")
    await house.sign_in(page, "reads", "/comment?id=c1")

    marks = page.locator(".said mark")

    await expect(marks).to_have_count(2)
    assert "[evidence: insult en-insults] idiot" in (await marks.first.inner_text()).replace("\n", " ")
    await expect(page.locator("#hit-2")).to_contain_text("personal-data")
    await expect(page.locator("#hit-2")).to_contain_text("phone")
    await expect(page.locator(".said")).to_contain_text("The bridge that was paid for twice")
    await expect(page.locator("#same-author").locator("..")).to_contain_text("What a moron.")


async def test_a_comment_is_approved_by_keyboard_and_the_next_one_comes(house: House, page: Page) -> None:
    await house.person("keys")
    await house.waits("k1", "You idiot, first.")
    await house.sign_in(page, "keys", "/comment?id=k1&queue=abuse")
    await page.fill("#note", "a, r and h are letters here")
    await page.keyboard.press("a")
    assert await page.input_value("#note") == "a, r and h are letters herea"
    await page.locator("h1").click()

    await page.keyboard.press("a")

    await expect(page.get_by_role("status")).to_contain_text("Decided: Published.")
    assert "id=k1" not in page.url
    assert "id=" in page.url
    assert await house.verdict("k1") == ("publish", "keys", None)


async def test_keys_can_be_switched_off(house: House, page: Page) -> None:
    await house.person("nokeys")
    await house.waits("n1")
    await house.sign_in(page, "nokeys", "/comment?id=n1")
    await page.keyboard.press("?")
    await page.uncheck("#keys-on")
    await page.keyboard.press("Escape")

    await page.keyboard.press("a")
    await page.keyboard.press("j")

    assert "id=n1" in page.url
    assert (await house.verdict("n1"))[0] == "hold"


async def test_everything_can_be_done_without_script(house: House, chromium: Browser) -> None:
    await house.person("plain")
    await house.waits("p1", "You moron, without script.")
    context = await chromium.new_context(java_script_enabled=False)
    tab = await context.new_page()
    await house.sign_in(tab, "plain", "/queue?queue=abuse")

    await tab.get_by_role("link", name="You moron, without script.").click()
    await tab.get_by_role("button", name="Claim").click()
    await expect(tab.locator("#holder")).to_have_text("Claimed by you")
    await tab.select_option("#reason", "insult")
    await tab.fill("#note", "Said it before.")
    await tab.get_by_role("button", name="Reject").click()
    await expect(tab.get_by_role("status")).to_contain_text("Decided: Rejected.")
    await tab.get_by_role("link", name="Look at it again").click()

    await expect(tab.locator(".trail")).to_contain_text("Said it before.")
    # What the software found stays beside what a person decided.
    await expect(tab.locator(".said mark")).to_have_count(1)
    await expect(tab.locator("#hit-1")).to_contain_text("insult")
    assert await house.verdict("p1") == ("reject", "plain", "insult")
    await context.close()


async def test_several_are_decided_at_once_each_as_it_was_seen(house: House, page: Page) -> None:
    await house.person("bulk")
    for n in (1, 2, 3):
        await house.waits(f"b{n}", f"You idiot, number {n} of many.", language="fr" if n == 3 else "en")
    await house.sign_in(page, "bulk", "/queue?queue=abuse")
    for n in (1, 2):
        await page.locator(".case", has_text=f"number {n} of many").get_by_role("checkbox").check()
    # Meanwhile its author edits one of them.
    await house.tell(said("b2", "You idiot, edited.", "Ada", revision=2))
    await until(lambda: _revision(house, "b2", 2))

    await page.get_by_role("button", name="Reject").click()

    came = page.get_by_role("status")
    await expect(came).to_contain_text("b1: Rejected")
    await expect(came).to_contain_text("b2: Not taken: somebody was quicker, or it was edited.")
    assert (await house.verdict("b1"))[:2] == ("reject", "bulk")
    assert (await house.verdict("b2"))[:2] == ("hold", "policy")


async def test_who_is_second_is_told_who_was_first_when_and_what(house: House, chromium: Browser, page: Page) -> None:
    await house.person("omid")
    await house.person("second")
    await house.waits("v1", "You idiot, both of us saw this.")
    other = await (await chromium.new_context()).new_page()
    await house.sign_in(page, "second", "/comment?id=v1")
    await house.sign_in(other, "omid", "/comment?id=v1")
    await other.get_by_role("button", name="Reject").click()
    await expect(other.get_by_role("status")).to_contain_text("Decided")

    await page.get_by_role("button", name="Approve").click()

    await expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Since you looked: Rejected, by omid, \d+ \w+"))
    await expect(page.get_by_role("alert")).to_contain_text("You had chosen “Published”")
    await expect(page.locator(".body")).to_contain_text("both of us saw this")
    assert (await house.verdict("v1"))[:2] == ("reject", "omid")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided")
    assert (await house.verdict("v1"))[:2] == ("publish", "second")
    await other.context.close()


async def test_a_claim_is_shown_to_others_and_stands_in_nobodys_way(
    house: House, chromium: Browser, page: Page
) -> None:
    await house.person("first")
    await house.person("other")
    await house.waits("l1", "You idiot, somebody claims this.")
    claims = await (await chromium.new_context()).new_page()
    await house.sign_in(claims, "first", "/comment?id=l1")
    await claims.keyboard.press("c")
    await expect(claims.locator("#holder")).to_have_text("Claimed by you")

    await house.sign_in(page, "other", "/comment?id=l1")
    await expect(page.locator("#holder")).to_have_text("first is looking at it")
    await page.get_by_role("button", name="Hold").click()

    await expect(page.get_by_role("status")).to_contain_text("Decided: Held.")
    assert (await house.verdict("l1"))[:2] == ("hold", "other")
    await claims.context.close()


async def test_hostile_words_are_shown_as_they_were_typed_and_do_nothing(house: House, page: Page) -> None:
    id_, body, name = HOSTILE
    await house.person("brave")
    await house.waits(id_, body, name)
    await page.expose_function("pwned", lambda: pytest.fail("it ran"))
    await house.sign_in(page, "brave", "/queue?queue=abuse")
    await page.get_by_role("link", name="<img src=x").first.click()
    await page.fill("#note", "</span><script>pwned()</script>")
    await page.get_by_role("button", name="Hold").click()
    await page.get_by_role("link", name="Look at it again").click()

    await expect(page.locator(".body").first).to_contain_text("<img src=x onerror=pwned()>⟦202E⟧")
    await expect(page.locator(".who b").first).to_have_text(name)
    await expect(page.locator(".trail")).to_contain_text("</span><script>pwned()</script>")
    await expect(page.locator(".ids")).to_contain_text(id_, use_inner_text=False)


async def test_a_decision_waits_while_moderation_is_away(house: House, page: Page) -> None:
    await house.person("patient")
    await house.waits("w1", "You idiot, while nobody answers.")
    await house.sign_in(page, "patient", "/comment?id=w1")
    await house.away(True)
    try:
        await page.get_by_role("button", name="Reject").click()
        await expect(page.get_by_role("status")).to_contain_text("Your decision is queued", timeout=15_000)
        assert (await house.verdict("w1"))[0] == "hold"
    finally:
        await house.away(False)

    async def decided() -> bool:
        return (await house.verdict("w1"))[:2] == ("reject", "patient")

    await until(decided)


async def _revision(house: House, id_: str, revision: int) -> bool:
    return bool(await house.redis.hget(f"lightwire:moderation:{id_}", "version") == f"{revision}.0".encode())
