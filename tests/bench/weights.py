"""What light pages weigh beside their own words, and beside what others allow themselves."""

from dataclasses import replace
from statistics import median

from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared import dcb
from shared.dictionary import build
from tests.budget import brotlied, gzipped, ratio, visible
from tests.stories import LONGEST, SHORTEST, stories

EACH = 50
BBC_LITE = 50_000
"""Bytes, the budget of BBC's lite pages."""


def weights() -> str:
    """A table in Markdown."""
    rows, easiest = [], []
    for language in ("en", "fa"):
        made = stories(language, EACH)
        pages = [LIGHT.render(page) for page in made]
        texts = [LIGHT.render(replace(page, pictures={})) for page in made]
        dictionary = build([LIGHT.render(page) for page in stories(language, 30, seed=77)])
        with_it = [len(dcb.compress(html.encode(), dictionary)) for html in texts]
        words = [brotlied(visible(html)) for html in texts]
        saved = median(held / bare for held, bare in zip(with_it, words, strict=True))
        plain = [LIGHT.render(replace(page, pictures={})) for page in stories(language, EACH, unheard=0.0)]
        easiest.append(f"{median(map(ratio, plain)):.3f} ({language})")
        rows.append(
            f"| {language} | {median(words):,.0f} B | {median(map(brotlied, texts)):,.0f} B "
            f"| **{median(map(ratio, texts)):.3f}** | {median(with_it):,.0f} B | **{saved:.3f}** "
            f"| {max(map(brotlied, pages)):,} / {max(map(gzipped, pages)):,} B "
            f"| {max(brotlied(FULL.render(page)) for page in made):,} B |"
        )
    return "\n".join(
        [
            "## What a page weighs",
            "",
            f"{EACH} made stories in each language, {SHORTEST} to {LONGEST:,} words, every element on the page, three",
            "comments, a photo of up to 4,096 bytes (tests/stories.py says how they are made). Brotli 11 unless named;",
            "the first five columns are medians without the photo, the last two are the heaviest page.",
            "",
            "| | its words | light page | ÷ words | with dictionary | ÷ words | with photo, brotli / gzip | full |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *rows,
            "",
            "The limits, which the suite holds: 1.20 English and 1.23 Persian, 1.00 with a dictionary made of other",
            f"stories, 9,000 / 10,500 B with the photo, 9,000 B for full. BBC allows a lite page {BBC_LITE:,} B.",
            "The ratio depends on how hard the text is: without any word that stands nowhere else, which makes long",
            f"stories easier than real ones, it is {' and '.join(easiest)}.",
            "Made stories share a vocabulary, so their dictionary saves more than one of real news would.",
        ]
    )
