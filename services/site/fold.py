"""Words as search compares them: one form for letters that are typed in several ways."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        # Arabic keyboards type other code points for letters that Persian readers take for the same.
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ؤ": "و", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        # Tatweel stretches a word, joiners shape it, direction marks order it; none is part of it.
        **dict.fromkeys("\u0640\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
    }
)  # fmt: skip
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Case, accents, harakat, presentation forms and the several yehs and kafs count for nothing; digits are ASCII."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    letters = (character for character in decomposed if unicodedata.category(character) != "Mn")
    folded = unicodedata.normalize("NFC", "".join(letters)).translate(_LETTERS)
    return "".join(str(unicodedata.digit(one)) if one.isdecimal() and not one.isascii() else one for one in folded)


def query_of(asked: str, most: int = 12) -> str | None:
    """An FTS5 query for what a reader typed: stories with all of its words, the last one perhaps unfinished.

    ``None`` where nothing in it is a word. Nothing a reader types is syntax: every word is quoted.
    """
    words = _WORD.findall(fold(asked))[:most]
    return " ".join(f'"{word}"' for word in words) + "*" if words else None
