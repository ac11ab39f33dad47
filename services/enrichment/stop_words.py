"""Words that say nothing about what a text is about."""

from functools import lru_cache

import stopwordsiso

from shared.fold import fold


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Folded; of a language nobody has collected them for, none. ``language`` is a primary subtag."""
    return frozenset(fold(word).text.strip() for word in stopwordsiso.stopwords(language))
