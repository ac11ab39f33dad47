"""``renditions.json``: a story with everything an app, a feed or a book needs to set it in its own way."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.articles import Accountability, Byline, Correction, Direction, Entity, ImageRole
from shared.model import Digest, Id, Line, Model, Revision, Timestamp
from shared.renditions import PublicComment


class BlockKind(StrEnum):
    """What a part of the text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    FIGURE = "figure"
    EMBED = "embed"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


class Block(Model):
    """One part of the text, in reading order. ``text`` alone tells the story; ``html`` adds emphasis and links."""

    kind: BlockKind
    text: str = ""
    """Plain text."""
    html: str = ""
    """The same with its inline markup, sanitised."""
    level: Annotated[int, Field(ge=0, le=6)] = 0
    """Of a heading, 2 to 6."""
    ordered: bool = False
    """Of a list: numbered."""
    items: tuple[str, ...] = ()
    """Of a list, plain text each; of a table, its rows with tabs between the cells."""
    href: Line | None = None
    """Of an embed: where it is."""


class PictureSource(Model):
    """A picture in another width or format."""

    path: Line
    """From the root of a site."""
    sha256: Digest
    media_type: Line
    width: int
    height: int


class Picture(Model):
    """An image of the story."""

    role: ImageRole
    path: Line | None = None
    """From the root of a site; absent while the picture is being developed, and where it cannot be."""
    sha256: Digest | None = None
    """Of the file at `path`."""
    media_type: Line | None = None
    width: int | None = None
    """Pixels."""
    height: int | None = None
    """Pixels."""
    caption: Line | None = None
    alt: Line | None = None
    credit: Line | None = None
    colour: Line | None = None
    """`#rrggbb`, for the place it will stand in."""
    placeholder: Line | None = None
    """A WebP 16 pixels wide, base64."""
    sources: tuple[PictureSource, ...] = ()
    """The same picture in all widths and formats."""


class Neighbour(Model):
    """Another story, with enough to link to it."""

    id: Id | None = None
    language: str
    headline: Line
    path: Line
    section: Line | None = None
    published_at: Timestamp | None = None
    reading_minutes: int | None = None


class OtherEdition(Model):
    """The same story in another language."""

    id: Id
    language: str
    """BCP 47."""
    path: Line
    """Of its full page."""


class Thread(Model):
    """What readers said."""

    open: bool
    """Whether readers may comment."""
    total: int
    """Visible comments, listed here or not."""
    items: tuple[PublicComment, ...] = ()
    """Oldest first; of a long thread the newest."""


class StoryDocument(Model):
    """A story as JSON. Times as newsrooms wrote them; paths from the root of a site."""

    version: int = 1
    """Of this form; fields may be added without a new one."""
    id: Id
    revision: Revision
    language: str
    """BCP 47."""
    direction: Direction
    headline: str
    kicker: Line | None = None
    standfirst: str | None = None
    section: Line | None = None
    genre: Line | None = None
    keywords: tuple[Line, ...] = ()
    byline: tuple[Byline, ...] = ()
    dateline: Line | None = None
    published_at: Timestamp
    updated_at: Timestamp | None = None
    word_count: int
    reading_minutes: int
    teaser: str
    """The opening of the story in plain text, for lists."""
    summary: str = ""
    """Its most telling whole sentences, in the order they stand there."""
    body_html: str
    """Sanitised."""
    blocks: tuple[Block, ...] = ()
    """The same text in parts."""
    images: tuple[Picture, ...] = ()
    correction: Correction | None = None
    accountability: tuple[Accountability, ...] = ()
    """Whom readers can write to: those the newsroom named, then those found in the text."""
    entities: tuple[Entity, ...] = ()
    """People, organisations and places it names, the most mentioned first."""
    related: tuple[Neighbour, ...] = ()
    same_story: tuple[Neighbour, ...] = ()
    """Other copies of the same report."""
    comments: Thread
    path: Line
    """Of the full page."""
    light_path: Line
    """Of the light page."""
    canonical_url: Line | None = None
    supersedes: Id | None = None
    """The story this one replaces."""
    translation_of: Id | None = None
    """The story this one tells in another language."""
    editions: tuple[OtherEdition, ...] = ()
    """The same story in other languages, where these are published."""
