"""Finds listed words in a text, however they are written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from services.moderation.guess import readings
from shared.comments import Span
from shared.fold import Folded, fold

_ZWNJ = "\u200c"


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word and where it stands in the original text."""

    list: str
    term: str
    span: Span
    level: int = 1
    """How far the text was folded: 1 changes nothing a reader sees, 2 guesses."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a list; ``open_end`` also takes whatever is written on at its end."""

    list: str
    written: str
    open_end: bool


class Words:
    """All words of one language. Words are whole: a list's ``ass`` does not find ``class``."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        told = list(terms)
        self._sure, self._meant = _Patterns(told, _spellings), _Patterns(told, _bare_spellings)

    def find(self, text: str) -> Iterator[Found]:
        """Every listed word, in the order of the text; then those that may be meant."""
        folded = fold(text)
        sure = [Found(*one, level=1) for one in self._sure.find(folded)]
        yield from sure
        told = {(one.list, one.term, one.span.start) for one in sure}
        for reading in readings(text, folded):
            for name, term, span in self._meant.find(reading):
                if (name, term, span.start) not in told:
                    told.add((name, term, span.start))
                    yield Found(name, term, span, level=2)


class _Patterns:
    """Spellings of listed words, found all at once."""

    def __init__(self, terms: Iterable[tuple[str, str]], spellings: Callable[[str], set[str]]) -> None:
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for name, written in terms:
            for spelling in spellings(written):
                self._terms[spelling].append(Term(name, written, written.endswith("*")))
        self._patterns = tuple(self._terms)
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None

    def find(self, folded: Folded) -> Iterator[tuple[str, str, Span]]:
        """List, term and place."""
        if self._automaton is None:
            return
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
            if _inside_word(folded, start - 1):
                continue
            whole = not _inside_word(folded, end)
            for term in self._terms[self._patterns[pattern]]:
                if whole or term.open_end:
                    yield term.list, term.written, folded.span(start, end)


def _spellings(written: str) -> set[str]:
    """A term with a zero-width non-joiner is written with a space as often; without any it folds by itself."""
    term = written.removesuffix("*")
    return {fold(spelling).text.strip() for spelling in (term, term.replace(_ZWNJ, " "))} - {""}


def _bare_spellings(written: str) -> set[str]:
    """A guess takes off what stands on a letter, so a term is looked for as a guess would read it."""
    term = written.removesuffix("*")
    bare = {next(readings(spelling)).text.strip() for spelling in (term, term.replace(_ZWNJ, " "))}
    return _spellings(written) | (bare - {""})


def _inside_word(folded: Folded, position: int) -> bool:
    return 0 <= position < len(folded.text) and folded.text[position] != " "
