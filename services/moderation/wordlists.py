"""Finds listed words in a text, however they are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from shared.comments import Span
from shared.fold import Folded, fold

_ZWNJ = "\u200c"


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word and where it stands in the original text."""

    list: str
    term: str
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a list; ``open_end`` also takes whatever is written on at its end."""

    list: str
    written: str
    open_end: bool


class Words:
    """All words of one language. Words are whole: a list's ``ass`` does not find ``class``."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for name, written in terms:
            for spelling in _spellings(written):
                self._terms[spelling].append(Term(name, written, written.endswith("*")))
        self._patterns = tuple(self._terms)
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None

    def find(self, text: str) -> Iterator[Found]:
        """Every listed word, in the order of the text."""
        if self._automaton is None:
            return
        folded = fold(text)
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
            if _inside_word(folded, start - 1):
                continue
            whole = not _inside_word(folded, end)
            for term in self._terms[self._patterns[pattern]]:
                if whole or term.open_end:
                    yield Found(term.list, term.written, folded.span(start, end))


def _spellings(written: str) -> set[str]:
    """A term with a zero-width non-joiner is written with a space as often; without any it folds by itself."""
    term = written.removesuffix("*")
    return {fold(spelling).text.strip() for spelling in (term, term.replace(_ZWNJ, " "))} - {""}


def _inside_word(folded: Folded, position: int) -> bool:
    return 0 <= position < len(folded.text) and folded.text[position] != " "
