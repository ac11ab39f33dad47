"""Scripts in everything the desk shows, in a browser that would run them: the pages' own policy is off here."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.moderation.policy_files import DEFAULT
from services.moderation.standing import STANDING, Standing, record_key
from shared.cases import ReportReason, Role, SanctionKind
from shared.comments import Actor, Decision, Evidence, Hit, Policy, Queue, Verdict
from shared.events import CommentAppealed, CommentModerated, CommentReported
from shared.requests import EscalationRequested, SanctionRequested
from tests.browser.desk_house import AT, KEYS, House, chromium, house, said, story, until

__all__ = ["chromium", "house"]

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.asyncio(loop_scope="module")]

ATTACK = (
    "\"'></title></textarea></script><img src=x onerror=pwned()><script>pwned()</script><svg onload=pwned()>{{7*7}}"
)
SHORT = "<img src=x onerror=pwned()><script>pwned()</script>"
LINK = "javascript:pwned()"
FOUND = """() => ({
    ours: [...document.querySelectorAll('script')].every(one => one.src.startsWith(location.origin + '/static/')),
    images: document.querySelectorAll('img, svg[onload], iframe, object, embed, base').length,
    handlers: [...document.querySelectorAll('*')]
        .flatMap(one => [...one.attributes]).filter(one => one.name.startsWith('on')).length,
    links: [...document.querySelectorAll('[href], [action], [formaction], [src]')]
        .flatMap(one => ['href', 'action', 'formaction', 'src'].map(name => one.getAttribute(name)))
        .filter(to => to && !/^(\\/|#|[?]|https?:\\/\\/127[.]0[.]0[.]1)/.test(to)),
})"""
"""What an attack would leave behind."""
CLEAN: dict[str, Any] = {"ours": True, "images": 0, "handlers": 0, "links": []}


async def everything(house: House) -> None:
    """A comment, its author, story and case, whose every field is an attack; and records nobody here would write."""
    await house.tell(story(f"a{ATTACK}", f"Headline {ATTACK}", f"Section {ATTACK}"))
    await house.tell(said(f"p{ATTACK}", f"You idiot. {ATTACK}", ATTACK, article_id=f"a{ATTACK}"))
    comment = said(
        f"c{ATTACK}", f"You idiot. {ATTACK} {LINK}", ATTACK, article_id=f"a{ATTACK}", parent_id=f"p{ATTACK}"
    )  # fmt: skip
    await house.tell(comment)
    person = Actor(kind="human", id=f"boss {ATTACK}")
    await until(lambda: listed(house, "queue:abuse", f"c{ATTACK}"))
    await house.ask(
        CommentReported(comment_id=f"c{ATTACK}", reporter="r", reason=ReportReason.OTHER, note=f"note {ATTACK}")
    )
    await house.ask(CommentAppealed(comment_id=f"c{ATTACK}", author_id=f"author:{ATTACK}", words=f"words {ATTACK}"))
    for wish in (
        EscalationRequested(comment_id=f"c{ATTACK}", queue=Queue.LEGAL, note=f"for you {ATTACK}", actor=person),
        SanctionRequested(
            author_id=f"author:{ATTACK}", kind=SanctionKind.WARN, section=f"Section {ATTACK}", reason=f"r {ATTACK}",
            note=f"why {ATTACK}", actor=person, role=Role.ADMIN,
        ),
    ):  # fmt: skip
        await house.ask(wish)
    hit = Hit(
        rule=f"rule {ATTACK}", verdict=Verdict.HOLD, reason=f"code {ATTACK}",
        evidence=(Evidence(check="words", list=f"list {ATTACK}", term=f"term {ATTACK}"),),
    )  # fmt: skip
    forged = Decision(
        id="forged", subject=f"c{ATTACK}", revision=1, seq=9, at=AT, actor=person, verdict=Verdict.REJECT,
        rule=f"rule {ATTACK}", reason=f"code {ATTACK}", note=f"note {ATTACK}", hits=(hit,), shadow=(hit,),
        unknown=(f"check {ATTACK}",), policy=Policy(version=f"v {ATTACK}", digest="0" * 64),
    )  # fmt: skip
    await house.ask(
        CommentModerated(
            comment_id=f"c{ATTACK}", article_id=f"a{ATTACK}", revision=1, comment=comment.comment, decision=forged
        )
    )
    await until(lambda: listed(house, "cases:legal", f"c{ATTACK}"))
    # Moderation would not write such a decision; the page must not depend on that.
    key = KEYS.key(record_key(f"c{ATTACK}"))
    stored = Standing.model_validate_json(await house.redis.hget(key, STANDING) or b"")
    stored = stored.model_copy(update={"decision": forged.model_copy(update={"seq": stored.decision.seq})})
    await house.redis.hset(key, STANDING, stored.model_dump_json(exclude_none=True))


async def listed(house: House, index: str, id_: str) -> bool:
    return await house.redis.zscore(KEYS.key(index), id_) is not None


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(house: House, chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """An admin's tab in which a script that comes through would run, and be heard."""
    name = f"target{len(request.node.name)}"
    await house.person(name, Role.ADMIN)
    context = await chromium.new_context(bypass_csp=True, locale="en-GB")
    page = await context.new_page()
    ran: list[Any] = []
    await page.expose_function("pwned", lambda *_: ran.append(page.url))
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    await house.sign_in(page, name)
    yield page
    assert ran == []
    await context.close()


async def test_no_script_runs_whatever_field_it_stands_in(house: House, open_page: Page) -> None:
    await everything(house)
    q = quote(ATTACK)
    pages = (
        "/queue", f"/queue?queue={q}&language={q}&was={q}&verdict={q}&outcome={q}",
        f"/queue?was=c{q}&verdict=publish&outcome=done",
        f"/comment?id=c{q}", f"/comment?id=p{q}", f"/comment?id={q}&queue={q}&did={q}", f"/search?q=author:{q}",
        f"/search?q={q}", f"/search?q={quote(LINK)}", f"/story?id=a{q}", f"/story?id={q}", "/holds", "/policy",
        "/what-if",
        "/statistics", f"/statistics?days={q}", "/trail", f"/trail?who={q}&what={q}&since={q}&until={q}", "/account",
        f"/sign-in?to=/{q}", f"/language/en?to={quote(LINK)}", f"/{q}",
    )  # fmt: skip
    wrong = {}

    for path in pages:
        await open_page.goto(f"{house.address}{path}", wait_until="load")
        if (left := await open_page.evaluate(FOUND)) != CLEAN:
            wrong[path] = left

    assert wrong == {}
    await open_page.goto(f"{house.address}/comment?id=c{q}")
    page = await open_page.locator("body").text_content() or ""
    # Each stands there as it was written: what was not shown would prove nothing.
    for what in (
        "note",
        "words",
        "for you",
        "rule",
        "list",
        "term",
        "check",
        "code",
        "Headline",
        "Section",
        "r",
        "boss",
    ):
        assert f"{what} {ATTACK}" in page, what


async def test_a_policy_full_of_scripts_is_text(house: House, open_page: Page) -> None:
    text = DEFAULT.read_text("utf-8").replace('version = "', f"version = '''{SHORT}", 1)
    text = text.replace('.1"', ".1'''", 1) + f"\n# {ATTACK}\n"
    wrong = f'{text}\n[["{ATTACK.replace(chr(34), "")}"]]\n'
    await open_page.goto(f"{house.address}/what-if")

    await open_page.fill("#text", wrong)
    await open_page.get_by_role("button", name="Try it").click()
    refused = await open_page.evaluate(FOUND)
    await expect(open_page.get_by_role("alert")).to_contain_text("onerror=pwned()")
    await open_page.fill("#text", text)
    await open_page.get_by_role("button", name="Try it").click()
    tried = await open_page.evaluate(FOUND)
    await open_page.get_by_role("button", name="Activate this policy").click()
    await expect(open_page.locator("h1")).to_contain_text("onerror=pwned()")
    active = await open_page.evaluate(FOUND)
    await open_page.get_by_role("button", name="Back to the file").click()

    assert [refused, tried, active] == [CLEAN] * 3


async def test_what_people_type_into_a_form_is_text(house: House, open_page: Page) -> None:
    await house.waits("typed", "You idiot, and nothing else.")
    await open_page.goto(f"{house.address}/comment?id=typed")
    await open_page.fill("#note", f"my note {ATTACK}")
    await open_page.get_by_role("button", name="Reject").click()
    await expect(open_page.get_by_role("status").first).to_contain_text("Decided: Rejected.")
    statuses = [
        await house.send(open_page, path, id=ATTACK, to=ATTACK, kind=ATTACK, mode=ATTACK, verdict=ATTACK, reason=ATTACK)
        for path in ("/decide", "/claim", "/escalate", "/sanction", "/story/thread", "/story/hold")
    ]
    await open_page.goto(f"{house.address}/comment?id=typed")

    await expect(open_page.locator(".trail").first).to_contain_text(f"my note {ATTACK}")
    left = await open_page.evaluate(FOUND)
    assert left == CLEAN
    assert all(400 <= status < 500 for status in statuses)
