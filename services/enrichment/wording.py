"""How a comment is written, as numbers: what moderation weighs without reading it again."""

import unicodedata
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from services.enrichment.steps.word_count import words
from shared.fold import fold

_JOINERS = "\u200c\u200d"
"""Spelling needs them, in Persian and in emoji; whatever else is invisible hides something or was pasted."""


class Wording(NamedTuple):
    """The fields of ``CommentFacts`` of these names, which say what each is."""

    words: int
    upper: float
    longest_run: int
    invisible: int
    folded_sha256: str


def wording(text: str) -> Wording:
    """What can be told from the text alone; the text stays as it was typed."""
    cased = [character for character in text if character.isupper() or character.islower()]
    return Wording(
        words=words(text),
        upper=round(sum(map(str.isupper, cased)) / len(cased), 3) if cased else 0.0,
        longest_run=max((sum(1 for _ in run) for letter, run in groupby(text) if not letter.isspace()), default=0),
        invisible=sum(map(_invisible, text)),
        folded_sha256=sha256(fold(text).text.strip().encode()).hexdigest(),
    )


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character not in _JOINERS
