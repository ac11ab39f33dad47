"""A story in a few of its own sentences."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from services.enrichment.draft import Draft, House
from services.enrichment.folded import stems_in
from services.enrichment.sentences import sentences
from shared.model import primary

MOST_SENTENCES = 3
_READ = 120
"""Sentences looked at; what a long story is about stands before that."""
_SHORTEST = 6
"""Words; what is shorter says nothing by itself."""
_USUAL = 9
"""Telling words of a sentence that is not short; one with fewer does not win by having said little."""
_HEADLINE = 2.0
_OPENING = 1.0
_FIRST_OF_PARAGRAPH = 0.15
"""What counts beside common words: being about the headline, opening the story, opening a paragraph."""

_NOTHING = frozenset(("",))


class _Sentence(NamedTuple):
    position: int
    text: str
    roots: frozenset[str]
    factor: float
    """What the sum of its words is multiplied by: one over their number, more where it opens something."""


def summary(draft: Draft, house: House) -> Draft:
    """Up to three whole sentences, in the order they stand there, that together say most of what the story says.

    Each is chosen for the words it shares with the rest of the story that no earlier one has said. The opening
    counts for itself: a news story begins with its news. Extractive after SumBasic (Nenkova and Vanderwende, 2005).
    Empty where the story has no sentences; nothing is cut.
    """
    stems_of = stems_in(primary(draft.language))
    left = _read(draft, stems_of)
    if not left:
        return draft
    about = _roots(draft.article.headline.split(), stems_of)
    weight = Counter(chain.from_iterable(one.roots for one in left))
    total = sum(weight.values()) or 1
    share = {root: count / total for root, count in weight.items()}
    share |= {root: (1 + _HEADLINE) * share[root] for root in about & share.keys()}
    chosen: list[_Sentence] = []
    room = house.summary_characters
    while len(chosen) < MOST_SENTENCES and (left := [one for one in left if len(one.text) <= room]):
        worth = [sum(map(share.__getitem__, one.roots)) * one.factor for one in left]
        best = left.pop(worth.index(max(worth)))
        chosen.append(best)
        room -= len(best.text) + 1
        # Said once is said: the next sentence should tell something else.
        share |= {root: share[root] ** 2 for root in best.roots}
    return replace(draft, summary=" ".join(one.text for one in sorted(chosen)))


def _read(draft: Draft, stems_of: Callable[[str], tuple[str, ...]]) -> list[_Sentence]:
    each = ((text, nth == 0) for paragraph in draft.prose for nth, text in enumerate(sentences(paragraph)))
    found = []
    for position, (text, opens) in enumerate(islice(each, _READ)):
        chunks = text.split()
        if len(chunks) < _SHORTEST:
            continue
        roots = _roots(chunks, stems_of)
        # The mean of its telling words: a sentence does not win by being long, nor a short one by saying little.
        factor = (1 + _OPENING * (position == 0) + _FIRST_OF_PARAGRAPH * opens) / max(_USUAL, len(roots))
        found.append(_Sentence(position, text, roots, factor))
    return found


def _roots(chunks: list[str], stems_of: Callable[[str], tuple[str, ...]]) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(stems_of, chunks))) - _NOTHING
