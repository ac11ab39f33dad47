"""How long a story is."""

import re
from dataclasses import replace
from functools import lru_cache

from services.enrichment.draft import Draft, House

# A dash between words separates them even without spaces, and so does an invisible break; a hyphen, an
# apostrophe and a zero-width non-joiner do not: they are inside words.
_BETWEEN = re.compile(r"[\s\u2013\u2014\u2015\u2026\u200b]+")
_LETTER = re.compile(r"[^\W_]")
_LONGEST_KEPT = 100


def word_count(draft: Draft, _: House) -> Draft:
    """Words of the visible text; what has neither letter nor digit is none."""
    return replace(draft, word_count=sum(words(paragraph) for paragraph in draft.paragraphs))


def words(paragraph: str) -> int:
    """Words of one paragraph."""
    return sum(map(_words_in, paragraph.split()))


# A news desk's words come again and again: looking up what stands between two spaces is faster than looking at it.
@lru_cache(maxsize=65_536)
def _known(chunk: str) -> int:
    return sum(1 for word in _BETWEEN.split(chunk) if _LETTER.search(word))


def _words_in(chunk: str) -> int:
    # What nobody would call a word is not kept: it may be as long as a story.
    return _known(chunk) if len(chunk) <= _LONGEST_KEPT else _known.__wrapped__(chunk)
