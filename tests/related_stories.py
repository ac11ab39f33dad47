"""How well related stories are found: sixty labelled stories, and what else could be offered instead."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path

from services.delivery.near import sketch_of
from services.delivery.recent import Recent
from services.delivery.related import READ, about_key, chosen, ranked
from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from shared.articles import Article, Enrichment, Term

DATA = Path(__file__).parent / "data" / "related.txt"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = 3
"""Places that count."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A story, what it is about, and how it would be listed."""

    topic: str
    article: Article
    enrichment: Enrichment
    listed: Recent


def labelled() -> tuple[Labelled, ...]:
    """All of them. Topics take turns in time, so that being new says nothing about being related."""
    told: list[tuple[str, str, str, str, str]] = []
    topic = language = ""
    lines = [line for line in DATA.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    for at, line in enumerate(lines):
        if line.startswith("== "):
            topic, language = line[3:].rsplit(" ", 1)
        elif " | " in line:
            section, headline = line.split(" | ", 1)
            told.append((topic, language, section, headline, lines[at + 1]))
    order = random.Random(19).sample(range(len(told)), len(told))
    return tuple(_story(*one, at=order[at]) for at, one in enumerate(told))


def _story(topic: str, language: str, section: str, headline: str, text: str, at: int) -> Labelled:
    article = Article(
        id=f"{language}-{at}", revision=1, headline=headline, section=section, body_html=f"<p>{text}</p>",
        language=language, published_at=NOON - timedelta(hours=at),
    )  # fmt: skip
    enrichment = enrich(article, House())
    listed = Recent(
        id=article.id, language=language, headline=headline, place=f"{language}/{at}", section=section,
        published_at=NOON - timedelta(hours=at), reading_minutes=1, sketch=sketch_of(enrichment.fingerprint),
    )  # fmt: skip
    return Labelled(topic, article, enrichment, listed)


Offer = Callable[[Labelled], Sequence[Recent]]


def by_terms(stories: Sequence[Labelled], terms: Mapping[str, Sequence[Term]] | None = None) -> Offer:
    """What delivery finds, and the newest where that is too little; ``terms`` by id instead of our own."""
    said = terms or {one.article.id: one.enrichment.terms for one in stories}
    lists: defaultdict[str, list[bytes]] = defaultdict(list)
    for one in sorted(stories, key=lambda one: one.listed.published_at, reverse=True):
        for term in said[one.article.id]:
            held = lists[about_key(one.listed.language, term)]
            if len(held) < READ:
                held.append(one.listed.model_dump_json(exclude_none=True).encode())
    newest = by_time(stories)
    return lambda own: chosen(own.listed, newest(own), ranked(own.listed, said[own.article.id], lists))


def by_time(stories: Sequence[Labelled], *, same_section: bool = False) -> Offer:
    """The newest in the language, those of the same section first where that is wanted."""

    def offer(own: Labelled) -> Sequence[Recent]:
        others = [
            one.listed for one in stories
            if one.listed.language == own.listed.language and one.article.id != own.article.id
        ]  # fmt: skip
        others.sort(key=lambda one: one.published_at, reverse=True)
        if same_section:
            others.sort(key=lambda one: one.section != own.listed.section)
        return others

    return offer


def at_random(stories: Sequence[Labelled], seed: int) -> Offer:
    """Any in the language."""
    chance, newest = random.Random(seed), by_time(stories)
    return lambda own: chance.sample(list(newest(own)), AT)


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over all stories, 0 to 1."""

    precision: float
    ndcg: float


def quality(stories: Sequence[Labelled], offer: Offer) -> Quality:
    """Precision and nDCG of the first ``AT``; a story of the same topic and language is right, any other wrong."""
    topic_of = {one.article.id: (one.topic, one.listed.language) for one in stories}
    ideal = sum(1 / log2(place + 2) for place in range(AT))
    precision = ndcg = 0.0
    for own in stories:
        right = [topic_of[one.id] == topic_of[own.article.id] for one in offer(own)[:AT]]
        precision += sum(right) / AT
        ndcg += sum(1 / log2(place + 2) for place, is_right in enumerate(right) if is_right) / ideal
    return Quality(precision / len(stories), ndcg / len(stories))


def all_offers(stories: Sequence[Labelled]) -> dict[str, Quality]:
    """Ours, and the three that need no knowledge of what a story is about; random is the mean of 50."""
    chance = [quality(stories, at_random(stories, seed)) for seed in range(50)]
    return {
        "related": quality(stories, by_terms(stories)),
        "newest": quality(stories, by_time(stories)),
        "newest of the section": quality(stories, by_time(stories, same_section=True)),
        "random": Quality(
            sum(one.precision for one in chance) / len(chance), sum(one.ndcg for one in chance) / len(chance)
        ),
    }
