"""How long a story is."""

import re
from dataclasses import replace

from services.enrichment.draft import Draft, House
from services.enrichment.remembered import Remembered

# A dash between words separates them even without spaces, and so does an invisible break; a hyphen, an
# apostrophe and a zero-width non-joiner do not: they are inside words.
_BETWEEN = re.compile(r"[\s\u2013\u2014\u2015\u2026\u200b]+")
_LETTER = re.compile(r"[^\W_]")


def word_count(draft: Draft, _: House) -> Draft:
    """Words of the visible text; what has neither letter nor digit is none."""
    return replace(draft, word_count=sum(words(paragraph) for paragraph in draft.paragraphs))


def words(paragraph: str) -> int:
    """Words of one paragraph."""
    return sum(map(_COUNTS.__getitem__, paragraph.split()))


def _counted(chunk: str) -> int:
    return sum(1 for word in _BETWEEN.split(chunk) if _LETTER.search(word))


_COUNTS = Remembered(_counted)
