"""How pages of others are judged and weighed; none of them has to be installed for this."""

import re
from dataclasses import replace

import pytest

from services.delivery.page import Page
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.spec import Spec
from tests.bench.judge import BESIDES, REQUIRED, share_of_words, told
from tests.bench.peers import Served, row, signed_stories, words_alone
from tests.bench.subresources import subresources
from tests.budget import brotlied

STORIES = {language: signed_stories(language, 2) for language in ("en", "fa")}
STORY = STORIES["en"][0]
PAGE = LIGHT.render(replace(STORY, pictures={}))
WITHOUT = {
    "headline": r"<h1>.*?</h1>",
    "byline": "Edwin Harlow",
    "date": r'<time datetime="2026-11-24.*?</time>',
    "section": "Fisheries",
    "caption": r"<p>Photo: .*?</p>",
    "correction": r"<p><b>Correction: .*?</p>",
    "call-out": "https://answer.example/campaign",
    "related": r"<nav>.*?</nav>",
    "comments": "I have two winters on paper",
}


def untold(page: Page, html: str) -> set[str]:
    return {fact for fact, is_told in told(page, html).items() if not is_told}


@pytest.mark.parametrize("spec", [LIGHT, FULL], ids=lambda spec: spec.name)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_our_own_pages_tell_the_whole_story(language: str, spec: Spec) -> None:
    for page in STORIES[language]:
        html = spec.render(page)

        assert not untold(page, html)
        assert share_of_words(page.article.body_html, html) == 1


@pytest.mark.parametrize("fact", [*REQUIRED, *BESIDES])
def test_a_page_that_lacks_a_fact_is_found_to_lack_it(fact: str) -> None:
    html, times = re.subn(WITHOUT[fact], "", PAGE, flags=re.DOTALL)

    assert times
    assert untold(STORY, html) == {fact}


def test_only_facts_that_a_story_has_are_asked_for() -> None:
    article = STORY.article.model_copy(update={"correction": None, "accountability": ()})

    facts = told(replace(STORY, article=article, comments=(), related=()), PAGE)

    assert set(facts) == {*REQUIRED, "caption"}


def test_what_only_the_head_or_a_menu_says_is_not_told() -> None:
    html = re.sub(r"<h1>.*?</h1>", "", PAGE).replace("Fisheries", "")
    html = html.replace("<header>", '<header><nav><a href="/">Fisheries</a></nav>')

    assert "<title>" in html
    assert untold(STORY, html) == {"headline", "section"}


@pytest.mark.parametrize("elsewhere", ["body_html", "standfirst"])
def test_the_same_words_elsewhere_do_not_pass_for_a_caption(elsewhere: str) -> None:
    caption = STORY.article.images[0].caption or ""
    also = {"body_html": f"<h2>{caption}</h2>{STORY.article.body_html}", "standfirst": f"Once more: {caption}"}
    article = STORY.article.model_copy(update={elsewhere: also[elsewhere]})
    page = replace(STORY, article=article, pictures={})
    html = LIGHT.render(page)

    assert not untold(page, html)
    assert untold(page, re.sub(WITHOUT["caption"], "", html)) == {"caption"}


def test_other_quotation_marks_say_the_same() -> None:
    article = STORY.article.model_copy(update={"headline": "He said «no» and left"})

    html = PAGE.replace(STORY.article.headline, "He said &quot;no&quot; and left")

    assert "headline" not in untold(replace(STORY, article=article), html)


@pytest.mark.parametrize("date", ["24 November 2026", "2026-11-24", '<time datetime="2026-11-24">۳ آذر</time>'])
def test_a_date_may_be_written_as_its_page_likes(date: str) -> None:
    assert "date" not in untold(STORY, re.sub(WITHOUT["date"], date, PAGE))


@pytest.mark.parametrize(
    ("page", "share"),
    [
        ("<p>a b c d e f</p><h2>g h</h2><p>i j</p>", 1.0),
        ("<p>x a b c d e f</p> y <b>g h</b> i j", 1.0),
        ("<p>a b c d e f</p><p>i j</p>", 0.8),
        ("<p>b a d c f e j i h g</p>", 0.0),
        ("<p>a b c d e</p>", 0.5),
        ("<p hidden>a b c d e f</p>", 0.0),
    ],
)
def test_words_count_where_they_stand_in_order(page: str, share: float) -> None:
    assert share_of_words("<p>a b c d e f</p><h2>g h</h2><p>i j</p>", page) == pytest.approx(share)


def test_a_row_disqualifies_and_says_why() -> None:
    pages, words = STORIES["en"], words_alone(STORIES["en"])
    whole = [Served(LIGHT.render(page)) for page in pages]
    unsigned = [Served(one.html.replace("Edwin Harlow", "")) for one in whole]
    shortened = [whole[0], Served(re.sub(r"<h2>.*?</article>", "</article>", whole[1].html, flags=re.DOTALL))]

    assert "| has all required |  |" in row("whole", whole, pages, words)
    assert "| disqualified: lacks byline |" in row("unsigned", unsigned, pages, words)
    assert "| disqualified: lacks words of the text (1 of 2) |" in row("shortened", shortened, pages, words)


def test_everything_a_page_asks_for_is_counted_once() -> None:
    files = {
        "/css/main.css": b'/* @import "old.css"; */ @import url("more.css"); @import "font.css"; b{background:url(x)}',
        "/css/more.css": b'@import url(main.css); a{color:red}',
        "/css/font.css": b"@font-face{font-family:a;src:local('a'),url('../a.woff') format('woff'),url(../a.ttf)}",
        "/a.woff": bytes(900),
        "/p.webp": bytes(500),
        "/s.js": b"alert(1)",
    }  # fmt: skip
    html = (
        "<link rel=stylesheet href=/css/main.css><link rel=alternate href=/feed><link rel=icon href=data:,>"
        '<script>inline</script><script src="s.js"></script><img src="p.webp"><img src=/p.webp><img src="data:,x">'
    )

    sizes = subresources(html, "/story.html", files.__getitem__)

    text = [brotlied(body.decode()) for address, body in files.items() if address.endswith((".css", ".js"))]
    assert sorted(sizes) == sorted([*text, 900, 500])
