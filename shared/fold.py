"""One spelling for the many ways to write a word, and the way back to where it stood.

Nothing here guesses: two texts that fold alike look alike to a reader. Moderation finds listed words with it, and
enrichment names.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.comments import Span

_TATWEEL = "\u0640"
_ARABIC_MARKS = frozenset(
    chr(mark)
    for first, last in (
        (0x0610, 0x061A), (0x064B, 0x0652), (0x0656, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
        (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED),
    )
    for mark in range(first, last + 1)
)  # fmt: skip
# Unicode's default-ignorable letters and marks, which category Cf does not name.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0")
_SAME_LETTER = str.maketrans({**dict.fromkeys("يىېۍ", "ی"), **dict.fromkeys("كڪ", "ک"), **dict.fromkeys("ەہھ", "ه")})


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its characters the one of the original that it came from."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Where the folded characters ``start`` to ``end`` (exclusive) stood in the original."""
        return Span(start=self.origin[start], end=self.origin[end - 1] + 1)


class Letters(dict[int, str]):
    """For ``str.translate``: what ``ask`` says of a character, asked once. Nobody fills memory with rare ones."""

    MOST = 16_384

    def __init__(self, ask: Callable[[str], str]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, code: int) -> str:
        if len(self) >= self.MOST:
            self.clear()
        self[code] = answer = self._ask(chr(code))
        return answer


_GONE, _LONGER, _COMBINES = "\0\1\2"
"""In the shape of a text, for what is not one letter; no letter folds to these."""
_RUN, _MARKS = re.compile(r" +|\x01+|[^ \x00\x01]+(?: [^ \x00\x01]+)*"), re.compile(r"[\x00\x02]+")


def fold(text: str) -> Folded:
    """``text`` in NFKC and casefolded, without invisible characters, tatweel and Arabic marks.

    Variants of yeh, kaf and heh are one letter each, digits are 0-9, and whatever stands between words,
    punctuation included, is one space.
    """
    # Run by run, most of several words: of the usual text, a letter at a time takes five times as long.
    shape = text.translate(_SHAPES)
    folded: list[str] = []
    origin: list[int] = []
    at = 0
    for marks in _MARKS.finditer(shape) if _COMBINES in shape else ():
        if _COMBINES in marks[0]:
            start = max(marks.start() - 1, 0)
            _add_runs(text, shape, at, start, folded, origin)
            for position, cluster in _clusters(text[start : marks.end()]):
                _add_letters(_folded(cluster), start + position, folded, origin)
            at = marks.end()
    _add_runs(text, shape, at, len(text), folded, origin)
    return Folded("".join(folded), tuple(origin))


def _add_runs(text: str, shape: str, start: int, end: int, folded: list[str], origin: list[int]) -> None:
    for found in _RUN.finditer(shape, start, end):
        first, last = found.span()
        if shape[first] == _LONGER:
            for position in range(first, last):
                _add_letters(_folded(text[position]), position, folded, origin)
        elif shape[first] == " ":
            _add_letters(" ", first, folded, origin)
        else:
            folded.append(found[0])
            origin.extend(range(first, last))


def _add_letters(letters: str, position: int, folded: list[str], origin: list[int]) -> None:
    for letter in letters:
        if letter != " " or (folded and folded[-1] != " "):
            folded.append(letter)
            origin.append(position)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each visible character with the marks that combine with it, so that both ways to write é become one."""
    start, cluster = 0, ""
    for position, character in enumerate(text):
        if _dropped(character):
            continue
        if cluster and unicodedata.combining(character):
            cluster += character
            continue
        if cluster:
            yield start, cluster
        start, cluster = position, character
    if cluster:
        yield start, cluster


@lru_cache(maxsize=4096)
def _folded(cluster: str) -> str:
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(_letter(c) for c in composed.translate(_SAME_LETTER) if not _dropped(c))


def _letter(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character if unicodedata.category(character)[0] in "LNM" else " "


@lru_cache(maxsize=4096)
def _dropped(character: str) -> bool:
    return (
        character == _TATWEEL
        or character in _ARABIC_MARKS
        or character in _INVISIBLE
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _shape(character: str) -> str:
    """Of one character that no mark combines with: what it folds to, where that is one letter."""
    if _dropped(character):
        return _GONE
    if unicodedata.combining(character):
        return _COMBINES
    folded = _folded(character)
    return folded if len(folded) == 1 else _LONGER if folded else _GONE


_SHAPES = Letters(_shape)
