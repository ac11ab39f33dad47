"""What enrichment works on: a story that stays as it is, and what is known of it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.enrichment.gazetteer import Gazetteer
from shared.articles import Accountability, Article, Direction, Entity, Term
from shared.document import Block, BlockKind

UNDETERMINED = "und"
"""BCP 47 for a language nobody could tell."""


@dataclass(frozen=True, slots=True)
class House:
    """How this newsroom wants it; see the service's settings for what each means."""

    languages: tuple[str, ...] = ("en", "fa", "ar", "ckb", "ku")
    words_per_minute: Mapping[str, int] = field(default_factory=lambda: {"en": 238, "fa": 200})
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
    blocks: tuple[Block, ...] = ()
    """The parts of the text, as every rendition sets them."""
    paragraphs: tuple[str, ...] = ()
    """Visible text of all of them, white space collapsed."""
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

    @property
    def prose(self) -> tuple[str, ...]:
        """The paragraphs that are told in sentences: no headings, captions, tables or code."""
        told = {BlockKind.PARAGRAPH, BlockKind.QUOTE}
        return tuple(" ".join(block.text.split()) for block in self.blocks if block.kind in told)


Step = Callable[[Draft, House], Draft]
"""Total and repeatable: the same draft in, the same draft out; ``draft.article`` is never touched."""
