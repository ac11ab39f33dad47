"""What the site itself says; ``locale/`` holds it, one catalogue per language. Stories speak for themselves."""

from dataclasses import dataclass

from shared.catalogues import SOURCE, Plural, catalogues


@dataclass(frozen=True, slots=True)
class Words:
    """The site's own words in one language, ``{n}`` where a number goes."""

    language: str
    direction: str
    own_name: str
    skip: str
    light: str
    full: str
    languages: str
    latest: str
    minutes: Plural
    comments: Plural
    empty: str
    missing: str
    missing_why: str
    gone: str
    gone_why: str
    soon: str
    soon_why: str
    to_front: str


WORDS = catalogues("services.site", Words)
ENGLISH = WORDS[SOURCE]


def words_for(language: str) -> Words:
    """The site's words; English where it has none in this language."""
    return WORDS.get(language, ENGLISH)
