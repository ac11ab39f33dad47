"""Texts made ready to be searched for names, with the way back to what was written.

Folds further than moderation does: hamza, teh marbuta and Latin accents are left out as often as they are written, and
a name found by mistake costs less than a listed word taken for another.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache

from services.enrichment.remembered import LONGEST, Remembered
from shared.fold import fold

ZWNJ = "\u200c"
PROCLITIC = "[وف]?(?:[بکل](?:ال)?|ال)?"
"""What Arabic joins to the beginning of a word: and, so, in, like, for, the."""
_PROCLITIC = re.compile(PROCLITIC)
_LONGEST_PROCLITIC = 4
_LIKE = str.maketrans({"ة": "ه", "ي": "ی", "ە": "ه", "ı": "i"})
_ADDRESS = re.compile(r"://|\w@\w|^\W{0,3}www\.", re.IGNORECASE)
_CHUNK = re.compile(rf"[^\s{ZWNJ}]+")
_NOT_WORD = re.compile(r"[\W_]+")
_JOINED_END = {"fa": frozenset({"ها", "های", "هایی"})}
"""Endings written on without a break. One letter is none of them: تهرانی is not تهران."""
JOINING = {"ar": "before", "fa": "after"}
"""Languages that write something on to a name without a break, and at which of its ends."""
_HALF_SPACED_END = {
    "fa": frozenset(
        "ها های هایی هایش هایشان ای ی یی ام ات اش مان تان شان اند است".split()  # noqa: SIM905
    )
}


_LONGEST_END = max(len(one) for endings in _HALF_SPACED_END.values() for one in endings)


class _Alike(dict[int, str]):
    """Each letter without marks, in Latin and Arabic script; nothing for a mark by itself. Filled as letters come."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0]
        one = base if base < "\u0250" or "\u0600" <= base <= "\u06ff" else chr(code)
        mark = unicodedata.category(one) == "Mn" and not "\u0900" <= one < "\ufe00"
        self[code] = "" if mark else one.translate(_LIKE)
        return self[code]


_ALIKE = _Alike()


@dataclass(frozen=True, slots=True)
class Text:
    """A text to search in, folded; it remembers where each run of characters without a space stood in the original."""

    original: str
    folded: str
    starts: tuple[int, ...]
    """Where each run begins, folded."""
    places: tuple[tuple[int, int], ...]
    """Where it begins and ends in the original."""
    shouted: bool
    """True where capitals say nothing, because there is nothing else."""

    def hide(self, what: re.Pattern[str]) -> "Text":
        """The same, with what matches as letters of no name."""
        return replace(self, folded=what.sub(lambda found: "\0" * len(found[0]), self.folded))

    def written(self, start: int, end: int) -> str:
        """The original of folded characters ``start`` to ``end``, letters and digits only."""
        return letters(self.original[self._origin(start) : self._origin(end - 1) + 1])

    def whole(self, start: int, end: int, language: str, *, exact: bool) -> bool:
        """True where a name of ``language`` stands by itself, but for what its language joins to a name."""
        return self._begins(start, language, exact=exact) and self._ends(end, language, exact=exact)

    def _begins(self, start: int, language: str, *, exact: bool) -> bool:
        if start == 0:
            return True
        if self.folded[start - 1] == " ":
            return not self._half_space(start - 1)
        if exact or language != "ar":
            return False
        before = self.folded[max(0, start - _LONGEST_PROCLITIC - 1) : start].rpartition(" ")[2]
        return _PROCLITIC.fullmatch(before) is not None

    def _ends(self, end: int, language: str, *, exact: bool) -> bool:
        following = self.folded[end : end + _LONGEST_END + 2]
        joined = following[:1] != " "
        if not following or (not joined and not self._half_space(end)):
            return True
        if exact:
            return False
        rest = following.removeprefix(" ").split(" ", 1)[0]
        if joined and language == "fa" and rest == "ی":
            # Ezafe, but only after a long vowel; elsewhere the letter makes another word.
            return self.folded[end - 1] in "او"
        return rest in (_JOINED_END if joined else _HALF_SPACED_END).get(language, ())

    def _half_space(self, position: int) -> bool:
        """True where the space was a zero-width non-joiner within a word."""
        run = bisect_right(self.starts, position) - 1
        at = self.places[run][1]
        last = position == (self.starts[run + 1] if run + 1 < len(self.starts) else len(self.folded)) - 1
        return last and self.original[at : at + 1] == ZWNJ and not self.original[at + 1 : at + 2].isspace()

    def _origin(self, position: int) -> int:
        run = bisect_right(self.starts, position) - 1
        begin, end = self.places[run]
        return begin + _origins(self.original[begin:end])[position - self.starts[run]]


def read(text: str) -> Text:
    """``text`` to search in. Web and mail addresses name nobody."""
    parts: list[str] = []
    starts: list[int] = []
    places: list[tuple[int, int]] = []
    length = 0
    for run in _CHUNK.finditer(text):
        if folded := _FOLDED[run[0]]:
            parts.append(folded)
            starts.append(length)
            places.append(run.span())
            length += len(folded) + 1
    return Text(text, " ".join(parts), tuple(starts), tuple(places), text.isupper())


def plain(text: str) -> str:
    """As ``read`` folds it, several times as fast."""
    return " ".join(filter(None, map(_FOLDED.__getitem__, _CHUNK.findall(text))))


def letters(text: str) -> str:
    """Without anything between."""
    return _NOT_WORD.sub("", text)


def _folded(run: str) -> str:
    return "" if len(run) > LONGEST or _ADDRESS.search(run) else fold(run).text.translate(_ALIKE).strip()


_FOLDED = Remembered(_folded)


@lru_cache(maxsize=1_024)
def _origins(run: str) -> tuple[int, ...]:
    """For each character of the folded run, where in the run it came from."""
    folded = fold(run)
    kept = [(one, at) for one, at in zip(folded.text, folded.origin, strict=True) if one.translate(_ALIKE)]
    lead = next((n for n, (one, _) in enumerate(kept) if one != " "), 0)
    return tuple(at for _, at in kept[lead:])
