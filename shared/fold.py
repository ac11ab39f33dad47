"""One spelling for the many ways to write a word, and the way back to where it stood.

Nothing here guesses: two texts that fold alike look alike to a reader. Moderation finds listed words with it, and
enrichment names.
"""

import unicodedata
from collections.abc import Iterator
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


def fold(text: str) -> Folded:
    """``text`` in NFKC and casefolded, without invisible characters, tatweel and Arabic marks.

    Variants of yeh, kaf and heh are one letter each, digits are 0-9, and whatever stands between words,
    punctuation included, is one space.
    """
    folded: list[str] = []
    origin: list[int] = []
    for position, cluster in _clusters(text):
        for character in _folded(cluster):
            if character == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(character)
            origin.append(position)
    return Folded("".join(folded), tuple(origin))


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
