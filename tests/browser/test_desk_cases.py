"""Appeals, escalations, sanctions, rules that ask for two, and stories that are kept back, at the desk."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from services.moderation.desk.pages import at
from shared.cases import ReportReason, Role
from shared.comments import Queue
from shared.events import CommentAppealed, CommentReported
from tests.browser.desk_house import KEYS, House, chromium, house, page, story, until

__all__ = ["chromium", "house", "page"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.asyncio(loop_scope="module")]


async def appeal(house: House, id_: str, author: str = "Ada") -> None:
    await house.ask(CommentAppealed(comment_id=id_, author_id=f"author:{author}", words="I quoted <b>him</b>."))
    await until(lambda: house.redis.hexists(KEYS.key(f"case:{id_}"), "case"))


async def other(chromium: Browser) -> Page:
    return await (await chromium.new_context(locale="en-GB")).new_page()


async def test_an_appeal_is_shown_to_all_and_decided_by_somebody_else(
    house: House, chromium: Browser, page: Page
) -> None:
    await house.person("judge")
    await house.person("second")
    await house.waits("ap1")
    await house.sign_in(page, "judge", "/comment?id=ap1")
    await page.get_by_role("button", name="Reject").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided: Rejected.")
    await appeal(house, "ap1")

    await page.goto(f"{house.address}/queue?queue=appeals")
    await page.get_by_role("link", name="You idiot.").click()
    await expect(page.locator(".asks")).to_contain_text("I quoted <b>him</b>.")
    await expect(page.locator(".asks")).to_contain_text("against your own decision")
    await expect(page.locator("#decide")).to_have_count(0)
    forced = await house.send(page, "/decide", id="ap1", seen="1.1", verdict="reject")
    fresh = await other(chromium)
    await house.sign_in(fresh, "second", "/comment?id=ap1&queue=appeals")
    await fresh.get_by_role("button", name="Approve").click()
    await expect(fresh.get_by_role("status")).to_contain_text("Decided: Published.")

    assert forced == 403
    assert (await house.verdict("ap1"))[:2] == ("publish", "second")
    await page.goto(f"{house.address}/queue?queue=appeals")
    await expect(page.locator(".empty")).to_have_text("Nothing waits here.")
    await fresh.context.close()


async def test_reports_wait_with_their_weight_and_what_readers_wrote(house: House, page: Page) -> None:
    await house.person("reports")
    await house.waits("rp1", "A calm remark about the bridge.")
    for reader in ("r1", "r2"):
        told = CommentReported(comment_id="rp1", reporter=reader, reason=ReportReason.SPAM, note=f"by {reader}")
        await house.ask(told, reader)

    async def both() -> bool:
        stored = await house.redis.hget(KEYS.key("case:rp1"), "case")
        return bool(stored) and len(json.loads(stored)["reports"]) == 2

    await until(both)

    await house.sign_in(page, "reports", "/queue?queue=reported")
    await page.get_by_role("link", name="A calm remark").click()

    await expect(page.locator(".asks")).to_contain_text("weight 1.0")
    await expect(page.locator(".asks")).to_contain_text("by r2")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided: Published.")


async def test_another_queue_is_asked_with_a_note(house: House, page: Page) -> None:
    await house.person("asks")
    await house.waits("es1")
    await house.sign_in(page, "asks", "/comment?id=es1")

    await page.locator("summary", has_text="Ask another queue").click()
    await page.select_option("#to", "legal")
    await page.fill("#escalate-note", "Is this libel?")
    await page.get_by_role("button", name="Ask another queue").click()

    await expect(page.get_by_role("status")).to_have_text("Done.")
    await expect(page.locator(".asks")).to_contain_text("asks asks you")
    await expect(page.locator(".asks")).to_contain_text("Is this libel?")
    await page.goto(f"{house.address}/queue?queue=legal")
    await expect(page.locator(".case")).to_have_count(1)


async def test_who_is_limited_to_a_queue_brings_nothing_into_it_to_decide(
    house: House, chromium: Browser, page: Page
) -> None:
    await house.person("boss", Role.ADMIN)
    await house.person("spammer", queues=(Queue.SPAM,))
    await house.waits("br1")
    fresh = await other(chromium)
    await house.sign_in(fresh, "boss", "/comment?id=br1")
    await fresh.get_by_role("button", name="Reject").click()
    await expect(fresh.get_by_role("status")).to_contain_text("Decided: Rejected.")
    await house.sign_in(page, "spammer", "/comment?id=br1")

    direct = await house.send(page, "/decide", id="br1", seen="1.1", verdict="publish")
    home = await house.send(page, "/escalate", id="br1", to="spam")
    await page.locator("summary", has_text="Ask another queue").click()
    offered = await page.locator("#to option").all_inner_texts()
    await page.select_option("#to", "legal")
    await page.get_by_role("button", name="Ask another queue").click()
    await expect(page.locator(".asks")).to_contain_text("spammer asks you")
    onward = await house.send(page, "/escalate", id="br1", to="abuse")
    after = await house.send(page, "/decide", id="br1", seen="1.1", verdict="publish")

    assert (direct, home, onward, after) == (403, 403, 403, 403)
    assert "Spam" not in offered
    assert (await house.verdict("br1"))[:2] == ("reject", "boss")
    await fresh.context.close()


async def test_a_rule_that_asks_for_two_gets_two(house: House, chromium: Browser, page: Page) -> None:
    for name in ("one", "two"):
        await house.person(name)
    await house.waits("tp1", "Call +93 70 123 4567 for the truth.")
    await house.sign_in(page, "one", "/comment?id=tp1&queue=safety")
    await expect(page.locator(".box")).to_contain_text("asks for two people")

    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("a second person must let it through, too")
    await page.goto(f"{house.address}/comment?id=tp1")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("alert")).to_contain_text("This takes another person")
    fresh = await other(chromium)
    await house.sign_in(fresh, "two", "/comment?id=tp1")
    await expect(fresh.locator(".box")).to_contain_text("one has let it through")
    await fresh.get_by_role("button", name="Approve").click()
    await expect(fresh.get_by_role("status")).to_contain_text("Decided: Published.")

    assert (await house.verdict("tp1"))[:2] == ("publish", "two")
    await fresh.context.close()


async def test_an_author_is_sanctioned_and_pardoned(house: House, chromium: Browser, page: Page) -> None:
    await house.person("mild")
    await house.person("strict", Role.EDITOR)
    await house.waits("sa1", name="Troll")
    await house.sign_in(page, "mild", "/comment?id=sa1")
    await page.locator("summary", has_text="Sanction").click()
    offered = await page.locator("#kind option").all_inner_texts()
    await page.get_by_role("button", name="Set").click()
    await expect(page.locator("#author").locator("..")).to_contain_text("Warn Everywhere")
    await page.locator("summary", has_text="Sanction").click()
    forced = await house.send(page, "/sanction", id="sa1", kind="ban", days="1")

    fresh = await other(chromium)
    await house.sign_in(fresh, "strict", "/comment?id=sa1")
    await fresh.locator("summary", has_text="Sanction").click()
    await fresh.select_option("#kind", "suspend")
    await fresh.select_option("#where", "World")
    await fresh.fill("#sanction-days", "3")
    await fresh.get_by_role("button", name="Set").click()
    await expect(fresh.locator("#author").locator("..")).to_contain_text("Suspend World")
    await fresh.get_by_role("button", name="Lift").first.click()

    await expect(fresh.locator("#author").locator("..")).not_to_contain_text("Suspend World")
    assert offered == ["Warn", "Read first"]
    assert forced == 409
    assert not any("ban" in one["kind"] for one in await sanctions(house, "author:Troll"))
    await fresh.context.close()


async def test_a_sanction_has_a_reason_everybody_knows_and_holds_within_a_moderators_limits(
    house: House, page: Page
) -> None:
    await house.person("limited", queues=(Queue.ABUSE,))
    await house.waits("sa2", name="Rude")
    await house.sign_in(page, "limited", "/comment?id=sa2")

    words = await house.send(page, "/sanction", id="sa2", kind="warn", section="World", reason="you, sir, are a fool")
    everywhere = await house.send(page, "/sanction", id="sa2", kind="warn", reason="insult")
    elsewhere = await house.send(page, "/sanction", id="sa2", kind="warn", section="Sport", reason="insult")
    decision = await house.send(page, "/decide", id="sa2", seen="1.0", verdict="reject", reason="you, sir, are a fool")
    bulk = await house.send(page, "/queue", pick="1.0 sa2", verdict="reject", reason="you, sir, are a fool")
    await page.locator("summary", has_text="Sanction").click()
    offered = await page.locator("#where option").all_inner_texts()
    await page.get_by_role("button", name="Set").click()

    await expect(page.locator("#author").locator("..")).to_contain_text("Warn World")
    assert (words, everywhere, elsewhere, decision, bulk) == (422, 403, 403, 422, 422)
    assert offered == ["World"]
    assert (await house.verdict("sa2"))[0] == "hold"


async def sanctions(house: House, author: str) -> list[dict[str, Any]]:
    known = await house.redis.hget(KEYS.key(f"author:{author}"), "known")
    found: list[dict[str, Any]] = json.loads(known)["sanctions"]
    return found


async def test_a_story_is_kept_back_by_an_editor_and_let_go_by_two(house: House, chromium: Browser, page: Page) -> None:
    for name in ("keeper", "looser"):
        await house.person(name, Role.EDITOR)
    await house.tell(story("court", "A story the court asks about", "World"))
    await until(lambda: house.redis.exists(KEYS.key("desk:article:court")))
    await house.sign_in(page, "keeper", at("/story", id="court"))
    await page.locator("summary", has_text="Legal hold").click()
    await page.fill("#note-hold", "Letter of 3 November.")
    await page.get_by_role("button", name="Legal hold").click()
    await expect(page.get_by_role("status")).to_have_text("Done.")

    await page.goto(f"{house.address}/holds")
    await page.get_by_role("link", name="court").click()
    await page.get_by_role("button", name="Let it go").click()
    await expect(page.get_by_role("status")).to_contain_text("A second person must let it go, too.")
    await page.get_by_role("button", name="Let it go").click()
    await expect(page.get_by_role("alert")).to_contain_text("This takes another person")
    fresh = await other(chromium)
    await house.sign_in(fresh, "looser", at("/story", id="court"))
    # Nobody lets go what they cannot read.
    waits = fresh.locator("section", has=fresh.get_by_role("heading", name="Revision 1, which waits"))
    await expect(waits).to_contain_text("A story the court asks about")
    await fresh.get_by_role("button", name="Let it go").click()

    await expect(fresh.locator("#gate").locator("..")).to_contain_text("Nothing keeps it back.")
    await fresh.context.close()


async def test_who_may_speak_under_a_story_is_set(house: House, page: Page) -> None:
    await house.person("threads", Role.EDITOR)
    await house.sign_in(page, "threads", "/story?id=a2")

    await page.select_option("#mode", "closed")
    await page.get_by_role("button", name="Set").click()

    await expect(page.get_by_role("status")).to_have_text("Done.")
    assert await page.input_value("#mode") == "closed"


async def test_a_moderator_keeps_no_story_and_closes_no_thread(house: House, page: Page) -> None:
    await house.person("small")
    await house.sign_in(page, "small")
    for path in ("/story?id=a1", "/holds", "/what-if", "/trail", "/trail.csv"):
        answer = await page.goto(house.address + path)
        assert answer
        assert answer.status == 403, path
    for path in ("/story/thread", "/story/hold", "/policy/activate", "/what-if"):
        assert await house.send(page, path, id="a1", mode="closed", kind="legal") == 403, path
