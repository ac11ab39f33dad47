"""Finds names that must never leave, however they are written: a hold is cheap, and a name that got out is not.

Found with whatever stands before or behind it in its word (`ورضا فرهادی‌ها`), written together (`#RezaFarhadi`), split
over lines, and with the last word first (`Farhadi, Reza`). A short name is a word of its own, else it would find half
the dictionary.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress

from ahocorasick_rs import AhoCorasick

from services.moderation.guess import readings
from shared.comments import Span
from shared.fold import Folded, fold

LONG_ENOUGH = 5
"""Letters of a name that is found within a word."""
LONG_ENOUGH_APART = 8
"""Letters of a name that is found whatever spaces stand between its letters."""
PIECE = 2_000
"""Characters that are folded at once: what is folded as a whole can be made to take its square in time."""
_BREAK = re.compile(r"\s(?=\S*$)")
_WRITES_NO_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO ", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Name:
    """``term``: folded, as it was given. ``span``: in the original text."""

    term: str
    span: Span


class Protected:
    """The protected terms of one story."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms: dict[str, set[str]] = {}
        for term in terms:
            for form in _forms(term):
                self._terms.setdefault(form, set()).add(fold(term).text.strip())
        self._whole = _automaton(self._terms, lambda _: True)
        self._apart = _automaton(self._terms, lambda form: " " not in form and len(form) >= LONG_ENOUGH_APART)

    def find(self, text: str) -> Iterator[Name]:
        """Each once, whichever reading of the text shows it."""
        told: set[tuple[str, int]] = set()
        for folded in _readings(text) if self._terms else ():
            for form, start, end in chain(_whole(folded, self._whole), _apart(folded, self._apart)):
                span = folded.span(start, end)
                for term in sorted(self._terms[form]):
                    if (term, span.start) not in told:
                        told.add((term, span.start))
                        yield Name(term, span)


@lru_cache(maxsize=256)
def protected(terms: tuple[str, ...]) -> Protected:
    """Kept at hand: every comment under a story asks for the same ones."""
    return Protected(terms)


Automaton = tuple[tuple[str, ...], AhoCorasick] | None


def _forms(term: str) -> set[str]:
    """As a text may have it once it is folded: in order or with its last word first, apart or written together."""
    forms = set()
    for spelled in {fold(term).text.strip(), *(one.text.strip() for one in readings(term))} - {""}:
        words = spelled.split()
        for order in (words, [*words[-1:], *words[:-1]], words[::-1]):
            forms |= {" ".join(order), "".join(order)}
    return forms


def _automaton(forms: Iterable[str], wanted: Callable[[str], bool]) -> Automaton:
    chosen = tuple(filter(wanted, forms))
    return (chosen, AhoCorasick(chosen)) if chosen else None


def _whole(folded: Folded, automaton: Automaton) -> Iterator[tuple[str, int, int]]:
    text = folded.text
    for form, start, end in _matches(text, automaton):
        ends_are_its_own = (start == 0 or text[start - 1] == " ") and (end == len(text) or text[end] == " ")
        if ends_are_its_own or _stands_anywhere(form):
            yield form, start, end


def _apart(folded: Folded, automaton: Automaton) -> Iterator[tuple[str, int, int]]:
    if automaton is None:
        return
    kept = tuple(compress(range(len(folded.text)), map(" ".__ne__, folded.text)))
    for form, start, end in _matches(folded.text.replace(" ", ""), automaton):
        yield form, kept[start], kept[end - 1] + 1


def _matches(text: str, automaton: Automaton) -> Iterator[tuple[str, int, int]]:
    if automaton is not None:
        forms, finder = automaton
        for number, start, end in finder.find_matches_as_indexes(text, overlapping=True):
            yield forms[number], start, end


def _stands_anywhere(form: str) -> bool:
    return len(form.replace(" ", "")) >= LONG_ENOUGH or unicodedata.name(form[0], "").startswith(_WRITES_NO_SPACES)


def _readings(text: str) -> Iterator[Folded]:
    """The folded text, and what it may be meant to say; none twice."""
    told: list[tuple[int, list[Folded]]] = []
    for at, piece in pieces(text):
        folded = fold(piece)
        told.append((at, [folded, *readings(piece, folded)]))
    seen = set()
    for number in range(max((len(ways) for _, ways in told), default=0)):
        chosen = [(at, ways[min(number, len(ways) - 1)]) for at, ways in told]
        whole = "".join(one.text for _, one in chosen)
        if whole not in seen:
            seen.add(whole)
            yield Folded(whole, tuple(at + place for at, one in chosen for place in one.origin))


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Where each begins, and its text; cut behind white space where there is any."""
    at = 0
    while at < len(text):
        end = at + PIECE
        if end < len(text) and (gap := _BREAK.search(text, at + PIECE // 2, end)):
            end = gap.end()
        yield at, text[at:end]
        at = end
