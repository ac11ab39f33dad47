"""Level 2 of folding: what a text may be meant to say. Guesses, so what is found by it is held, never rejected.

On top of ``shared.fold``: accents and forms of hamza off, letters that look like Latin ones, digits and signs inside
words as letters, single letters in a row as one word, and a letter held down as once or twice.
"""

import re
import unicodedata
from collections.abc import Iterator

from shared.fold import Folded, Letters, fold

_LOOKS_LATIN = str.maketrans(
    "аеорсухіѕјԁһӏкмтнвгԛԝαορνικτυεχηβγ",
    "aeopcyxisjdhlkmthbrqwaopviktuexnby",
)
# Not آ: it is another letter, and آبله, the pox, is no ابله.
_HAMZA = str.maketrans({"أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی", "ة": "ه", "ۀ": "ه"})
_AS_LETTER = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "l",
}
# Possessive, here and below: whatever it is given, an expression goes over a text once.
_SINGLES = re.compile(r"(?<![^ ])[^\W\d_](?: [^\W\d_](?![^ ]))++")
LEAST_SINGLES = 3
_AND = "و"
"""The Persian and Arabic "and" is a word of one letter: it may follow a word in single letters without being of it."""
# Of the scripts that are guessed about: strokes and accents that no letter has for itself.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_HELD = re.compile(r"([^\W\d_])\1{2,}")


_SIGNS = frozenset(_AS_LETTER)


def readings(text: str, folded: Folded | None = None) -> Iterator[Folded]:
    """One to three: a letter that is held down may stand for one or for two, and a single one for a word.

    ``folded``: the text as ``fold`` has it, where that is at hand.
    """
    spelled = _spelled(text)
    plain = _plain(folded if folded and spelled == text else fold(spelled))
    runs = [found.span() for found in _SINGLES.finditer(plain.text)]
    told = _joined(plain, runs)
    if before := [short for run in runs if (short := _before_and(plain.text, *run))]:
        yield _joined(plain, before)
    held = list(_HELD.finditer(told.text))
    yield _without(told, [(found.start() + 1, found.end()) for found in held])
    if held:
        yield _without(told, [(found.start() + 2, found.end()) for found in held])


def _spelled(text: str) -> str:
    """Signs inside words as the letters they stand for; as long as before."""
    if _SIGNS.isdisjoint(text):
        return text
    return re.sub(r"\S+", lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    """Only before its last letter: what ends a word ends it, and a number stays one."""
    if _SIGNS.isdisjoint(word):
        return word
    last = max((at for at, sign in enumerate(word) if sign.isascii() and sign.isalpha()), default=0)
    if last == 0 or "://" in word or word[0] == "@":
        return word
    return "".join(_AS_LETTER.get(sign, sign) for sign in word[:last]) + word[last:]


def _plain(folded: Folded) -> Folded:
    """One character for each, whatever stands on it: also what combines with a letter that has no form for both."""
    folded = _without(folded, [found.span() for found in _MARKS.finditer(folded.text)])
    return Folded(folded.text.translate(_BARE), folded.origin)


def _bare(character: str) -> str:
    if character == "آ":
        return character
    base = unicodedata.normalize("NFD", character.translate(_HAMZA))[0]
    return base.translate(_LOOKS_LATIN)


_BARE = Letters(_bare)


def _before_and(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The letters of a run before its last "and", where they may be a word."""
    last = text.rfind(f" {_AND}", start, end)
    return (start, last) if last - start >= 2 * LEAST_SINGLES - 1 else None


def _joined(folded: Folded, runs: list[tuple[int, int]]) -> Folded:
    """`i d i o t` as one word. Of a run, every other character is a space."""
    gaps = [
        (at, at + 1) for start, end in runs if end - start >= 2 * LEAST_SINGLES - 1 for at in range(start + 1, end, 2)
    ]
    return _without(folded, gaps)


def _without(folded: Folded, gaps: list[tuple[int, int]]) -> Folded:
    if not gaps:
        return folded
    gone = {at for start, end in gaps for at in range(start, end)}
    kept = [at for at in range(len(folded.text)) if at not in gone]
    return Folded("".join(folded.text[at] for at in kept), tuple(folded.origin[at] for at in kept))
