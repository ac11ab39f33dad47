"""How much of a reader's time a story takes."""

from dataclasses import replace

from services.enrichment.draft import Draft, House
from shared.model import primary


def reading_minutes(draft: Draft, house: House) -> Draft:
    """Minutes, rounded up, at least 1, at the pace of the language (``paces.py`` says whence)."""
    pace = house.words_per_minute.get(primary(draft.language), house.default_words_per_minute)
    return replace(draft, reading_minutes=max(1, -(-draft.word_count // pace)))
