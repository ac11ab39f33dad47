"""What a page says by itself; ``locale/`` holds it, one catalogue per language."""

from dataclasses import dataclass, replace

from shared.articles import Direction
from shared.catalogues import SOURCE, Plural, catalogues
from shared.model import primary


@dataclass(frozen=True, slots=True)
class Words:
    """``{n}`` stands for a number, ``{name}`` for the house."""

    language: str
    direction: Direction
    skip: str
    by: str
    updated: str
    minutes: Plural
    correction: str
    photo: str
    act: str
    act_text: str
    write: str
    campaign: str
    related: str
    same: str
    comments: str
    no_comments: str
    comments_closed: str
    comments_more: Plural
    member: str
    staff: str
    light: str
    full: str
    offer: str
    offer_text: str
    close: str
    original: str
    killed: str
    killed_text: str
    withheld: str
    withheld_text: str
    front: str
    editions: str
    comment: str
    reply: str
    report: str
    report_of: str
    in_reply: str


WORDS = {
    language: replace(words, direction=Direction(words.direction))
    for language, words in catalogues("services.delivery", Words).items()
}


def words_for(language: str) -> Words:
    """The words of this language; English where there are none yet."""
    return WORDS.get(primary(language), WORDS[SOURCE])
