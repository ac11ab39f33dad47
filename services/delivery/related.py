"""Which stories are about the same: those found on the lists of what a story is about; docs/decisions/0018."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from math import log

from services.delivery.near import is_copy
from services.delivery.recent import SHOWN, Recent, recent_of
from shared.articles import Enrichment, Term
from shared.keys import escape
from shared.model import primary

READ = 32
"""Stories a list keeps, all of which are read: how many there are says how common its word is."""
CONSIDERED = 24
"""Of those that share most, so many are looked at closely."""
LEAST = 1.0
"""Below this, what two stories share is a coincidence: one minor word, or several that stand everywhere."""
HALF_LIFE_DAYS = 30.0
"""So far apart in time two stories are half as near."""
SAME_SECTION = 1.1


def about_key(language: str, term: Term) -> str:
    """The list of the stories in this language that are about this."""
    return f"about:{primary(language)}:{escape(term.text)}"


def abouts_of(enrichment: Enrichment) -> tuple[str, ...]:
    """The lists this story stands on."""
    return tuple(about_key(enrichment.language, term) for term in enrichment.terms)


def ranked(own: Recent, terms: Sequence[Term], lists: Mapping[str, Sequence[bytes]]) -> tuple[Recent, ...]:
    """Stories on the same matter, the nearest first, at most ``SHOWN``: never two copies of one report, never a copy of
    this one, none that was replaced.

    A shared word counts by its weight here and by how few stories share it; far apart in time counts less, the same
    section a little more.
    """
    score: defaultdict[bytes, float] = defaultdict(float)
    for term in terms:
        members = lists.get(about_key(own.language, term), ())
        worth = term.weight * log(1 + READ / max(len(members), 1))
        for member in members:
            score[member] += worth
    enough = [(worth, member) for member, worth in score.items() if worth >= LEAST]
    found = [(recent_of(member), worth) for worth, member in nlargest(CONSIDERED, enough)]
    near = sorted(found, key=lambda pair: (-pair[1] * _fits(own, pair[0]), pair[0].id))
    return chosen(own, (one for one, _ in near), replaced=gone_by(own, (one for one, _ in found)))


def chosen(
    own: Recent, candidates: Iterable[Recent], before: Sequence[Recent] = (), replaced: frozenset[str] = frozenset()
) -> tuple[Recent, ...]:
    """The first that fit beside ``before``, until all are ``SHOWN``."""
    taken = list(before)
    for one in candidates:
        if len(taken) >= SHOWN:
            break
        if one.family == own.family or one.id in replaced or primary(one.language) != primary(own.language):
            continue
        if is_copy(own, one) or any(_repeats(one, other) for other in taken):
            continue
        taken.append(one)
    return tuple(taken)


def gone_by(own: Recent, known: Iterable[Recent]) -> frozenset[str]:
    """Ids of the stories that one of these replaces."""
    return frozenset(one.supersedes for one in (own, *known) if one.supersedes)


def _fits(own: Recent, other: Recent) -> float:
    # Apart from this story, not from now: the order stays as it is until something is published.
    days = abs((own.published_at - other.published_at).total_seconds()) / 86_400
    section = SAME_SECTION if own.section and own.section == other.section else 1.0
    return float(section * 0.5 ** (days / HALF_LIFE_DAYS))


def _repeats(one: Recent, other: Recent) -> bool:
    return one.id == other.id or is_copy(one, other)
