"""A story in a few of its own sentences."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, islice

from services.enrichment.draft import Draft, House
from services.enrichment.folded import stems_in
from services.enrichment.sentences import sentences

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


@dataclass(frozen=True, slots=True)
class _Sentence:
    position: int
    text: str
    opens: bool
    roots: frozenset[str]


def summary(draft: Draft, house: House) -> Draft:
    """Up to three whole sentences, in the order they stand there, that together say most of what the story says.

    Each is chosen for the words it shares with the rest of the story that no earlier one has said. The opening
    counts for itself: a news story begins with its news. Extractive after SumBasic (Nenkova and Vanderwende, 2005).
    Empty where the story has no sentences; nothing is cut.
    """
    found = _read(draft)
    if not found:
        return draft
    about = _roots(draft.article.headline, draft)
    weight = Counter(chain.from_iterable(one.roots for one in found))
    total = sum(weight.values()) or 1
    share = {root: count / total * (1 + _HEADLINE * (root in about)) for root, count in weight.items()}
    chosen: list[_Sentence] = []
    left = found
    room = house.summary_characters
    while len(chosen) < MOST_SENTENCES and (left := [one for one in left if len(one.text) <= room]):
        best = max(left, key=lambda one: (_worth(one, share), -one.position))
        chosen.append(best)
        room -= len(best.text) + 1
        left = [one for one in left if one is not best]
        # Said once is said: the next sentence should tell something else.
        share.update({root: share[root] ** 2 for root in best.roots})
    in_order = sorted(chosen, key=lambda one: one.position)
    return replace(draft, summary=" ".join(one.text for one in in_order))


def _read(draft: Draft) -> list[_Sentence]:
    each = ((text, nth == 0) for paragraph in draft.prose for nth, text in enumerate(sentences(paragraph)))
    return [
        _Sentence(position, text, opens, _roots(text, draft))
        for position, (text, opens) in enumerate(islice(each, _READ))
        if len(text.split(maxsplit=_SHORTEST)) >= _SHORTEST
    ]


def _roots(text: str, draft: Draft) -> frozenset[str]:
    stems_of = stems_in(draft.language.split("-")[0].lower())
    return frozenset(chain.from_iterable(map(stems_of, text.split()))) - _NOTHING


def _worth(sentence: _Sentence, share: dict[str, float]) -> float:
    """The mean share of its telling words; a sentence does not win by being long."""
    mean = sum(map(share.__getitem__, sentence.roots)) / max(_USUAL, len(sentence.roots))
    return mean * (1 + _OPENING * (sentence.position == 0) + _FIRST_OF_PARAGRAPH * sentence.opens)
