"""What a page may weigh; renditions, "The light budget". Figures are in docs/benchmarks.md."""

import random
import re
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from statistics import median

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.delivery.page import Page
from services.delivery.renditions.full import FULL
from services.delivery.renditions.json import JSON
from services.delivery.renditions.light import LIGHT
from services.enrichment.gazetteer.files import load
from services.ingest.sanitise import clean_html
from shared import dcb
from shared.articles import Accountability
from shared.dictionary import build
from shared.document import StoryDocument
from tests.budget import brotlied, gzipped, ratio, visible, without_photo
from tests.contract.rendition_pages import example_pages, make_page
from tests.stories import LIMIT_PHOTO, sentences, stories

LANGUAGES = ("en", "fa")
MOST_RATIO = {"en": 1.20, "fa": 1.23}
MADE = {language: stories(language, 50) for language in LANGUAGES}
LIGHTS = {language: [LIGHT.render(page) for page in pages] for language, pages in MADE.items()}
TEXTS = {language: [LIGHT.render(replace(page, pictures={})) for page in pages] for language, pages in MADE.items()}
"""The same without their photos: what a photo costs is another budget."""
FETCHES = "script,iframe,object,embed,video,audio,source,form,link[rel=stylesheet],[src],[srcset]"
BLOCKS = re.compile(r'<link[^>]+rel="?stylesheet|<script[^>]+src=')


def with_a_copy(page: Page) -> Page:
    """The same, and another copy of the report to name."""
    return replace(page, same=page.related[:1])


def clean(page: Page) -> Page:
    """As ingest lets it through: one of the examples brings a script along."""
    body_html = clean_html(page.article.body_html)
    return replace(page, article=page.article.model_copy(update={"body_html": body_html}))


def fetches(html: str) -> bool:
    """True where a browser would ask for anything beside the page."""
    tree = LexborHTMLParser(html)
    asked = [one for one in tree.css(FETCHES) if not (one.attributes.get("src") or "").startswith("data:")]
    styles = " ".join(one.text() for one in tree.css("style"))
    return bool(asked) or "url(" in styles or "@import" in styles


def broken(html: str) -> list[str]:
    """Which limits of a light page this one is over."""
    bare = without_photo(html)
    rules = {
        "text over 4,500 B": brotlied(bare) > 4_500,
        "brotli over 9,000 B": brotlied(html) > 9_000,
        "gzip over 10,500 B": gzipped(html) > 10_500,
        "a second request": fetches(html),
        "an icon is asked for": '<link rel="icon" href="data:,">' not in html,
    }
    return [name for name, is_broken in rules.items() if is_broken]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_light_page_is_within_every_limit(language: str) -> None:
    examples = [LIGHT.render(clean(page)) for page in example_pages() if page.enrichment.language == language]

    copied = [LIGHT.render(with_a_copy(page)) for page in MADE[language]]
    assert not [found for html in (*LIGHTS[language], *copied, *examples) for found in broken(html)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_calls_out_as_many_officials_as_the_house_wants_is_within_every_limit(language: str) -> None:
    gazetteer = load()
    listed = [one for one in gazetteer.listings.values() if one.accountable]
    longest = sorted(listed, key=lambda one: len(one.name_in(language)), reverse=True)[:2]
    found = tuple(Accountability(official=one.name_in(language), contact_url=one.contact_url) for one in longest)

    full = [
        replace(page, enrichment=page.enrichment.model_copy(update={"accountability": found}))
        for page in MADE[language]
    ]  # fmt: skip

    assert {len(page.accountability) for page in full} == {3}
    assert not [rule for page in full for rule in broken(LIGHT.render(page))]
    for page in full:
        if page.enrichment.word_count <= 800:
            assert "data:image/webp" in LIGHT.render(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_costs_hardly_more_than_its_words(language: str) -> None:
    assert median(map(ratio, TEXTS[language])) <= MOST_RATIO[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_dictionary_of_other_stories_it_costs_less_than_its_words(language: str) -> None:
    dictionary = build([LIGHT.render(page) for page in stories(language, 30, seed=77)])

    costs = [
        len(dcb.compress(html.encode(), dictionary)) / brotlied(visible(html))
        for html in TEXTS[language]
    ]  # fmt: skip

    assert median(costs) <= 1.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_travels_along_while_there_is_room_and_its_caption_always(language: str) -> None:
    for page, html in zip(MADE[language], LIGHTS[language], strict=True):
        caption = page.article.images[0].caption

        assert page.photo
        assert len(b64decode(page.photo.light)) <= LIMIT_PHOTO
        assert caption
        assert caption in re.sub("&#39;", "'", html)
        if page.enrichment.word_count <= 800:
            assert "data:image/webp" in html


def test_a_page_says_to_search_engines_what_its_standfirst_says() -> None:
    told = make_page(headline="Water", standfirst='The "old" dam & <b>more</b>')
    untold = make_page(headline="Water")

    described = [
        one.attributes["content"] for page in (told, untold)
        for one in LexborHTMLParser(LIGHT.render(page)).css("meta[name=description]")
    ]  # fmt: skip

    assert described == [told.article.standfirst, untold.enrichment.teaser]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_full_page_is_within_its_limits(language: str) -> None:
    for page in (*MADE[language], *example_pages()):
        html = FULL.render(page)

        assert brotlied(html) <= 9_000
        assert not BLOCKS.search(html)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda html: html + "".join(sha256(bytes([n])).hexdigest() for n in range(120)), "text over 4,500 B"),
        (lambda html: html.replace('base64,', "base64," + "".join(f"{n * n:x}" for n in range(2_500)), 1),
         "brotli over 9,000 B"),
        (lambda html: html.replace('base64,', "base64," + "".join(f"{n * n:x}" for n in range(4_000)), 1),
         "gzip over 10,500 B"),
        (lambda html: html + '<img src="/media/x">', "a second request"),
        (lambda html: html + "<script>1</script>", "a second request"),
        (lambda html: html + "<style>a{background:url(/x)}</style>", "a second request"),
        (lambda html: html.replace('<link rel="icon" href="data:,">', ""), "an icon is asked for"),
    ],
    ids=["text", "photo", "gzip", "picture", "script", "background", "icon"],
)  # fmt: skip
def test_a_page_over_a_limit_is_noticed(spoil: object, rule: str) -> None:
    html = LIGHTS["en"][0]

    assert not broken(html)
    assert rule in broken(spoil(html))  # type: ignore[operator]


def bits(text: str) -> float:
    """Of brotli, a letter."""
    return 8 * brotlied(text) / len(text)


def told(page: Page) -> str:
    blocks = StoryDocument.model_validate_json(JSON.render(page)).blocks
    return "\n".join(" ".join((block.text, *block.items)) for block in blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_made_text_is_as_hard_to_compress_as_the_examples(language: str) -> None:
    examples = [told(page) for page in example_pages() if page.enrichment.language == language]
    joined = ["\n".join(examples[at : at + 3]) for at in range(len(examples) - 2)]

    def beside(real: list[str]) -> float:
        """Median of made text's bits to real text's, at the real text's length."""
        return median(
            bits("\n".join(sentences(language, len(text.split()), random.Random(f"{n} {len(text)}")))) / bits(text)
            for text in real
            for n in range(20)
        )

    assert 0.96 <= beside(examples) <= 1.04
    # Three stories have three times the names of one: joined they are harder than one of their length can be.
    assert 0.85 <= beside(joined) <= 1.0
