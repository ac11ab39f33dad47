"""The words of the pages, one file per language."""

from services.delivery.recent import primary
from services.delivery.words.ar import AR
from services.delivery.words.en import EN
from services.delivery.words.fa import FA
from services.delivery.words.words import Words

WORDS = {"en": EN, "fa": FA, "ar": AR}


def words_for(language: str) -> Words:
    """The words of this language; English where there are none yet."""
    return WORDS.get(primary(language), EN)
