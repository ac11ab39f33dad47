"""Each format by the rules of those who read it; checkers of our own count independently of the code."""

import email
import email.policy
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from selectolax.lexbor import LexborHTMLParser

from services.delivery.house import House
from services.delivery.page import Notice, Page
from services.delivery.renditions import RENDITIONS
from services.delivery.renditions.email import CLIPPED, EMAIL
from services.delivery.renditions.gemtext import GEMTEXT
from services.delivery.renditions.json import JSON
from services.delivery.renditions.ninjs import NINJS
from services.delivery.renditions.sms import SMS
from services.delivery.renditions.social import SOCIAL
from services.delivery.renditions.spec import Spec
from services.delivery.renditions.telegram import TELEGRAM
from services.delivery.renditions.text import TEXT
from services.ingest.sanitise import clean_html
from shared.articles import Accountability, Correction, Direction, Entity, EntityKind
from shared.blocks import blocks_of
from shared.document import StoryDocument
from tests.contract.rendition_pages import HOSTILE_PAGE, example_pages, make_page

BASE = "https://news.example"
NINJS_SCHEMA = Path(__file__).parent / "data" / "ninjs" / "ninjs-schema_2.2.json"
ZWNJ = "می‌خواهیم که آب‌های رودخانه"
CALL = (Accountability(official="Ada Verne", office="Mayor", contact_url="https://town.example/mayor?a=1&b=2"),)


def at_an_address(page: Page) -> Page:
    return replace(page, house=House(base_url=BASE))


def named(page: Page) -> Page:
    """With entities of every kind, and officials to write to."""
    entities = tuple(
        Entity(id=kind, kind=kind, name=f"{kind} <&", office="Office", wikidata="Q42", mentions=number)
        for number, kind in enumerate(EntityKind, 1)
    )
    found = page.enrichment.model_copy(update={"entities": entities, "accountability": CALL})
    return replace(page, enrichment=found)


def long_page(words: int, language: str = "en") -> Page:
    one = "word%d " if language == "en" else "آب‌بند%d "
    paragraphs = "".join(
        "<p>" + "".join(one % (n * 7919 % 10007) for n in range(start, start + 60)).strip() + ".</p>"
        for start in range(0, words, 60)
    )
    return at_an_address(make_page(language, headline="A long story <& its end", body_html=paragraphs))


def pages() -> Iterator[Page]:
    for raw in example_pages():
        page = replace(raw, article=raw.article.model_copy(update={"body_html": clean_html(raw.article.body_html)}))
        yield page
        yield at_an_address(page)
    yield at_an_address(HOSTILE_PAGE)
    yield at_an_address(make_page(accountability=CALL, correction=Correction(note="It was Monday.")))
    yield at_an_address(named(make_page(accountability=CALL)))
    yield at_an_address(make_page("fa", headline=ZWNJ * 20, body_html=f"<p>{ZWNJ}</p>", standfirst=ZWNJ * 30))
    yield at_an_address(make_page(headline="👩‍👩‍👧‍👦🇮🇷 é́ " * 60))
    yield long_page(1_500)
    yield long_page(20_000, "fa")


PAGES = tuple(pages())
every_page = pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))


# The text in parts


@pytest.mark.parametrize(
    "html",
    [
        "loose <b>words</b><br>here<p>one <i>t</i>wo</p>tail",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li></ol><dl><dt>e</dt><dd>f</dd></dl>",
        "<figure><figcaption>cap</figcaption></figure><blockquote><p>q1</p><p>q2</p></blockquote><hr>",
        "<table><caption>t</caption><tr><th>h</th></tr><tr><td>1</td><td>2</td></tr></table><pre>a\n  b</pre>",
        "<div><section><h1>top</h1><h4>low</h4>x</section></div><details><summary>s</summary>d</details>",
    ],
)
def test_no_word_of_a_text_is_lost_in_its_parts(html: str) -> None:
    whole = LexborHTMLParser(html).body
    assert whole is not None

    parts = "".join(block.text for block in blocks_of(html))

    assert "".join(parts.split()) == "".join(whole.text().split())


@every_page
def test_no_word_of_an_example_is_lost_in_its_parts(page: Page) -> None:
    body = LexborHTMLParser(page.article.body_html).body
    assert body is not None

    parts = "".join(block.text for block in blocks_of(page.article.body_html))

    assert "".join(parts.split()) == "".join(body.text().split())


# json


@every_page
def test_json_is_a_story_document_within_its_limit(page: Page) -> None:
    text = JSON.render(page)

    document = StoryDocument.model_validate_json(text)
    assert (document.id, document.revision) == (page.article.id, page.article.revision)
    assert document.blocks
    assert "javascript:" not in json.dumps([one.model_dump(mode="json") for one in document.accountability]).lower()


def test_of_a_story_too_long_comments_go_first_and_the_text_stays() -> None:
    comment = HOSTILE_PAGE.comments[0].model_copy(update={"body": "x" * 5_000})
    many = replace(long_page(4_000), comments=(comment,) * 100)

    document = StoryDocument.model_validate_json(JSON.render(many))

    assert len(JSON.render(many).encode()) <= JSON.max_bytes
    assert document.comments.total == 100
    assert len(document.comments.items) < 100
    assert document.body_html


# text


@every_page
def test_text_is_plain_normal_and_wrapped(page: Page) -> None:
    text = TEXT.render(page)

    assert unicodedata.is_normalized("NFC", text)
    assert not [sign for sign in text if unicodedata.category(sign) == "Cc" and sign not in "\n\t"]
    assert len(text.encode()) <= TEXT.max_bytes
    for line in text.splitlines():
        assert len(line) <= 72 or " " not in line.strip(" >-"), line
    assert "".join(unicodedata.normalize("NFC", page.article.headline).split()) in "".join(text.split())


def test_a_zero_width_joint_is_no_place_to_break_a_line() -> None:
    text = TEXT.render(make_page("fa", headline="آب", body_html=f"<p>{(ZWNJ + ' ') * 30}</p>"))

    assert text.split().count("می‌خواهیم") == 30


# gemtext


@every_page
def test_gemtext_has_only_lines_a_client_knows(page: Page) -> None:
    lines = GEMTEXT.render(page).splitlines()

    pre = False
    assert lines[0].startswith("# ")
    for line in lines:
        if line.startswith("```"):
            pre = not pre
        elif not pre and line.startswith("=>"):
            assert re.fullmatch(r"=> \S+( .*)?", line), line
    assert not pre


def test_text_that_looks_like_gemtext_stays_text() -> None:
    page = make_page(body_html="<p>=&gt; gemini://elsewhere.example</p><p># big</p><p>``` open</p><p>* star</p>")

    lines = GEMTEXT.render(page).splitlines()

    assert not [line for line in lines[1:] if line.startswith(("=> gemini", "# ", "```", "* "))]


# telegram


class Telegram(HTMLParser):
    """What Telegram's parser takes: its tags only, closed in their order."""

    ALLOWED = frozenset({"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open = "", list[str]()
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED, tag
        assert not attrs or (tag == "a" and [name for name, _ in attrs] == ["href"])
        for _, value in attrs:
            assert (value or "").startswith(("http://", "https://", "mailto:"))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@every_page
def test_telegram_takes_every_part(page: Page) -> None:
    post = json.loads(TELEGRAM.render(page))

    parts = [Telegram(part).text for part in post["parts"]]
    caption = Telegram(post["caption"]).text
    assert parts
    assert all(1 <= len(part.encode("utf-16-le")) // 2 <= 4_096 for part in parts)
    assert len(caption.encode("utf-16-le")) // 2 <= 1_024
    if len(parts) > 1:
        assert [part.split("\n")[0] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    told = "".join("".join(re.sub(r"^\(\d+/\d+\)", "", part).split()) for part in parts)
    for block in blocks_of(page.article.body_html):
        if block.kind == "paragraph":
            assert "".join(block.text.split()) in told


# sms

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def septets(text: str) -> int | None:
    total = 0
    for sign in text:
        if sign in GSM:
            total += 1
        elif sign in "^{}\\[~]|€\f":
            total += 2
        else:
            return None
    return total


@every_page
def test_an_sms_is_at_most_two_segments_and_keeps_its_link(page: Page) -> None:
    text = SMS.render(page)

    counted = septets(text)
    assert counted <= 306 if counted is not None else len(text.encode("utf-16-le")) // 2 <= 134
    if page.house.base_url:
        assert re.search(r"\nhttps://news\.example/s/[0-9a-z]+$", text)


def test_a_short_persian_sms_is_one_segment() -> None:
    page = at_an_address(make_page("fa", headline="آب به رودخانه برگشت"))

    assert len(SMS.render(page).encode("utf-16-le")) // 2 <= 70


# social


@every_page
def test_posts_fit_where_they_go(page: Page) -> None:
    posts = json.loads(SOCIAL.render(page))

    bluesky, mastodon = posts["bluesky"], posts["mastodon"]
    clusters = [sign for sign in bluesky["text"] if not unicodedata.combining(sign)]
    assert len(bluesky["text"].encode()) <= 3_000
    assert len(clusters) <= 300
    status = re.sub(r"https?://\S+", "x" * 23, mastodon["status"])
    assert len(status) <= 500
    for facet in bluesky.get("facets", ()):
        place = facet["index"]
        shown = bluesky["text"].encode()[place["byteStart"] : place["byteEnd"]].decode()
        assert shown.removesuffix("…") in facet["features"][0]["uri"]
    if page.house.base_url:
        assert mastodon["status"].endswith(bluesky["embed"]["external"]["uri"])


# ninjs


@pytest.fixture(scope="module")
def ninjs() -> Draft202012Validator:
    return Draft202012Validator(json.loads(NINJS_SCHEMA.read_text("utf-8")))


@every_page
def test_ninjs_follows_its_schema(ninjs: Draft202012Validator, page: Page) -> None:
    item = json.loads(NINJS.render(page))

    ninjs.validate(item)
    assert (item["uri"], item["version"], item["pubstatus"]) == (
        page.article.id, str(page.article.revision), "usable",
    )  # fmt: skip


@pytest.mark.parametrize(("killed", "status"), [(True, "canceled"), (False, "withheld")])
def test_a_ninjs_withdrawal_says_its_status(ninjs: Draft202012Validator, *, killed: bool, status: str) -> None:
    item = json.loads(NINJS.withdrawal(Notice(House(), "urn:desk:1", 8, "en", Direction.LTR, killed)))

    ninjs.validate(item)
    assert (item["pubstatus"], item["version"]) == (status, "8")


# email


def parsed(text: str) -> Any:
    return email.message_from_string(text, policy=email.policy.default)


@every_page
def test_a_mail_is_whole_in_both_forms(page: Page) -> None:
    message = parsed(EMAIL.render(page))

    html, plain = message.get_body(("html",)).get_content(), message.get_body(("plain",)).get_content()
    assert not message.defects
    assert message["Subject"].strip() == " ".join(page.article.headline.split())
    assert len(html.encode()) <= CLIPPED
    assert "<style" not in html
    assert "<script" not in html.lower()
    assert page.article.id in plain


def test_a_headline_adds_no_field_to_a_mail() -> None:
    message = parsed(EMAIL.render(make_page(headline="Water\r\nBcc: all@town.example")))

    assert "Bcc" not in message
    assert message["Subject"] == "Water Bcc: all@town.example"


@pytest.mark.parametrize("spec", RENDITIONS, ids=lambda spec: spec.name)
def test_nothing_of_another_house_is_said(spec: Spec) -> None:
    assert "newspaper.example" not in spec.render(PAGES[0])
