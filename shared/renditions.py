"""What a channel reads: one rendition published or withdrawn."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.articles import Change, Direction
from shared.comments import AuthorRole
from shared.model import Digest, Id, Line, Model, Revision, Sequence, Timestamp


class Action(StrEnum):
    """Why this entry was written; contract, section 5."""

    CREATED = Change.CREATED.value
    UPDATED = Change.UPDATED.value
    CORRECTED = Change.CORRECTED.value
    KILLED = Change.KILLED.value
    WITHHELD = Change.WITHHELD.value
    REINSTATED = Change.REINSTATED.value
    COMMENTED = "commented"


class Asset(Model):
    """An image the body refers to, fetched by its digest."""

    path: Line
    """Relative to the page."""
    media_type: Line
    """E.g. `image/webp`."""
    bytes: Annotated[int, Field(ge=0)]
    """Its length."""
    sha256: Digest


class Encoding(Model):
    """The same body, compressed once for everybody; its key is filled moments after the entry was written."""

    coding: Annotated[str, Field(pattern="^(br|gzip)$")]
    """HTTP's word for it: `br` (brotli 11) or `gzip`."""
    content_ref: Line
    """The Redis key to GET it from. Until there is something, the plain body serves."""


class PublicComment(Model):
    """What the world may see of a comment."""

    id: Id
    parent_id: Id | None = None
    revision: Revision
    author_name: str
    """The name they chose to show."""
    author_role: AuthorRole
    body: str
    language: str
    direction: Direction
    created_at: Timestamp


class Rendition(Model):
    """One rendition of one revision; show the highest ``sequence`` of an article, ignore lower ones."""

    article_id: Id
    revision: Revision
    sequence: Sequence
    rendition: Annotated[str, Field(description="The stream's name: full, light, comments, …")]
    action: Action
    """Why this entry was written."""
    comment_id: Annotated[
        Id | None,
        Field(description="renditions.comments only. A withdrawal without it hides the whole thread."),
    ] = None
    media_type: Line
    """`text/html; charset=utf-8` for pages."""
    language: str
    """BCP 47."""
    direction: Direction
    headline: Line | None = None
    """Plain text; a rendition of a story always has one."""
    section: Line | None = None
    """The part of the paper it belongs to."""
    teaser: Line | None = None
    """Its first whole sentences, for a list; at most a few lines."""
    published_at: Timestamp | None = None
    """When readers first saw the story."""
    updated_at: Timestamp | None = None
    """When this revision was made."""
    reading_minutes: int | None = None
    """At least 1."""
    path: Annotated[Line | None, Field(description="Where a site shows it, relative to its root.")] = None
    content: Annotated[str | None, Field(description="The body, when it is at most 8 KB.")] = None
    content_ref: Annotated[str | None, Field(description="Else the Redis key to GET it from.")] = None
    bytes: Annotated[int, Field(ge=0, description="Length of the body in bytes (UTF-8).")]
    sha256: Digest
    encodings: tuple[Encoding, ...] = ()
    """The body compressed, for channels that serve it over HTTP."""
    assets: tuple[Asset, ...] = ()
    """Images this body refers to."""
    supersedes: Id | None = None
    """The story this one replaces: its address leads here."""
    signature: Annotated[
        str | None, Field(description="A minisign signature file of the body (Ed25519); absent without a key.")
    ] = None
