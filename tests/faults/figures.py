"""How long things took: from submission to rendition, after an outage, and at the end."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.reading import OUTPUTS, Evidence, Fact


@dataclass(frozen=True)
class Spread:
    """Seconds: the middle, nearly all, the worst."""

    count: int
    p50: float
    p99: float
    worst: float


def spread(values: Iterable[float]) -> Spread:
    """All zero where there are no values."""
    ordered = sorted(values) or [0.0]
    last = len(ordered) - 1
    return Spread(len(ordered), ordered[last // 2], ordered[round(last * 0.99)], ordered[last])


def _first(facts: Iterable[Fact]) -> dict[tuple[str, int], Fact]:
    first: dict[tuple[str, int], Fact] = {}
    for fact in facts:
        first.setdefault((fact.item, fact.revision), fact)
    return first


def articles(evidence: Evidence, page: str = "renditions.full") -> list[float]:
    """Seconds from ``articles.submitted`` to each revision's first rendition, embargo not counted."""
    said = _first(evidence.about("articles.submitted"))
    seconds = []
    for mark, shown in _first(evidence.about(page)).items():
        if mark in said:
            began = max(said[mark].ms, said[mark].embargo_ms)
            seconds.append((shown.ms - began) / 1000)
    return seconds


def comments(evidence: Evidence) -> list[float]:
    """Seconds from ``comments.submitted`` to ``comments.moderated``; then it may wait for its story."""
    said = _first(evidence.about("comments.submitted"))
    decided = _first(evidence.about("comments.moderated"))
    return [(fact.ms - said[mark].ms) / 1000 for mark, fact in decided.items() if mark in said]


def recoveries(evidence: Evidence, outages: Iterable[tuple[float, float]]) -> list[float]:
    """Seconds from Redis' return to the next commit of any service, for each outage."""
    written = sorted({fact.ms for stream in OUTPUTS for fact in evidence.facts[stream]})
    seconds = []
    for began, ended in outages:
        later = next((ms for ms in written if ms > began * 1000 + 50), None)
        if later is not None:
            seconds.append(max(0.0, later / 1000 - ended))
    return seconds
