"""Hostile words in every field, from submission to the screen: nothing runs, nothing leaves, all of it is shown."""

import email
import email.policy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from shared.comments import Verdict
from shared.errors import Rejected
from shared.events import RenditionPublished
from tests.browser.canary import canary
from tests.browser.newsroom import Newsroom
from tests.browser.paper import Paper, printed
from tests.browser.payloads import BODIES, KEPT, PICTURES, REFUSED, TEXTS
from tests.browser.wire import Wire, wired
from tests.server import binaries, free_port, running

pytestmark = pytest.mark.needs("chromium")

AT = "2026-11-23T10:00:00Z"
LINKED_DATA = """(data => [data['@type'], data.headline])(
    JSON.parse(document.querySelector('script[type*=json]').textContent))"""
SIDES = """[...document.querySelectorAll('.who > b, li > b')].flatMap(name => {
    const [from, to] = [name, name.parentNode.querySelector(':scope > time') ?? name.nextSibling].map(part => {
        const range = document.createRange()
        range.selectNode(part)
        return [...range.getClientRects()]
    })
    const near = to.filter(one => Math.abs(one.bottom - from[0].bottom) < 12)
    const edges = side => [from, near].map(list => list.map(one => one[side]))
    const [lefts, rights] = [edges('left'), edges('right')]
    return near.length ? [[Math.min(...lefts[1]) - Math.max(...rights[0]),
        Math.min(...lefts[0]) - Math.max(...rights[1])]] : []
})"""
"""For each name of a reader: how far the date on its line stands to the right of it, and how far to the left."""
LINKED = ("canonical_url", "byline", "images", "contact_url", "campaign_url")


def hostile_story(number: int, language: str) -> dict[str, Any]:
    """One text in every field of text, one body, one odd address wherever an address may stand."""
    text, body = TEXTS[number % len(TEXTS)], BODIES[number % len(BODIES)]
    link, web = KEPT[number % len(KEPT)], KEPT[number % (len(KEPT) - 1)]
    line = f"{number} {text}"
    return {
        "id": f"urn:{number}:{text}", "revision": 1, "status": "usable", "language": language, "published_at": AT,
        "headline": line, "kicker": text, "standfirst": text, "section": text, "genre": text, "slug": text,
        "keywords": [text], "dateline": text, "body_html": f"<p>{number}</p>{body}<p>{number}</p>",
        "byline": [{"name": text, "role": text, "url": link}], "canonical_url": web,
        "images": [
            {"href": f"https://{PICTURES}/{number}'onerror='pwned()", "caption": text, "alt": text, "credit": text},
            {"href": f"https://{PICTURES}/b", "role": "inline", "caption": text, "alt": text, "credit": text},
        ],
        "correction": {"note": text, "kind": text},
        "accountability": [{"official": text, "office": text, "contact_url": link, "campaign_url": web}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def paper(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A site full of it, in two languages, with a hostile thread under each story."""
    folder, port = tmp_path_factory.mktemp("hostile"), free_port()
    newsroom = Newsroom(f"http://127.0.0.1:{port}")
    published = 0
    for number in range(max(len(TEXTS), len(BODIES))):
        story = hostile_story(number, ("en", "fa")[number % 2])
        newsroom.story(**story)
        for nth, parent in ((1, None), (2, f"c{number}-1")):
            verdict = newsroom.comment(
                id=f"c{number}-{nth}", article_id=story["id"], revision=1, status="usable", created_at=AT,
                author={"id": "r", "name": story["kicker"]}, body=f"{story['kicker']}\n\n{story['kicker']}",
                **({"parent_id": parent} if parent else {}),
            )  # fmt: skip
            assert verdict
            published += verdict.decision.verdict is Verdict.PUBLISH
    newsroom.settle()
    assert len(TEXTS) % 2, "or a text would meet one language only"
    assert published > len(TEXTS), "most of it must reach the pages, or nothing is shown here"
    with (
        running(next(iter(binaries().values())), folder) as server,
        printed(newsroom, server.url, folder, port, project) as paper,
    ):
        yield paper


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as wire:
        yield wire


def stories(paper: Paper, rendition: str) -> Sequence[RenditionPublished]:
    shown = list(paper.newest(rendition).values())
    assert len(shown) == max(len(TEXTS), len(BODIES))
    return shown


def headlines(paper: Paper) -> dict[str, str]:
    return {id_: str(json.loads(fact.content or "")["headline"]) for id_, fact in paper.newest("json").items()}


@pytest.mark.parametrize("rendition", ["full", "light"])
@pytest.mark.parametrize("lawless", [True, False], ids=["no policy", "policy"])
def test_nothing_in_a_story_runs_or_leaves(paper: Paper, browser: Browser, rendition: str, *, lawless: bool) -> None:
    told = headlines(paper)
    with canary(browser, {"127.0.0.1"}, lawless=lawless) as bird:
        clicked, sides = 0, []
        for fact in stories(paper, rendition):
            bird.visit(f"{paper.address}{fact.path}")
            assert bird.tab.evaluate("document.querySelector('h1').textContent") == told[fact.article_id]
            bird.look()
            sides += [one[fact.direction == "rtl"] for one in bird.tab.evaluate(SIDES)]
            if rendition == "full":
                assert bird.tab.evaluate(LINKED_DATA) == ["NewsArticle", told[fact.article_id]]
            if lawless:
                clicked += bird.click_everything()

    assert bird.sang == []
    assert clicked > 500 or not lawless
    assert min(sides) > -1, "a name turned around the date that follows it"


def _app(story: str) -> str:
    """The page of an app that trusts our HTML, as it may."""
    document = json.loads(story)
    parts = [document["body_html"], *(block.get("html", "") for block in document["blocks"])]
    return f"<!doctype html><meta charset=utf-8><title>app</title><main>{'<hr>'.join(parts)}</main>"


def _mail(message: str) -> str:
    part = email.message_from_string(message, policy=email.policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _messages(told: str) -> str:
    """A chat that takes Telegram's HTML for HTML."""
    said = json.loads(told)
    parts = "<hr>".join((*said["parts"], said["caption"]))
    return f"<!doctype html><meta charset=utf-8><title>chat</title><main>{parts}</main>"


READERS = {"email": _mail, "telegram": _messages, "json": _app}


@pytest.mark.parametrize("rendition", READERS)
def test_html_in_other_peoples_programs_is_harmless(paper: Paper, wire: Wire, browser: Browser, rendition: str) -> None:
    with canary(browser, {"127.0.0.1"}, lawless=True) as bird:
        for number, fact in enumerate(stories(paper, rendition)):
            html = READERS[rendition](fact.content or "")
            bird.visit(wire.page(f"/{number}", html))
            bird.look()
            bird.click_everything()
            # Programs that take a page apart and put it together again.
            bird.tab.evaluate("document.body.innerHTML = document.body.innerHTML")
            bird.look()

    assert bird.sang == []


def test_the_pages_of_the_site_are_harmless(paper: Paper, browser: Browser) -> None:
    with canary(browser, {"127.0.0.1"}, lawless=True) as bird:
        tab = bird.tab
        for front in ("/en/", "/fa/", "/en/light/", "/fa/light/", "/en/?page=2"):
            bird.visit(paper.address + front)
            bird.look(rendition=False)
            bird.click_everything()
            sections = tab.evaluate("[...document.querySelectorAll('.bar a')].map(link => link.href)")
            for section in sections:
                bird.visit(section)
                bird.look(rendition=False)
        for text in TEXTS:
            bird.visit(f"{paper.address}/en/search")
            tab.locator("input").fill(text)
            tab.locator("input").press("Enter")
            tab.wait_for_url("**/en/search?q=*")
            bird.look(rendition=False)
            assert tab.locator("input").input_value() == text.strip()

    assert bird.sang == []


def test_a_form_gives_back_what_was_written_as_text(paper: Paper, browser: Browser) -> None:
    fact = stories(paper, "full")[0]
    form = f"{paper.address}/{(fact.path or '').replace('/en/', 'en/comment/')}"
    with canary(browser, {"127.0.0.1"}, lawless=True) as bird:
        tab = bird.tab
        for text in TEXTS:
            bird.visit(f"{form}?to=c0-1")
            bird.look(rendition=False)
            tab.evaluate("document.forms[0].noValidate = true; document.forms[0].elements.name.maxLength = 9999")
            tab.locator("#name").fill(text)
            tab.get_by_role("button").click()
            tab.wait_for_selector(".wrong")
            bird.look(rendition=False)
            assert tab.locator("#name").input_value() == text

    assert bird.sang == []


@pytest.mark.parametrize("field", LINKED)
def test_an_address_that_could_run_is_refused_by_name(field: str) -> None:
    for number, address in enumerate(REFUSED):
        story: dict[str, Any] = hostile_story(number, "en")
        if field == "canonical_url":
            story[field] = address
        else:
            holder = {"byline": "byline", "images": "images"}.get(field, "accountability")
            story[holder][0][{"byline": "url", "images": "href"}.get(field, field)] = address

        with pytest.raises(Rejected, match=field):
            Newsroom().story(**story)


def test_the_canary_sings(wire: Wire, browser: Browser) -> None:
    page = (
        "<!doctype html><title>x</title><body onload=pwned()><a href='javascript:pwned()'>x</a>"
        "<img src=https://evil.example/pixel><iframe srcdoc=x></iframe><a href='https://kept.example/'>fine</a>"
    )
    with canary(browser, {"127.0.0.1"}, lawless=True) as bird:
        bird.visit(wire.page("/bad", page))
        bird.look()
        clicked = bird.click_everything()

    assert clicked == 2
    assert len([one for one in bird.sang if one.endswith("pwned")]) == 2
    assert [one for one in bird.sang if "evil.example" in one]
    assert [one for one in bird.sang if "iframe" in one]
    assert not [one for one in bird.sang if "kept.example" in one]


def test_the_policy_holds_where_escaping_would_not(paper: Paper, wire: Wire, browser: Browser) -> None:
    fact = stories(paper, "full")[0]
    broken = (fact.content or "").replace("<main>", "<main><script>pwned()</script><img src=x onerror=pwned()>", 1)
    with canary(browser, {"127.0.0.1"}, lawless=False) as bird:
        bird.visit(wire.page("/en/broken.html", broken))

    assert not [one for one in bird.sang if one.endswith("pwned")]
    assert [one for one in bird.sang if "Security Policy" in one], "a policy that says nothing was not asked"
