"""What enriching costs, step by step, beside libraries that do a part of the same jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from services.enrichment.draft import Draft, House
from services.enrichment.enrich import enrich
from services.enrichment.gazetteer.files import load
from services.enrichment.steps import STEPS
from services.enrichment.steps.slug import fallback
from shared.articles import Article
from shared.blocks import blocks_of
from tests.stories import stories

ROUNDS = 5
SHORTEST, LONGEST = 500, 700
"""Words: stories of about 600."""
LANGUAGES = {"en": "English", "fa": "Persian"}
AIM_PER_SECOND = 500


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one language: microseconds a story, by step, and stories a second of all of it."""

    by_step: dict[str, float]
    per_second: float
    yake_us: float


def enrichment_rates() -> str:
    """A section in Markdown."""
    house = House(gazetteer=load())
    costs = {language: _cost(language, house) for language in LANGUAGES}
    rows = [
        f"| `{name}` | {' | '.join(f'{cost.by_step[name]:,.0f} µs' for cost in costs.values())} |" for name, _ in STEPS
    ]
    told = [f"**{cost.per_second:,.0f} stories/s** in {LANGUAGES[name]}" for name, cost in costs.items()]
    peers = [f"{cost.yake_us / cost.by_step['terms']:,.0f} × in {LANGUAGES[name]}" for name, cost in costs.items()]
    return "\n".join(
        [
            "## Enrichment",
            "",
            "Made stories of about 600 words, one process. No step has seen a story before, but most of its words,",
            f"as on a desk. Medians of {ROUNDS} rounds. All steps: {', '.join(told)}; the aim is {AIM_PER_SECOND}.",
            "",
            f"| step | {' | '.join(LANGUAGES.values())} |",
            "|---|--:|--:|",
            *rows,
            "",
            f"YAKE finds the terms of a story, and nothing else, in {', '.join(peers)} the time of our step `terms`.",
        ]
    )


def _cost(language: str, house: House) -> Cost:
    told = [page.article for page in stories(language, 60) if SHORTEST <= page.enrichment.word_count <= LONGEST]
    by_step: dict[str, list[float]] = {name: [] for name, _ in STEPS}
    for _ in range(ROUNDS):
        for name, spent in _round(told, house).items():
            by_step[name].append(spent)
    from yake import KeywordExtractor

    extractor = KeywordExtractor(lan=language, n=2, top=14)
    return Cost(
        {name: median(spent) for name, spent in by_step.items()},
        1e6 / median(_each(told, lambda article: enrich(article, house)) for _ in range(ROUNDS)),
        median(_each(told[:5], lambda article: extractor.extract_keywords(_text(article))) for _ in range(3)),
    )


def _round(told: Sequence[Article], house: House) -> dict[str, float]:
    blocks_of.cache_clear()
    spent = dict.fromkeys((name for name, _ in STEPS), 0.0)
    for article in told:
        draft = Draft(article=article, slug=fallback(article.id))
        for name, step in STEPS:
            began = perf_counter()
            draft = step(draft, house)
            spent[name] += perf_counter() - began
    return {name: 1e6 * seconds / len(told) for name, seconds in spent.items()}


def _each(told: Sequence[Article], work: Callable[[Article], object]) -> float:
    blocks_of.cache_clear()
    began = perf_counter()
    for article in told:
        work(article)
    return 1e6 * (perf_counter() - began) / len(told)


def _text(article: Article) -> str:
    return "\n".join(block.text for block in blocks_of(article.body_html))


if __name__ == "__main__":
    print(enrichment_rates())
