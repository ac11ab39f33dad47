"""How a comment is written, as numbers: what moderation weighs without reading it again."""

import unicodedata
from hashlib import sha256
from itertools import groupby

from services.enrichment.steps.word_count import words
from shared.fold import fold

_JOINERS = "\u200c\u200d"
"""Spelling needs them, in Persian and in emoji; whatever else is invisible hides something or was pasted."""


def wording(text: str) -> dict[str, int | float | str]:
    """The fields of ``CommentFacts`` that come from the text alone; the text stays as it was typed."""
    cased = [character for character in text if character.isupper() or character.islower()]
    return {
        "words": words(text),
        "upper": round(sum(map(str.isupper, cased)) / len(cased), 3) if cased else 0.0,
        "longest_run": max((sum(1 for _ in run) for letter, run in groupby(text) if not letter.isspace()), default=0),
        "invisible": sum(1 for character in text if _invisible(character)),
        "folded_sha256": sha256(fold(text).text.strip().encode()).hexdigest(),
    }


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character not in _JOINERS
