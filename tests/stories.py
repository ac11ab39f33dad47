"""Stories of any length in English and Persian, for measuring: every element on the page, and text that compresses
as news does.

The words and their order come from the example stories, by a chain in which each word depends on the one before it:
so common words are common and names come back, as in one story, while whole sentences do not repeat. A test
holds its bits a letter to those of the examples.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image as Pillow

from services.delivery.page import Page
from services.delivery.place import place_of
from services.delivery.renditions.json import JSON
from services.delivery.threads import threads
from shared.articles import Accountability, Byline, Correction, Image
from shared.document import StoryDocument
from tests.contract.rendition_pages import example_pages
from tests.pictures import shown

SHORTEST, LONGEST = 300, 1_500
"""Words of a story's text."""
LIMIT_PHOTO = 4_096
UNHEARD = {"en": 0.02, "fa": 0.05}
"""Share of words that stand nowhere else. Chosen by the bits a letter of the examples, and by nothing else: a made text
as long as one example costs as much; one as long as three joined costs a little less, since it is one story."""


@lru_cache
def _material(language: str) -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """Beginnings of sentences, and the words that follow each word."""
    begins, follows = [], defaultdict(list)
    for page in example_pages():
        if page.enrichment.language != language:
            continue
        for block in StoryDocument.model_validate_json(JSON.render(page)).blocks:
            words = " ".join((block.text, *block.items)).split()
            if len(words) < 8:
                continue
            begins.append(words[0])
            for word, following in itertools.pairwise(words):
                follows[word].append(following)
    return tuple(begins), dict(follows)


def sentences(language: str, words: int, dice: random.Random, unheard: float | None = None) -> list[str]:
    """Paragraphs of about so many words in all."""
    begins, follows = _material(language)
    share = UNHEARD[language] if unheard is None else unheard
    vocabulary = [word for word in follows if len(word) > 3]
    told: list[str] = []
    left = words
    while left > 0:
        word = dice.choice(begins)
        paragraph = [word]
        wanted = min(dice.randint(35, 90), left)
        while len(paragraph) < wanted:
            word = dice.choice(follows.get(word) or begins)
            paragraph.append(_unheard(vocabulary, dice) if dice.random() < share else word)
        told.append(" ".join(paragraph).rstrip("،,؛;:") + ".")
        left -= len(paragraph)
    return told


def _unheard(vocabulary: Sequence[str], dice: random.Random) -> str:
    """A word made of two: news is full of names and numbers that stand in no other sentence."""
    first, second = dice.choice(vocabulary), dice.choice(vocabulary)
    return first[: max(2, len(first) // 2)] + second[len(second) // 2 :]


@lru_cache(maxsize=16)
def photo(seed: int) -> bytes:
    """A WebP at 320 pixels that fills its budget, since a flat drawing would flatter the page."""
    dice = random.Random(seed)
    rough = Pillow.new("RGB", (24, 16))
    rough.putdata([(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(24 * 16)])
    smooth = rough.resize((320, 213), Pillow.Resampling.BICUBIC)
    best = b""
    for quality in range(1, 100, 2):
        written = BytesIO()
        smooth.save(written, "WEBP", quality=quality)
        if len(written.getvalue()) > LIMIT_PHOTO:
            break
        best = written.getvalue()
    return best


def stories(language: str, number: int, seed: int = 9, unheard: float | None = None) -> list[Page]:
    """So many stories, from the shortest to the longest, each with its photo, thread, call-out and neighbours."""
    patterns = [page for page in example_pages() if page.enrichment.language == language and page.article.images]
    return [
        _story(patterns, language, n, number, random.Random(f"{seed} {language} {n}"), unheard) for n in range(number)
    ]


def _slug(headline: str) -> str:
    return "-".join(headline.lower().split())


def _story(
    patterns: Sequence[Page], language: str, n: int, number: int, dice: random.Random, unheard: float | None
) -> Page:
    pattern = patterns[n % len(patterns)]
    words = SHORTEST + (LONGEST - SHORTEST) * n // max(number - 1, 1)
    told = sentences(language, words, dice, unheard)
    short = [" ".join(one.split()[: dice.randint(6, 11)]) for one in sentences(language, 1_200, dice, unheard)]
    body = "".join(
        f"<h2>{short[at % len(short)]}</h2><p>{one}</p>" if at % 6 == 5 else f"<p>{one}</p>"
        for at, one in enumerate(told)
    )
    fields: dict[str, Any] = {
        "id": f"made:{language}-{n}", "headline": short[0], "kicker": short[1][:30], "standfirst": told[0][:140],
        "section": "جامعه" if language == "fa" else "Society",
        "byline": (Byline(name="نگار سپهری" if language == "fa" else "Nadia Farrow"),),
        "dateline": "دره‌سبز" if language == "fa" else "Darreh Sabz", "body_html": body,
        "images": (Image(media="0" * 64, caption=short[2], alt=short[3], credit="CC0"),),
        "accountability": (
            Accountability(official=short[4][:30], office=short[5][:30], contact_url="https://answer.example/letter",
                           campaign_url="https://answer.example/campaign"),
        ),
        "correction": Correction(note=short[6]) if n % 4 == 0 else None,
    }  # fmt: skip
    article = pattern.article.model_copy(update=fields)
    near = tuple(
        one.model_copy(
            update={
                "headline": short[7 + at],
                "place": place_of(short[7 + at], language, "-".join(short[7 + at].lower().split())),
            }
        )
        for at, one in enumerate(pattern.related[:3])
    )
    enrichment = pattern.enrichment.model_copy(
        update={"word_count": words, "reading_minutes": -(-words // (238 if language == "en" else 200))}
    )
    image = photo(n % 8)
    made = replace(
        pattern, article=article, enrichment=enrichment, related=near, pictures=shown(article.images, image),
        comments=pattern.comments[:3], place=place_of(article.id, language, _slug(short[0])),
    )  # fmt: skip
    assert threads(made.comments, 20, 3_000).total == len(made.comments)
    return made
