"""What a rendition is made of: everything it may say, nothing it would have to look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.delivery.editions import Edition
from services.delivery.house import House
from services.delivery.recent import Recent
from shared.articles import Accountability, Article, Direction, Enrichment, Image, ImageRole
from shared.pictures import Developed, known_by
from shared.renditions import PublicComment


def lead_of(article: Article) -> Image | None:
    """The first image meant to stand above the text."""
    return next((image for image in article.images if image.role is ImageRole.LEAD), None)


@dataclass(frozen=True, slots=True)
class Page:
    """A story as it stands now, with its thread and its neighbours."""

    house: House
    article: Article
    enrichment: Enrichment
    place: str
    published_at: datetime
    comments: tuple[PublicComment, ...] = ()
    related: tuple[Recent, ...] = ()
    pictures: Mapping[str, Developed] = field(default_factory=dict)
    """What each picture that may be shown is known by → what became of it; the others are not there yet."""
    editions: tuple[Edition, ...] = ()
    """The same story in other languages."""
    same: tuple[Recent, ...] = ()
    """Other copies of the same report."""

    @property
    def lead(self) -> Image | None:
        """The first image meant to stand above the text."""
        return lead_of(self.article)

    def developed(self, image: Image) -> Developed | None:
        """What may be shown of it; ``None`` while there is nothing."""
        return self.pictures.get(known_by(image))

    @property
    def photo(self) -> Developed | None:
        """What may be shown of the lead image."""
        return self.developed(self.lead) if self.lead else None

    @property
    def inline_images(self) -> tuple[Image, ...]:
        """Images meant to stand in the text."""
        return tuple(image for image in self.article.images if image.role is ImageRole.INLINE)

    @property
    def accountability(self) -> tuple[Accountability, ...]:
        """Whom readers can ask: those the newsroom named, in its words, then those enrichment knows.

        One that the newsroom named without a link has those which enrichment found for this name.
        """
        own, known = self.article.accountability, {who.official: who for who in self.enrichment.accountability}
        named = {who.official for who in own}
        linked = (
            who if who.contact_url or who.campaign_url else known.get(who.official, who) for who in own
        )  # fmt: skip
        return (*linked, *(who for name, who in known.items() if name not in named))

    @property
    def tags(self) -> tuple[str, ...]:
        """The newsroom's keywords, then the names that are not among them."""
        said = {word.casefold() for word in self.article.keywords}
        names = (one.name for one in self.enrichment.entities)
        return (*self.article.keywords, *(name for name in names if name.casefold() not in said))

    @property
    def updated_at(self) -> datetime | None:
        """Only where the newsroom changed the story after it was published."""
        updated = self.article.updated_at
        return updated if updated and updated > self.published_at else None


@dataclass(frozen=True, slots=True)
class Notice:
    """What takes the place of a withdrawn story; it knows nothing of the text."""

    house: House
    article_id: str
    revision: int
    language: str
    direction: Direction
    killed: bool
    """False: withheld, it may come back."""
