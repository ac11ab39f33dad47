"""Policies and what they would do, figures, searching, and the audit, at the desk."""

import csv
import io
import json
import re

import pytest
from playwright.async_api import Page, expect

from services.moderation.policy_files import DEFAULT
from shared.cases import Role
from tests.browser.desk_house import KEYS, House, chromium, house, page, until

__all__ = ["chromium", "house", "page"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.asyncio(loop_scope="module")]
POLICY = DEFAULT.read_text("utf-8")
MILDER = POLICY.replace('version = "', 'version = "milder-').replace(
    'id = "insult"\nwhen = { words', 'id = "insult"\nmode = "shadow"\nwhen = { words'
)
"""The shipped policy with insults on trial."""


async def test_the_policy_is_told_rule_by_rule_with_what_each_did(house: House, page: Page) -> None:
    await house.person("reader")
    await house.sign_in(page, "reader", "/policy")

    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="insult", exact=True))
    trial = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="try-new-authors"))

    assert int((await row.locator("td.n").first.inner_text()).strip()) >= 3
    await expect(row).to_contain_text("words = en-insults, fa-insults")
    await expect(trial.locator("td.n").first).not_to_have_text("0")
    await page.locator("summary", has_text="The text of the policy").click()
    await expect(page.locator("pre").first).to_contain_text('id = "says-nothing"')


async def test_a_candidate_is_tried_and_changes_nothing(house: House, page: Page) -> None:
    assert MILDER.count("shadow") == POLICY.count("shadow") + 1
    await house.person("tries", Role.EDITOR)
    await house.sign_in(page, "tries", "/what-if")
    before = await house.verdict("c4")

    await page.fill("#text", MILDER)
    await page.get_by_role("button", name="Try it").click()

    table = page.get_by_role("region", name="Then and now")
    await expect(table.get_by_role("row").filter(has_text="English").filter(has_text="Held")).to_have_count(1)
    await expect(table.locator("td.differs").first).to_be_visible()
    examples = page.get_by_role("region", name="For example")
    await examples.get_by_role("link", name="c4").click()
    await expect(page.locator(".body")).to_contain_text("What a")
    assert await house.verdict("c4") == before
    assert not await house.redis.exists(KEYS.key("policy:active"))


async def test_an_uploaded_file_is_tried_and_an_unusable_one_is_told(house: House, page: Page) -> None:
    await house.person("uploads", Role.EDITOR)
    await house.sign_in(page, "uploads", "/what-if")

    await page.set_input_files(
        "#file", {"name": "p.toml", "mimeType": "text/plain", "buffer": POLICY.replace("links_over", "lynx").encode()}
    )
    await page.get_by_role("button", name="Try it").click()

    await expect(page.get_by_role("alert")).to_contain_text("/when/lynx: Extra inputs are not permitted")
    await expect(page.get_by_role("button", name="Activate this policy")).to_have_count(0)


async def test_an_admin_activates_a_policy_and_goes_back_to_the_file(house: House, page: Page) -> None:
    await house.person("chief", Role.ADMIN)
    await house.sign_in(page, "chief", "/what-if")
    await page.fill("#text", MILDER)
    await page.get_by_role("button", name="Try it").click()

    await page.get_by_role("button", name="Activate this policy").click()
    await expect(page.get_by_role("status")).to_contain_text("Activated")
    await expect(page.locator("h1")).to_contain_text("milder-")
    await house.waits("mild1", "What an idiot.")
    assert (await house.verdict("mild1"))[0] == "publish"

    await page.get_by_role("button", name="Back to the file").click()
    await expect(page.locator("h1")).not_to_contain_text("milder-")
    await house.waits("mild2", "What an idiot.")
    assert (await house.verdict("mild2"))[0] == "hold"


async def test_figures_are_told_in_a_chart_and_in_numbers(house: House, page: Page) -> None:
    await house.person("counts")
    await house.waits("st1")
    await house.sign_in(page, "counts", "/comment?id=st1&queue=abuse")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided")
    await page.goto(f"{house.address}/comment?id=st1")
    await page.get_by_role("button", name="Reject").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided")

    await page.goto(f"{house.address}/statistics")

    names = await page.locator(".figures dt").all_inner_texts()
    figures = dict(zip(names, await page.locator(".figures dd").all_inner_texts(), strict=True))
    assert int(figures["Software"]) >= 6
    assert int(figures["People"]) >= 2
    assert figures["Turned round by people"] == "1"
    assert await page.locator("svg.chart rect").count() >= 2
    await page.locator("summary", has_text="As a table").click()
    last = page.get_by_role("region", name="As a table").get_by_role("row").last
    numbers = [int(text) for text in await last.locator("td").all_inner_texts()]
    assert sum(numbers) == int(figures["Software"]) + int(figures["People"])
    abuse = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Abuse"))
    await expect(abuse.locator("td").nth(1)).not_to_have_text("0")


@pytest.mark.parametrize(
    ("asked", "first", "least"),
    [("c3", "The bridge was paid", 1), ("author:Ada", "", 2), ("Ada", "", 2), ("a2", "", 2)],
)
async def test_comments_are_found_by_their_id_their_author_and_their_story(
    house: House, page: Page, asked: str, first: str, least: int
) -> None:
    # A code counts once for a name, so each of these is somebody else.
    name = f"finds.{len(asked)}.{least}.{asked[0].lower()}"
    await house.person(name)
    await house.sign_in(page, name, "/search")

    await page.keyboard.press("/")
    await page.keyboard.type(asked)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("found")

    assert await page.locator(".case").count() >= least
    assert first in await page.locator(".case .words").first.inner_text()


async def test_what_is_not_there_is_not_found(house: House, page: Page) -> None:
    await house.person("seeks", languages=("fa",))
    await house.sign_in(page, "seeks", "/search?q=c1")

    await expect(page.get_by_role("status")).to_contain_text("Nothing is known")


async def test_the_audit_has_every_act_and_can_be_taken_along(house: House, page: Page) -> None:
    await house.person("auditor", Role.EDITOR)
    await house.waits("=cmd()")
    await house.sign_in(page, "auditor", "/comment?id=%3Dcmd()")
    await page.fill("#note", "=HYPERLINK(0)")
    await page.get_by_role("button", name="Hold").click()
    await expect(page.get_by_role("status")).to_contain_text("Decided")

    async def there() -> bool:
        await page.goto(f"{house.address}/trail?who=auditor")
        return await page.locator("tbody tr").count() >= 2

    await until(there)
    await expect(page.locator("tbody tr").first).to_contain_text("decision.hold")
    await expect(page.locator("tbody tr").nth(1)).to_contain_text("desk.sign-in")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="As a file (CSV)").click()
    text = (await (await download.value).path()).read_bytes().decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["at", "actor", "action", "target", "detail", "hash", "asked", "event"]
    assert rows[1][1:5] == ["auditor", "decision.hold", "'=cmd()", "'=HYPERLINK(0)"]
    assert rows[1][6] == "seen 1.0"
    assert {row[1] for row in rows[1:]} == {"auditor"}
    assert not [cell for row in rows for cell in row if re.match(r"[=+@-]", cell)]


async def test_the_trail_is_filtered_by_what_and_when(house: House, page: Page) -> None:
    await house.person("filters", Role.EDITOR)
    await house.sign_in(page, "filters", "/trail?what=desk.sign-in&since=2000-01-01")

    actions = set(await page.locator("tbody tr td:nth-child(3)").all_inner_texts())
    await page.goto(f"{house.address}/trail?until=2000-01-01")

    assert actions == {"desk.sign-in"}
    await expect(page.locator(".empty")).to_have_text("None.")


async def test_counters_name_nobody(house: House, page: Page) -> None:
    answer = await page.request.get(f"{house.address}/metrics")
    health = json.loads(await (await page.request.get(f"{house.address}/health")).text())

    text = await answer.text()
    assert re.search(r'lightwire_desk_sign_ins_total{outcome="fine"} [1-9]', text)
    assert not re.search(r"auditor|finds|parisa", text)
    assert health["read"] == {"decisions": True, "acts": True, "articles": True}
