"""What enrichment finds out about stories and comments."""

import pytest

from services.enrichment.draft import House
from services.enrichment.enrich import enrich, enrich_comment
from services.enrichment.languages import languages_of
from shared.articles import Direction
from shared.comments import Author, Comment
from shared.links import links
from tests.builders import NOW, article

HOUSE = House()

ENGLISH = "The council met on Tuesday to decide about the water works, and nobody came."
PERSIAN = "شورای شهر روز سه\u200cشنبه دربارهٔ آب تصمیم گرفت و هیچ\u200cکس نیامد."
ARABIC = "اجتمع مجلس المدينة يوم الثلاثاء للبت في أمر المياه ولم يحضر أحد."
SORANI = "ئەنجومەنی شار ڕۆژی سێشەممە بۆ بڕیاردان لەسەر ئاو کۆبووەوە و کەس نەهات."
KURMANJI = "Meclisa bajêr roja sêşemê ji bo biryara avê civiya û kes nehat."


def comment(body: str, language: str | None = None) -> Comment:
    author = Author(id="u", name="Ada")
    return Comment(id="c", article_id="a", revision=1, author=author, body=body, language=language, created_at=NOW)


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        (ENGLISH, "en", Direction.LTR),
        (PERSIAN, "fa", Direction.RTL),
        (ARABIC, "ar", Direction.RTL),
        (SORANI, "ckb", Direction.RTL),
        (KURMANJI, "ku", Direction.LTR),
    ],
)
def test_language_and_direction_are_told_from_the_text(text: str, language: str, direction: Direction) -> None:
    found = enrich(article(headline=text, body_html=f"<p>{text}</p>"), HOUSE)

    assert (found.language, found.direction) == (language, direction)


def test_the_newsrooms_own_language_wins() -> None:
    found = enrich(article(headline=ENGLISH, body_html=f"<p>{ENGLISH}</p>", language="fa-AF"), HOUSE)

    assert (found.language, found.direction) == ("fa-AF", Direction.RTL)


def test_a_script_subtag_decides_the_direction() -> None:
    assert enrich(article(language="ku-Arab"), HOUSE).direction is Direction.RTL
    assert enrich(article(language="fa-Latn"), HOUSE).direction is Direction.LTR


@pytest.mark.parametrize("text", ["", "12 34", "👍", "Съвет на града решава за водата"])
def test_a_text_nobody_in_the_house_writes_is_undetermined(text: str) -> None:
    assert languages_of(HOUSE.languages).tell(text) == "und"


def test_a_language_that_cannot_be_told_stops_the_start() -> None:
    with pytest.raises(ValueError, match="xx"):
        languages_of(("en", "xx"))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        ("<p>one <b>two</b> three</p>", 3),
        ("<p>w<b>or</b>d</p>", 1),
        ("<p>one</p><p>two</p>", 2),
        ("<ul><li>one</li><li>two</li></ul>three", 3),
        ("<table><tr><td>one</td><td>two</td></tr></table>", 2),
        ("one<br>two<hr>three", 3),
        ("<p>state-of-the-art isn't two</p>", 3),
        ("<p>one — two – three…four</p>", 4),
        ("<p>&amp; ! ?</p>", 0),
        ("<p>3.5 million</p>", 2),
        ("<p>می\u200cخواهم خانه\u200cهایشان را ببینم</p>", 4),
        ("<p>كِتَابٌ جَدِيدٌ</p>", 2),
        ('<p><a href="https://example.org/a" title="not these">this</a></p>', 1),
    ],
)
def test_words_are_what_readers_read(body: str, count: int) -> None:
    assert enrich(article(body_html=body), HOUSE).word_count == count


@pytest.mark.parametrize(
    ("words", "language", "minutes"),
    [(0, "en", 1), (1, "en", 1), (238, "en", 1), (239, "en", 2), (357, "en", 2), (200, "fa", 1), (201, "fa-IR", 2),
     (477, "de-CH", 3), (288, "ar", 2), (289, "ar", 3), (477, "xx", 3)],
)  # fmt: skip
def test_reading_minutes_go_by_the_pace_of_the_language(words: int, language: str, minutes: int) -> None:
    found = enrich(article(body_html="<p>" + "word " * words + "</p>", language=language), HOUSE)

    assert (found.word_count, found.reading_minutes) == (words, minutes)


def test_the_pace_is_a_setting() -> None:
    house = House(words_per_minute={"en": 10})

    assert enrich(article(body_html="<p>" + "word " * 25 + "</p>", language="en"), house).reading_minutes == 3


def test_a_teaser_is_whole_sentences_that_fit() -> None:
    first, second = "The council met. ", "It decided nothing at all, as Dr. A. Smith of the U.S. embassy noted. "

    found = enrich(article(body_html=f"<p>{first}{second}</p><p>{'Much more was said. ' * 20}</p>"), HOUSE)

    assert found.teaser.startswith((first + second).strip())
    assert found.teaser.endswith("said.")
    assert len(found.teaser) <= 200


def test_an_abbreviation_ends_no_sentence() -> None:
    house = House(teaser_characters=40)

    found = enrich(article(body_html="<p>Yesterday Mr. Brown came here. Then all went home again.</p>"), house)

    assert found.teaser == "Yesterday Mr. Brown came here."


def test_a_persian_teaser_ends_at_its_own_question_mark() -> None:
    house = House(teaser_characters=30)

    found = enrich(article(body_html="<p>آب کجا رفت؟ هیچ\u200cکس در شهر پاسخی نداشت و همه ماندند.</p>"), house)

    assert found.teaser == "آب کجا رفت؟"


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    found = enrich(article(body_html=f"<p>{'endless ' * 100}</p>"), HOUSE)

    assert found.teaser.endswith("endless…")
    assert len(found.teaser) <= 200


def test_a_story_without_text_is_announced_by_its_standfirst() -> None:
    assert enrich(article(body_html="", standfirst="In short."), HOUSE).teaser == "In short."


@pytest.mark.parametrize(
    ("headline", "slug", "made"),
    [
        ("Water for All, at Last!", None, "water-for-all-at-last"),
        ("آب برای همه\u200cی ما", None, "آب-برای-همه-ی-ما"),
        ("Headline", "my-own-slug", "my-own-slug"),
        ("Headline", "../../etc/passwd?x#y", "etc-passwd-x-y"),
        ("Headline", "!!!", "headline"),
    ],
)
def test_a_slug_is_readable_and_safe_in_an_address(headline: str, slug: str | None, made: str) -> None:
    assert enrich(article(headline=headline, slug=slug), HOUSE).slug == made


def test_a_slug_is_never_empty_and_stays_the_same_for_an_id() -> None:
    first = enrich(article("id", headline="؟!"), HOUSE).slug

    assert first.startswith("story-")
    assert first == enrich(article("id", 2, headline="…"), HOUSE).slug


def test_a_long_headline_makes_a_slug_of_whole_words() -> None:
    made = enrich(article(headline="word " * 100), HOUSE).slug

    assert len(made) <= 80
    assert set(made.split("-")) == {"word"}


def test_a_comments_language_is_told_from_its_text() -> None:
    facts = enrich_comment(comment("این مقاله خیلی خوب بود، ممنون"), HOUSE)

    assert facts is not None
    assert facts.language == "fa"


def test_a_comment_is_not_believed_to_be_in_a_language_of_another_script() -> None:
    disguised, honest = enrich_comment(comment("تو احمق هستی", "en"), HOUSE), enrich_comment(comment("OK", "en"), HOUSE)

    assert disguised is not None
    assert honest is not None
    assert (disguised.language, honest.language) == ("fa", "en")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/a?b=c.", ["https://example.org/a?b=c"]),
        ("see example.com, or www.example.org!", ["example.com", "www.example.org"]),
        ("write to me@example.org", ["me@example.org"]),
        ("hxxp://evil.example/x", ["hxxp://evil.example/x"]),
        ("go to evil[.]com or evil (dot) net or evil . com now", ["evil[.]com", "evil (dot) net", "evil . com"]),
        ("😀😀 ببینید example.com را", ["example.com"]),
        ("Nothing here. Really. 3.5 million, e.g. this", []),
        ("پایان جمله.شروع جمله", []),
    ],
)
def test_links_of_a_comment_are_found_where_they_stand(text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in links(text)] == found
