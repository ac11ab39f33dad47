"""What enrichment works on: a story that stays as it is, and what is known of it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.enrichment.gazetteer import Gazetteer
from services.enrichment.paces import PACES
from shared.articles import Accountability, Article, Direction, Entity, Term

UNDETERMINED = "und"
"""BCP 47 for a language nobody could tell."""


@dataclass(frozen=True, slots=True)
class House:
    """How this newsroom wants it; see the service's settings for what each means."""

    languages: tuple[str, ...] = ("en", "fa", "ar", "ckb", "ku")
    words_per_minute: Mapping[str, int] = field(default_factory=lambda: PACES)
    default_words_per_minute: int = 238
    teaser_characters: int = 200
    summary_characters: int = 400
    slug_characters: int = 80
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    call_out_most: int = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """The story and what the steps found, each starting as what holds if its step fails."""

    article: Article
    slug: str
    paragraphs: tuple[str, ...] = ()
    """Visible text of all parts, white space collapsed."""
    prose: tuple[str, ...] = ()
    """Those that are told in sentences: no headings, captions, lists, tables or code."""
    language: str = UNDETERMINED
    direction: Direction = Direction.LTR
    word_count: int = 0
    reading_minutes: int = 1
    teaser: str = ""
    summary: str = ""
    entities: tuple[Entity, ...] = ()
    accountability: tuple[Accountability, ...] = ()
    terms: tuple[Term, ...] = ()
    fingerprint: str = ""
    missing: tuple[str, ...] = ()


Step = Callable[[Draft, House], Draft]
"""Total and repeatable: the same draft in, the same draft out; ``draft.article`` is never touched."""
