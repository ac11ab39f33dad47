"""Words that say nothing about what a text is about."""

from functools import lru_cache

import stopwordsiso

from shared.fold import fold

_ALIASES = {"prs": "fa", "pes": "fa", "arb": "ar"}


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Folded; of a language nobody has collected them for, none."""
    primary = language.split("-")[0].lower()
    return frozenset(fold(word).text.strip() for word in stopwordsiso.stopwords(_ALIASES.get(primary, primary)))
