"""Punctuation is set as the language has it; words, code and doubtful cases stay as they were typed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.house import House
from services.delivery.page import Page
from services.delivery.typography import set_html, set_line, well_set
from services.ingest.sanitise import clean_html
from shared.articles import Correction, Image
from tests.contract.rendition_pages import example_pages, make_page
from tests.unit.delivery_stories import Desk, moderated


@pytest.mark.parametrize(
    ("language", "typed", "set_"),
    [
        ("en", 'She said "no" twice.', "She said “no” twice."),
        ("en", '"No," he wrote, "and never."', "“No,” he wrote, “and never.”"),
        ("en", "It isn't ours.", "It isn’t ours."),
        ("en", "Wait... what?", "Wait… what?"),
        ("en", "Three -- maybe four -- left.", "Three—maybe four—left."),
        ("en", "Three--maybe four--left.", "Three—maybe four—left."),
        ("en", "Nine ,then ten .", "Nine ,then ten."),
        ("en", "Nine , then ten .", "Nine, then ten."),
        ("fa", 'گفت "نه" و رفت.', "گفت «نه» و رفت."),
        ("fa", "آب ، برق و گاز", "آب، برق و گاز"),
        ("fa", "آب،برق", "آب، برق"),
        ("fa", "می\u200c\u200cرود و\u200c ماند", "می\u200cرود و ماند"),
        ("ar", 'قال "لا" ثم مضى', "قال «لا» ثم مضى"),
        ("ckb", 'گوتی "نا" و ڕۆیشت', "گوتی «نا» و ڕۆیشت"),
        ("ku", 'Got "na" û çû', "Got “na” û çû"),
        ("de", 'Er sagte "nein".', 'Er sagte "nein".'),
        ("fr", "Pourquoi ?", "Pourquoi ?"),
    ],
)
def test_a_line_is_set_as_its_language_has_it(language: str, typed: str, set_: str) -> None:
    assert set_line(typed, language) == set_


@pytest.mark.parametrize(
    "typed",
    [
        'A 5" pipe and a 6" pipe', 'He was 5\'10" tall', '"Never closed', 'a "b c" d" e', "the '90s", "rock 'n' roll",
        "https://xn--80ak6aa92e.com/", "xn--mgba3a4f16a.ir", "xn--abc", "a--b@c.org", "git --help", "compare/v1...v2",
        "find . -name", "a/b--c", "--", "...", "v1...v2 and", "https://a.example/x...",
        "....", "..", "a---b", "-->", "--help", "2,000", "1.5", "12:30", "۱،۰۰۰", "a .NET library", "e.g. this", "«نه»",
        "می\u200cخواهم", "U+200C", "C--", "http://x.example/?a=1", "“yes”", "\u200f(ب)\u200f",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fa"])
def test_what_leaves_a_doubt_stays_as_it_was_typed(typed: str, language: str) -> None:
    assert set_line(typed, language) == typed


@pytest.mark.parametrize(
    ("html", "set_"),
    [
        ('<p>"A <b>bold</b> word"</p>', "<p>“A <b>bold</b> word”</p>"),
        ('<p>Said <a href="https://x.example/?q=%22a%22" title="a &quot;b&quot;">"he"</a>.</p>',
         '<p>Said <a href="https://x.example/?q=%22a%22" title="a &quot;b&quot;">“he”</a>.</p>'),
        ('<p>One " mark</p><p>another " mark</p>', '<p>One " mark</p><p>another " mark</p>'),
        ('<pre>print("a ...") -- x</pre><p>"So"</p>', '<pre>print("a ...") -- x</pre><p>“So”</p>'),
        ('<p>Run <code>"x" -- y...</code> "now"</p>', '<p>Run <code>"x" -- y...</code> “now”</p>'),
        ('<ul><li>"a"</li><li>"b" ...</li></ul>', "<ul><li>“a”</li><li>“b” …</li></ul>"),
        ("<p>a<br>\"b\"</p>", "<p>a<br>“b”</p>"),
        ('<p title="a>b &quot;c">"d"</p>', '<p title="a>b &quot;c">“d”</p>'),
        ("", ""), ("plain", "plain"), ("<p></p>", "<p></p>"),
        ("<p>a &lt; \"b\" &amp; c</p>", "<p>a &lt; “b” &amp; c</p>"),
    ],
)  # fmt: skip
def test_html_is_set_between_its_tags_and_not_in_them(html: str, set_: str) -> None:
    assert set_html(html, "en") == set_


def _letters(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LMN")


_PIECES = [*"ab5 .,-'\"،؟:()…", "می", "\u200c", "آب", "ß", "<b>", "</b>", "&amp;", "<br>", "<code>", "</code>", "\n"]
_TYPED = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


@given(_TYPED, st.sampled_from(["en", "fa", "ar", "ku", "de"]))
def test_no_letter_and_no_digit_is_ever_changed_lost_or_moved(typed: str, language: str) -> None:
    html = clean_html(typed)

    set_ = set_html(html, language)

    assert _letters(set_) == _letters(html)
    assert re.findall(r"<[^>]*>", set_) == re.findall(r"<[^>]*>", html)
    # Set twice, it stands as it did.
    assert set_html(set_, language) == set_


@given(_TYPED, st.sampled_from(["en", "fa"]))
def test_words_stay_apart_and_together_as_they_were(typed: str, language: str) -> None:
    words = re.findall(r"[^\W_]+(?:\u200c[^\W_]+)*", typed)

    assert re.findall(r"[^\W_]+(?:\u200c[^\W_]+)*", set_line(typed, language)) == words or "\u200c\u200c" in typed


def test_a_line_that_would_grow_over_its_limit_stays_as_it_was_typed() -> None:
    typed = "ا؟ب" + "آ" * 1_997

    article, _ = well_set(make_page("fa", headline=typed, kicker=typed).article, make_page("fa").enrichment)

    assert (article.headline, article.kicker) == (typed, typed)


def test_a_whole_story_is_set_and_kept_as_it_was_typed() -> None:
    page = make_page(
        headline='The "old" dam', standfirst="It isn't -- yet", body_html='<p>He said "no".</p>',
        images=(Image(media="1" * 64, caption='A "dam"', alt="It isn't"),), correction=Correction(note='Not "new"'),
    )  # fmt: skip

    article, _ = well_set(page.article, page.enrichment)

    assert (article.headline, article.standfirst) == ("The “old” dam", "It isn’t—yet")
    assert article.body_html == "<p>He said “no”.</p>"
    assert (article.images[0].caption, article.images[0].alt) == ("A “dam”", "It isn’t")
    assert article.correction
    assert article.correction.note == "Not “new”"


@pytest.mark.parametrize("typography", [True, False])
def test_channels_get_it_set_unless_the_newsroom_does_not_want_it(*, typography: bool) -> None:
    desk = Desk(House(renditions=("full", "light"), typography=typography))

    desk.article(moderated(headline='The "old" dam', body_html='<p>He said "no".</p>'))

    (full, *_) = desk.told
    assert full.headline == ("The “old” dam" if typography else 'The "old" dam')
    assert b'The \\"old\\" dam' in desk.fields["article:a1"]["article"]


@pytest.mark.parametrize("page", list(example_pages()), ids=lambda page: page.article.id.rpartition(":")[2])
def test_the_examples_keep_their_words(page: Page) -> None:
    article, _ = well_set(page.article, page.enrichment)

    assert _letters(article.body_html) == _letters(page.article.body_html)
