"""What light pages weigh beside their own words, and beside what others allow themselves."""

from statistics import median

from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared import dcb
from shared.dictionary import build
from tests.budget import brotlied, gzipped, ratio, visible, without_photo
from tests.stories import LONGEST, SHORTEST, stories

EACH = 50
BBC_LITE = 50_000
"""Bytes, the budget of BBC's lite pages."""


def weights() -> str:
    """A table in Markdown."""
    rows = []
    for language in ("en", "fa"):
        made = stories(language, EACH)
        pages = [LIGHT.render(page) for page in made]
        dictionary = build([LIGHT.render(page) for page in stories(language, 30, seed=77)])
        with_it = [len(dcb.compress(without_photo(html).encode(), dictionary)) for html in pages]
        words = [brotlied(visible(html)) for html in pages]
        saved = median(held / bare for held, bare in zip(with_it, words, strict=True))
        rows.append(
            f"| {language} | {median(words):,.0f} B | {median(brotlied(without_photo(html)) for html in pages):,.0f} B "
            f"| **{median(map(ratio, pages)):.2f}** | {median(with_it):,.0f} B | **{saved:.2f}** "
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
            "Made stories share a vocabulary, so their dictionary saves more than one of real news would.",
        ]
    )
