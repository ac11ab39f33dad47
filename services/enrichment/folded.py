"""The words of a text, folded; what is counted and compared is the same however it was typed."""

from collections.abc import Callable
from functools import lru_cache

import Stemmer  # type: ignore[import-not-found]

from services.enrichment.remembered import LONGEST, Remembered
from services.enrichment.stop_words import stop_words
from shared.fold import fold

_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")


def words_of(chunk: str) -> tuple[str, ...]:
    """The words in a run of characters without a space, folded: `re-opened,` holds two. Too long a run holds none."""
    return _WORDS[chunk]


def _words_in(chunk: str) -> tuple[str, ...]:
    return tuple(fold(chunk).text.split()) if len(chunk) <= LONGEST else ()


_WORDS = Remembered(_words_in)


@lru_cache(maxsize=16)
def stems_in(language: str) -> Callable[[str], tuple[str, ...]]:
    """For a language (a primary subtag): from such a run to what its words have in common with their other forms."""
    stems = Remembered(lambda chunk: tuple(stem(word, language) for word in words_of(chunk)))
    return stems.__getitem__


def stem(word: str, language: str) -> str:
    """What forms of a word have in common: `floods` and `flooded` are `flood`. Empty: it says nothing, or too little.

    ``word`` is folded, ``language`` a primary subtag. Snowball's stemmer, where the language has one; it takes
    Arabic's article off only as Arabic writes it, so what folding made alike is written Arabic's way for it.
    """
    if len(word) < 2 or word.isdigit() or word in stop_words(language):
        return ""
    stemmer = _stemmer(language)
    if stemmer is None:
        return word
    if language == "ar":
        word = word.translate(_ARABIC_WAY)
        word = next((word[len(a) :] for a in _ARTICLES if word.startswith(a) and len(word) > len(a) + 1), word)
    return str(stemmer.stemWord(word))


_ARABIC_WAY = str.maketrans({"ی": "ي", "ک": "ك"})


@lru_cache(maxsize=64)
def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    try:
        return Stemmer.Stemmer(language)
    except KeyError:
        return None
