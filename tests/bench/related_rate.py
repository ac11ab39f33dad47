"""How well related stories are found, and what that costs: ``python -m tests.bench.related_rate``."""

import json
from collections.abc import Callable
from statistics import median
from time import perf_counter

from services.enrichment.draft import Draft, House
from services.enrichment.folded import stems_in
from services.enrichment.steps import STEPS
from services.enrichment.steps.fingerprint import fingerprint
from services.enrichment.steps.terms import MOST, terms
from shared.articles import Term
from tests.related_stories import Labelled, Quality, all_offers, by_terms, labelled, quality
from tests.stories import stories

ROUNDS = 15
WORDS = (550, 650)


def _drafts(language: str) -> list[Draft]:
    """Made stories of about 600 words, as they come to the steps measured here."""
    found = []
    for page in stories(language, 60):
        draft = Draft(article=page.article, slug="s")
        for name, step in STEPS:
            if name in {"text", "language", "word_count"}:
                draft = step(draft, House())
        if WORDS[0] <= draft.word_count <= WORDS[1]:
            found.append(draft)
    return found


def _ms(work: Callable[[Draft], object], drafts: list[Draft]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        for draft in drafts:
            work(draft)
        rounds.append((perf_counter() - began) * 1000 / len(drafts))
    return median(rounds)


def _yake(told: list[Labelled]) -> tuple[dict[str, tuple[Term, ...]], Callable[[Draft], object]]:
    """YAKE's key words as terms by article id, and the call that finds them."""
    from yake import KeywordExtractor

    by_language = {code: KeywordExtractor(lan=code, n=2, top=MOST) for code in ("en", "fa", "ar")}

    def words(draft: Draft) -> list[tuple[str, float]]:
        text = "\n".join((draft.article.headline, *draft.paragraphs))
        return list(by_language[draft.article.language or "en"].extract_keywords(text))

    found = {}
    for one in told:
        draft = dict(STEPS)["text"](Draft(article=one.article, slug="s"), House())
        keys = words(draft)
        # The less, the more telling; ours is the other way round.
        # In our spelling, so that only the choice of words is compared.
        stems_of = stems_in(one.listed.language)
        roots = [" ".join(root for chunk in text.split() for root in stems_of(chunk) if root) for text, _ in keys]
        found[one.article.id] = tuple(
            Term(text=text, weight=1 / (1 + place / 4)) for place, text in enumerate(dict.fromkeys(roots)) if text
        )
    return found, words


def _row(name: str, found: Quality) -> str:
    return f"| {name} | {found.precision:.2f} | {found.ndcg:.2f} |"


def related_rates() -> str:
    """Two tables in Markdown."""
    told = list(labelled())
    offers = all_offers(told)
    drafts = {language: _drafts(language) for language in ("en", "fa")}
    peer, extract = _yake(told)
    yake = quality(told, by_terms(told, peer))
    costs = [
        f"| {name} | {_ms(work, drafts['en']):.2f} | {_ms(work, drafts['fa']):.2f} |"
        for name, work in (
            ("`terms`", lambda draft: terms(draft, House())),
            ("`fingerprint`", lambda draft: fingerprint(draft, House())),
            ("YAKE, two words", extract),
        )
    ]
    bytes_each = median(len(json.dumps([term.model_dump() for term in one.enrichment.terms])) for one in told)
    return "\n".join(
        [
            "## Related stories",
            "",
            f"{len(told)} short stories of our own in English, Persian and Arabic on 15 topics, each across",
            "sections (tests/data/related.txt); of the first three stories offered, those on the same topic. Random is",
            "the mean of 50 draws.",
            "",
            "| | precision@3 | nDCG@3 |",
            "|---|--:|--:|",
            _row("**related** (terms, rarity, time)", offers["related"]),
            _row("the same ranking over YAKE's key words", yake),
            *(_row(name, found) for name, found in offers.items() if name != "related"),
            "",
            f"Milliseconds a story of about 600 words, the median of {ROUNDS} rounds; the aims are 0.4 and 0.5.",
            f"Terms are {bytes_each:,.0f} bytes of JSON a story.",
            "",
            "| | English | Persian |",
            "|---|--:|--:|",
            *costs,
        ]
    )


if __name__ == "__main__":
    print(related_rates())
