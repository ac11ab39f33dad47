"""Names as they may be spelled, and texts made ready to be searched for them.

Folds further than moderation does: hamza, teh marbuta and Latin accents are left out as often as they are written, and
a name found by mistake costs less than a listed word taken for another. Offsets lead back to the original.
"""

import re
import unicodedata
from dataclasses import dataclass

from shared.fold import fold

_ZWNJ = "\u200c"
_LIKE = str.maketrans({"ة": "ه", "ي": "ی", "ە": "ه", "ı": "i"})
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
PROCLITIC = "[وف]?(?:[بکل](?:ال)?|ال)?"
"""What Arabic joins to the beginning of a word: and, so, in, like, for, the."""
_PROCLITIC = re.compile(PROCLITIC)
_JOINED_END = {"fa": frozenset({"ها", "های", "هایی"})}
"""Endings written on without a break. One letter is none of them: تهرانی is not تهران."""
_HALF_SPACED_END = {
    "fa": frozenset(
        "ها های هایی هایش هایشان ای ی یی ام ات اش مان تان شان اند است".split()  # noqa: SIM905
    )
}


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
    """A text to search in: folded, and for each character the one of the original it came from."""

    original: str
    folded: str
    origin: tuple[int, ...]

    def hide(self, what: re.Pattern[str]) -> "Text":
        """The same, with what matches as letters of no name."""
        return Text(self.original, what.sub(lambda found: "\0" * len(found[0]), self.folded), self.origin)

    def written(self, start: int, end: int) -> str:
        """The original of folded characters ``start`` to ``end``, letters and digits only."""
        return letters(self.original[self.origin[start] : self.origin[end - 1] + 1])

    def whole(self, start: int, end: int, language: str, *, exact: bool) -> bool:
        """True where a name of ``language`` stands by itself, but for what its language joins to a name."""
        return self._begins(start, language, exact=exact) and self._ends(end, language, exact=exact)

    def shouted(self) -> bool:
        """True where capitals say nothing, because there is nothing else."""
        return self.original.isupper()

    def _begins(self, start: int, language: str, *, exact: bool) -> bool:
        if start == 0 or self.folded[start - 1] == " ":
            return start == 0 or not self._half_space(start - 1)
        if exact or language != "ar":
            return False
        word = self.folded.rfind(" ", 0, start) + 1
        return _PROCLITIC.fullmatch(self.folded, word, start) is not None

    def _ends(self, end: int, language: str, *, exact: bool) -> bool:
        if end == len(self.folded):
            return True
        joined = self.folded[end] != " "
        if not joined and not self._half_space(end):
            return True
        if joined and language == "fa" and self.folded[end - 1] in "او" and self.folded[end:].split(" ", 1)[0] == "ی":
            return not exact  # ezafe after a long vowel
        rest = self.folded[end if joined else end + 1 :].split(" ", 1)[0]
        allowed = _JOINED_END if joined else _HALF_SPACED_END
        return not exact and rest in allowed.get(language, ())

    def _half_space(self, position: int) -> bool:
        """True where the space was a zero-width non-joiner within a word."""
        at = self.origin[position]
        return self.original[at] == _ZWNJ and not self.original[at + 1 : at + 2].isspace()


def read(text: str) -> Text:
    """``text`` to search in. Web and mail addresses name nobody."""
    shown = (
        _ADDRESS.sub(lambda address: " " * len(address[0]), text)
        if "@" in text or "www" in text or "://" in text
        else text
    )
    folded = fold(shown.replace(_ZWNJ, " "))
    plainer = folded.text.translate(_ALIKE)
    if len(plainer) == len(folded.text):
        return Text(text, plainer, folded.origin)
    kept = tuple(at for one, at in zip(folded.text, folded.origin, strict=True) if one.translate(_ALIKE))
    return Text(text, plainer, kept)


def plain(text: str) -> str:
    """As ``read`` folds it, without spaces around."""
    return read(text).folded.strip()


def letters(text: str) -> str:
    """Without anything between."""
    return _NOT_WORD.sub("", text)


def spellings(name: str, language: str) -> set[str]:
    """Every folded way to write ``name``."""
    found = {plain(name), plain(name.replace(_ZWNJ, ""))}
    if language == "fa":
        # Ezafe after a silent heh is written with a mark, with a half space and a yeh, or not at all.
        found |= {one.replace("ه ", "ه ی ") for one in found}
        # هیئت and هیأت are one word, and both are right.
        found |= {one.replace("هییت", "هیات") for one in found}
    if language == "ar":
        # For and the melt into each other, and into the first letter of a name that begins with lam.
        found |= {"لل" + one[2:].removeprefix("ل") for one in found if one.startswith("ال")}
    return found - {""}


def protector(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds protected terms in folded text, with or without spaces in them and with anything written on."""
    names = {plain(term).replace(" ", "") for term in terms} - {""}
    if not names:
        return None
    loose = (" ?".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:(?<= )|^)(?:{PROCLITIC})(?:{'|'.join(loose)})")
