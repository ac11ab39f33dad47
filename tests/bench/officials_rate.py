"""How well names are found in labelled sentences, and what finding them costs."""

from statistics import median
from time import perf_counter

from services.enrichment.draft import Draft, House
from services.enrichment.gazetteer.files import load
from services.enrichment.steps.call_out import call_out
from services.enrichment.steps.entities import entities
from services.enrichment.steps.text import text
from tests.contract.test_officials import SENTENCES, counted
from tests.stories import stories

ROUNDS = 5
LANGUAGES = {"en": "English", "fa": "Persian", "ar": "Arabic"}


def officials_rates() -> str:
    """A section in Markdown."""
    gazetteer = load()
    house = House(gazetteer=gazetteer)
    rows = [
        f"| {name} | {figures['precision']:.2f} | {figures['recall']:.2f} |"
        for language, name in LANGUAGES.items()
        for figures in (counted(language),)
    ]
    costs = [f"{_cost(language, house):.2f} ms in {LANGUAGES[language]}" for language in ("en", "fa")]
    traps = sum("trap" in one for one in SENTENCES)
    return "\n".join(
        [
            "## Names",
            "",
            f"{len(SENTENCES)} sentences of our own, {traps} of them traps, and the {len(gazetteer.listings)} shipped",
            "listings (tests/contract/data/officials/sentences.toml), written by who wrote the code.",
            "",
            "| | precision | recall |",
            "|---|--:|--:|",
            *rows,
            "",
            f"Names and call-out of a story of about 600 words: {', '.join(costs)}; the median of {ROUNDS} rounds.",
        ]
    )


def _cost(language: str, house: House) -> float:
    told = [page for page in stories(language, 40) if 500 <= page.enrichment.word_count <= 700]
    drafts = [text(Draft(article=page.article, slug="s", language=language), house) for page in told]
    rounds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        for draft in drafts:
            call_out(entities(draft, house), house)
        rounds.append((perf_counter() - began) * 1000 / len(drafts))
    return median(rounds)


if __name__ == "__main__":
    print(officials_rates())
