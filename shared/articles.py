"""What an article is, from its submission to its last rendition."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.model import Digest, Id, Language, Line, Model, Revision, Timestamp

MAX_BODY_HTML = 1_048_576
"""Characters of ``body_html``; contract, section 3."""


class Status(StrEnum):
    """IPTC's words for what may happen to a story."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Change(StrEnum):
    """What a revision means for those who saw an earlier one; contract, section 4."""

    CREATED = "created"
    UPDATED = "updated"
    CORRECTED = "corrected"
    KILLED = "killed"
    WITHHELD = "withheld"
    REINSTATED = "reinstated"

    @property
    def withdraws(self) -> bool:
        """True where the story must disappear from every channel."""
        return self in {Change.KILLED, Change.WITHHELD}


class ImageRole(StrEnum):
    """Where an image stands: above the text or in it."""

    LEAD = "lead"
    INLINE = "inline"


class Direction(StrEnum):
    """The base direction of a text, as HTML's ``dir``."""

    LTR = "ltr"
    RTL = "rtl"


class Byline(Model):
    """One name under the headline; it may be an organisation."""

    name: Annotated[str, Field(min_length=1, max_length=500)]
    """As it is printed."""
    role: Line | None = None
    """What they did: reporter, photographer, translator."""
    url: Line | None = None
    """A page about them."""


class ImageFormat(StrEnum):
    """What browsers show, the smallest for the same picture first."""

    AVIF = "image/avif"
    WEBP = "image/webp"
    JPEG = "image/jpeg"


class ImageSource(Model):
    """A picture in another width or format; its bytes were uploaded before."""

    media: Digest
    media_type: ImageFormat
    width: Annotated[int, Field(ge=1, le=16_384)]
    """Pixels."""
    height: Annotated[int, Field(ge=1, le=16_384)]
    """Pixels."""
    bytes: Annotated[int | None, Field(ge=1)] = None
    """Its length."""


class Image(Model):
    """A picture by address or by the digest of uploaded bytes; one of the two."""

    href: Line | None = None
    """Its address."""
    media: Digest | None = None
    """SHA-256 of bytes that were uploaded before."""
    role: ImageRole = ImageRole.LEAD
    """`lead` stands above the text, `inline` in it."""
    caption: Line | None = None
    """Printed under it."""
    alt: Line | None = None
    """For those who cannot see it; the whole picture on the light page may be this sentence."""
    credit: Line | None = None
    """Whose picture it is."""
    sources: Annotated[tuple[ImageSource, ...], Field(max_length=24)] = ()
    """Not looked at: every width and format is made here. Events that name some stay valid."""


class Correction(Model):
    """What was wrong and is right now; shown to readers."""

    note: Annotated[str, Field(min_length=1, max_length=2_000)]
    """What was wrong and what is right, as readers will see it."""
    kind: Line = "correction"
    """The desk's own word for it: correction, clarification, retraction."""


class Accountability(Model):
    """The call-out: an official readers can write to, a campaign they can start."""

    official: Annotated[str, Field(min_length=1, max_length=500)]
    """Who is called to account."""
    office: Line | None = None
    """The office they hold."""
    contact_url: Line | None = None
    """Where readers can write to them."""
    campaign_url: Line | None = None
    """Where readers can start or join a campaign."""


class Article(Model):
    """A story as a newsroom tells it. ``body_html`` is hostile until ingest has sanitised it."""

    id: Id
    revision: Revision
    headline: Annotated[str, Field(min_length=1, max_length=2_000)]
    """Plain text."""
    kicker: Line | None = None
    """The short line above the headline."""
    standfirst: Annotated[str, Field(max_length=10_000)] | None = None
    """The paragraph under the headline."""
    slug: Line | None = None
    """A wish for the last part of its address; made from the headline when absent."""
    body_html: Annotated[str, Field(max_length=MAX_BODY_HTML)] = ""
    """Hostile until sanitised: scripts, handlers and unsafe links are removed."""
    language: Language | None = None
    """BCP 47, e.g. `fa` or `en-GB`; detected when absent."""
    section: Line | None = None
    """The part of the paper it belongs to."""
    genre: Line | None = None
    """News, analysis, opinion, …"""
    keywords: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    """The newsroom's own subjects."""
    byline: Annotated[tuple[Byline, ...], Field(max_length=50)] = ()
    """Who made it, in the order printed."""
    dateline: Line | None = None
    """The place the story was written from."""
    published_at: Timestamp | None = None
    """When readers first saw it."""
    updated_at: Timestamp | None = None
    """When this revision was made."""
    embargoed_until: Timestamp | None = None
    """Nothing leaves before it; then the story is released once, by itself."""
    images: Annotated[tuple[Image, ...], Field(max_length=100)] = ()
    """In the order they appear."""
    canonical_url: Line | None = None
    """Where the story lives, if not with us."""
    supersedes: Id | None = None
    """The story this one replaces."""
    translation_of: Id | None = None
    """The story this one tells in another language; the pages of all editions link to each other."""
    correction: Correction | None = None
    """Makes this revision a correction instead of an update."""
    comments_open: bool = True
    """Whether readers may comment."""
    protected_terms: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    """Names that must never leave: sources."""
    accountability: Annotated[tuple[Accountability, ...], Field(max_length=20)] = ()
    """Officials the story calls to account."""


class EntityKind(StrEnum):
    """What a name stands for."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"


class Entity(Model):
    """Somebody or something the story names, known from the newsroom's gazetteer."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    """Its name in the gazetteer, the same in every language."""
    kind: EntityKind
    name: Line
    """As the language of the story writes it."""
    office: Line | None = None
    """The office a person holds, or the kind of organisation."""
    wikidata: Annotated[str | None, Field(pattern=r"^Q[1-9][0-9]*$")] = None
    """Its item there."""
    mentions: Annotated[int, Field(ge=1)] = 1
    """How often headline and text name it."""


class Term(Model):
    """A word or an entity that tells what the story is about."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    """Folded; of an entity its id after an `@`."""
    weight: Annotated[float, Field(gt=0)]
    """How much of the story it is; the heaviest has 1."""


class Enrichment(Model):
    """What the pipeline adds to a story; the newsroom's own fields stay as they were."""

    language: Annotated[str, Field(description="BCP 47; `und` where nothing could be told.")]
    direction: Direction
    word_count: Annotated[int, Field(ge=0)]
    """Words of text, without markup."""
    reading_minutes: Annotated[int, Field(ge=1)]
    """At least 1, rounded up."""
    teaser: str
    """The opening of the story in plain text, for lists."""
    slug: Annotated[str, Field(min_length=1, max_length=200)]
    """The last part of its address."""
    summary: str = ""
    """Its most telling whole sentences, in the order they stand there."""
    entities: tuple[Entity, ...] = ()
    """People, organisations and places it names, the most mentioned first."""
    accountability: tuple[Accountability, ...] = ()
    """Officials it names whom readers can write to, beside those the newsroom named itself."""
    terms: tuple[Term, ...] = ()
    """What it is about, the heaviest first; related stories are found by these."""
    fingerprint: Annotated[str, Field(pattern=r"^([0-9a-f]{8})*$")] = ""
    """A MinHash of its text, alike where texts are alike; empty where there is too little of it."""
    missing: tuple[str, ...] = ()
    """What a desk should still add, as field names: `images[0].alt`."""
    failed_steps: Annotated[tuple[str, ...], Field(description="Steps that failed; they never block.")] = ()
