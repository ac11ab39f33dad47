"""What leaves ingest is safe to show: markup from a list, links readers may follow, text that steers nothing."""

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.ingest.links import safe_link
from services.ingest.plain import one_line, plain
from services.ingest.sanitise import clean_article, clean_html
from shared.errors import Rejected
from shared.events import ArticleSubmitted
from tests.unit.hostile_html import ADDRESSES, PAYLOADS

SAFE_TAGS = frozenset(
    [
        "p",
        "div",
        "section",
        "aside",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "br",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "details",
        "summary",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "a",
        "abbr",
        "bdo",
        "bdi",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "del",
        "ins",
        "mark",
        "small",
        "sub",
        "sup",
        "cite",
        "q",
        "code",
        "kbd",
        "samp",
        "var",
        "dfn",
        "span",
        "time",
        "ruby",
        "rt",
        "rp",
        "wbr",
    ]
)
SAFE_ATTRIBUTES = frozenset(
    [
        "href",
        "rel",
        "hreflang",
        "title",
        "lang",
        "dir",
        "value",
        "start",
        "reversed",
        "type",
        "colspan",
        "rowspan",
        "scope",
        "datetime",
    ]
)


def story(**fields: Any) -> ArticleSubmitted:
    return ArticleSubmitted.model_validate(
        {"id": "s", "revision": 1, "status": "usable", "headline": "H", **fields}, strict=False
    )


def unsafe_parts(html: str) -> list[str]:
    """Everything a browser's parser would find in ``html`` that is not on the list."""
    found: list[str] = []
    body = LexborHTMLParser(f"<!doctype html><body>{html}").body
    assert body is not None
    for node in body.traverse(include_text=False):
        if node.tag == "body":
            continue
        if node.tag not in SAFE_TAGS:
            found.append(str(node.tag))
        for name, value in node.attributes.items():
            if name not in SAFE_ATTRIBUTES:
                found.append(f"{node.tag} {name}")
            if name == "href" and not (value or "").lower().startswith(("http://", "https://", "mailto:")):
                found.append(f"href {value}")
            if name == "href" and node.attributes.get("rel") != "noopener noreferrer":
                found.append("no rel")
    return found


def test_the_collection_of_attacks_is_a_real_one() -> None:
    assert len(set(PAYLOADS)) >= 80


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_unsafe_is_left_of(payload: str) -> None:
    assert unsafe_parts(clean_html(payload)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_cleaning_twice_changes_nothing_of(payload: str) -> None:
    once = clean_html(payload)

    assert clean_html(once) == once


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_unsafe_comes_back_inside_a_page_around(payload: str) -> None:
    once = clean_html(payload)

    for around in ("<div>{}</div>", "<table><tr><td>{}</td></tr></table>", "<ul><li>{}</li></ul>"):
        assert unsafe_parts(around.format(once)) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_reader_is_sent_to(address: str) -> None:
    assert safe_link(address) is None
    assert "href" not in clean_html(f'<a href="{address.replace(chr(34), "&quot;")}">x</a>')


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a/b?c=d&e=f#g",
        "HTTPS://EXAMPLE.ORG/",
        "https://[2001:db8::1]/",
        "mailto:desk@example.org?subject=Hello%20there",
        "https://fa.wikipedia.org/wiki/می\u200cخواهم",
        "https://نمونه.example/خبر",
        "https://example.org/a@b",
    ],
)
def test_readers_may_follow(address: str) -> None:
    assert safe_link(address) == address
    assert "href" in clean_html(f'<a href="{address}">x</a>')


def test_links_tell_the_other_side_nothing() -> None:
    assert clean_html('<a href="https://example.org" rel="opener" target="_blank">x</a>') == (
        '<a href="https://example.org" rel="noopener noreferrer">x</a>'
    )


def test_persian_text_is_unchanged() -> None:
    html = '<p dir="rtl" lang="fa">می\u200cخواهم خانه\u200cای در کابُل بسازم؛ «کِی؟» — ۱۴۰۵</p>'

    assert clean_html(html) == html


def test_pictures_in_the_text_call_nobody() -> None:
    assert clean_html('<p>a<img src="https://tracker.example/p.gif" alt="x">b</p>') == "<p>ab</p>"


def test_control_characters_leave_the_text() -> None:
    assert clean_html("<p>a\x01b&#1;c\x9bd&#x85;e</p>") == "<p>abcd…e</p>"


def test_removing_a_control_character_makes_no_markup() -> None:
    cleaned = clean_html("&l\x01t;script&g\x01t;alert(1) <scr\x01ipt>x</scr\x01ipt> &am\x01p;lt;b>")

    assert unsafe_parts(cleaned) == []


def test_an_open_direction_override_is_removed_and_a_closed_one_stays() -> None:
    assert plain("user\u202etxt.exe") == "usertxt.exe"
    assert plain("he said \u2067سلام\u2069 twice") == "he said \u2067سلام\u2069 twice"
    assert plain("a\u2069b\u2067") == "ab"


def test_zero_width_joiners_stay_in_plain_text() -> None:
    assert one_line("می\u200cخواهم 👩\u200d🚀") == "می\u200cخواهم 👩\u200d🚀"


def test_a_headline_is_one_line_of_text() -> None:
    cleaned = clean_article(story(headline=" Water\n<b>for</b>\tall\x07 "))

    assert cleaned.headline == "Water <b>for</b> all"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"canonical_url": "javascript:alert(1)"}, "/data/canonical_url"),
        ({"canonical_url": "/relative"}, "/data/canonical_url"),
        ({"byline": [{"name": "A"}, {"name": "B", "url": "data:text/html,x"}]}, "/data/byline/1/url"),
        ({"images": [{"href": "mailto:a@b.example"}]}, "/data/images/0/href"),
        ({"images": [{"caption": "no picture"}]}, "/data/images/0"),
        ({"accountability": [{"official": "O", "contact_url": "vbscript:x"}]}, "/data/accountability/0/contact_url"),
        ({"accountability": [{"official": "O", "campaign_url": "//evil"}]}, "/data/accountability/0/campaign_url"),
        ({"byline": [{"name": "\x07"}]}, "/data/byline/0/name"),
        ({"headline": "\u202e"}, "/data/headline"),
    ],
)
def test_what_cannot_be_shown_safely_is_refused_by_name(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(Rejected, match=rf"^{named} "):
        clean_article(story(**fields))


def test_a_text_that_grows_too_long_by_cleaning_is_refused() -> None:
    with pytest.raises(Rejected, match="body_html"):
        clean_article(story(body_html="&<" * 2_000 + '"' + "x" * 1_044_575))


@pytest.mark.parametrize("body", ["<div>" * 20_001, "&" * 100_001])
def test_markup_that_would_keep_a_parser_busy_is_refused_before_it_is_parsed(body: str) -> None:
    with pytest.raises(Rejected, match=r"^/data/body_html has more than"):
        clean_article(story(body_html=body))


def test_every_other_field_arrives_as_it_was_told() -> None:
    said = story(
        kicker="K", standfirst="S", slug="s", section="Politics", genre="News", keywords=["a", "b"], dateline="Kabul",
        language="fa", byline=[{"name": "N", "role": "R", "url": "https://example.org/n"}], comments_open=False,
        protected_terms=["Name"], images=[{"media": "0" * 64, "caption": "C", "alt": "A", "credit": "P"}],
        correction={"note": "N", "kind": "clarification"}, supersedes="p",
        accountability=[{"official": "O", "office": "F", "contact_url": "mailto:o@example.org"}],
    )  # fmt: skip

    cleaned = clean_article(said)

    assert cleaned.model_dump() == said.model_dump(exclude={"status", "if_known", "unnumbered"})
