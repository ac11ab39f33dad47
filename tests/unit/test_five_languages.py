"""Stories in the languages our readers write: told apart, counted, named and summed up."""

from dataclasses import dataclass

import pytest

from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.enrichment.languages import languages_of
from shared.articles import Direction, Enrichment
from tests.browser.newsroom import Newsroom
from tests.builders import article

HOUSE = House()


@dataclass(frozen=True, slots=True)
class Told:
    """A story and what a careful reader says of it."""

    headline: str
    body: str
    direction: Direction
    words: int
    slug: str
    opening: str


STORIES = {
    "en": Told(
        "Harbour school re-opens after flood",
        "<p>The school by the harbour opened again on Monday, six weeks after the flood. Its 214 pupils had been "
        "taught in a fish hall.</p><p>Mrs. Olsen, who teaches the smallest, carried the books in herself.</p>",
        Direction.LTR, 35, "harbour-school-re-opens-after-flood",
        "The school by the harbour opened again on Monday, six weeks after the flood.",
    ),
    "fa": Told(
        "مدرسهٔ بندر پس از سیل باز شد",
        "<p>مدرسهٔ کنار بندر دوشنبه، شش هفته پس از سیل، دوباره باز شد. ۲۱۴ دانش\u200cآموز آن در سالن "
        "ماهی درس می\u200cخواندند.</p>"
        "<p>خانم معلم می\u200cگوید کتاب\u200cها را خودش آورده است.</p>",
        Direction.RTL, 28, "مدرسهٔ-بندر-پس-از-سیل-باز-شد",
        "مدرسهٔ کنار بندر دوشنبه، شش هفته پس از سیل، دوباره باز شد.",
    ),
    "ar": Told(
        "مدرسة الميناء تفتح أبوابها بعد الفيضان",
        "<p>فتحت المدرسة القريبة من الميناء أبوابها يوم الاثنين بعد ستة أسابيع من الفيضان. وكان تلاميذها، وعددهم ٢١٤، "
        "يدرسون في قاعة للسمك.</p><p>وتقول المعلمة إنها حملت الكتب بنفسها.</p>",
        Direction.RTL, 27, "مدرسة-الميناء-تفتح-أبوابها-بعد-الفيضان",
        "فتحت المدرسة القريبة من الميناء أبوابها يوم الاثنين بعد ستة أسابيع من الفيضان.",
    ),
    "ckb": Told(
        "قوتابخانەی بەندەر دوای لافاو کرایەوە",
        "<p>قوتابخانەکەی لای بەندەر ڕۆژی دووشەممە، شەش هەفتە دوای لافاوەکە، کرایەوە. ٢١٤ قوتابی لە هۆڵی "
        "ماسی دەیانخوێند.</p>"
        "<p>مامۆستاکە دەڵێت کتێبەکانی خۆی هەڵگرتووە.</p>",
        Direction.RTL, 21, "قوتابخانەی-بەندەر-دوای-لافاو-کرایەوە",
        "قوتابخانەکەی لای بەندەر ڕۆژی دووشەممە، شەش هەفتە دوای لافاوەکە، کرایەوە.",
    ),
    "ku": Told(
        "Dibistana benderê piştî lehiyê vebû",
        "<p>Dibistana li ber benderê roja duşemê, şeş hefte piştî lehiyê, ji nû ve vebû. 214 xwendekarên wê di hola "
        "masiyan de dixwendin.</p><p>Mamoste dibêje ku wê bi xwe pirtûk anîne.</p>",
        Direction.LTR, 30, "dibistana-benderê-piştî-lehiyê-vebû",
        "Dibistana li ber benderê roja duşemê, şeş hefte piştî lehiyê, ji nû ve vebû.",
    ),
}  # fmt: skip


def found(code: str) -> Enrichment:
    told = STORIES[code]
    return enrich(article(headline=told.headline, body_html=told.body), HOUSE)


@pytest.mark.parametrize("code", STORIES)
class TestAStory:
    def test_is_told_by_its_language_and_reads_its_way(self, code: str) -> None:
        assert (found(code).language, found(code).direction) == (code, STORIES[code].direction)

    def test_has_as_many_words_as_a_reader_counts(self, code: str) -> None:
        assert found(code).word_count == STORIES[code].words

    def test_has_a_name_in_its_own_letters(self, code: str) -> None:
        assert found(code).slug == STORIES[code].slug

    def test_is_introduced_and_summed_up_by_whole_sentences(self, code: str) -> None:
        assert found(code).teaser.startswith(STORIES[code].opening)
        assert found(code).summary.startswith(STORIES[code].opening)

    def test_has_no_step_that_fails(self, code: str) -> None:
        assert found(code).failed_steps == ()


@pytest.mark.parametrize(
    ("headline", "code", "direction"),
    [
        ("BBC: مدرسهٔ بندر پس از سیل باز شد", "fa", Direction.RTL),
        ("گزارش Reuters از بندرعباس: مدرسه باز شد", "fa", Direction.RTL),
        ("«مدرسه» re-opens: how one Persian word became a song", "en", Direction.LTR),
        ("214 تلميذا يعودون إلى المدرسة بعد UNICEF", "ar", Direction.RTL),
    ],
)
def test_a_headline_of_two_directions_reads_the_way_of_its_story(
    headline: str, code: str, direction: Direction
) -> None:
    told = enrich(article(headline=headline, body_html=STORIES[code].body), HOUSE)

    assert (told.language, told.direction) == (code, direction)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("می\u200cروم", 1), ("کتاب\u200cها و نامه\u200cها", 3), ("کتـــاب", 1), ("۱۴۰۵/۰۹/۰۵", 1), ("«آری»، گفت.", 2),
        ("نه؛ هرگز؟", 2), ("و — و", 2), ("٪ ۱۲", 1),
    ],
)  # fmt: skip
def test_words_in_arabic_script_are_counted_as_they_are_read(text: str, words: int) -> None:
    assert enrich(article(body_html=f"<p>{text}</p>", language="fa"), HOUSE).word_count == words


def test_sentences_of_one_language_are_never_taken_for_another() -> None:
    tell = languages_of(HOUSE.languages).tell
    parts = [
        (code, sentence)
        for code, told in STORIES.items()
        for sentence in (told.opening, told.headline)
    ]  # fmt: skip

    assert [(tell(sentence), sentence) for _, sentence in parts] == parts


def test_a_changed_headline_breaks_no_link() -> None:
    newsroom = Newsroom()
    told = {"id": "a", "status": "usable", "body_html": STORIES["fa"].body}
    newsroom.story(revision=1, headline=STORIES["fa"].headline, **told)
    before = {fact.path for fact in newsroom.facts if fact.path}

    newsroom.story(revision=2, headline="مدرسهٔ بندر باز شد و دوباره بسته شد", slug="closed-again", **told)

    assert before
    assert {fact.path for fact in newsroom.facts if fact.path} == before
