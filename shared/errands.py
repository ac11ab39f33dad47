"""What delivery asks of itself, of the press and of the darkroom, and what these answer."""

from typing import Annotated

from pydantic import Field

from shared.envelope import EventData
from shared.model import Digest, Id, Line, Revision, Sequence
from shared.pictures import Developed


class ArticleDue(EventData):
    """Delivery's own alarm clock: an embargo has ended, new comments wait, or other stories changed."""

    type = "lightwire.article.due.v1"
    stream = "articles.due"

    article_id: Id
    revision: Revision
    gone: Id | None = None
    """A story that was withdrawn: those that point to it are rendered again."""
    renamed: Id | None = None
    """A story that is listed in other words now, such as after a correction of its headline: those too."""
    edition_of: Id | None = None
    """The story whose editions in other languages have changed."""
    newer: Id | None = None
    """A story on its matter, or a copy of the same report, that is new: its page looks whether to name it."""
    lists: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """Lists in which its neighbours are looked for."""

    @property
    def subject(self) -> str:
        return self.article_id


class BodyDue(EventData):
    """Delivery to the press: these bodies are live and wait to be compressed."""

    type = "lightwire.body.due.v1"
    stream = "bodies.due"

    article_id: Id
    revision: Revision
    sequence: Sequence
    """Of the renditions whose bodies they are."""
    bodies: tuple[Digest, ...]
    """SHA-256 of each; stored as `blob:<sha256>`."""

    @property
    def subject(self) -> str:
        return self.article_id


class PictureDue(EventData):
    """Delivery to the darkroom: a story that may be shown has this picture."""

    type = "lightwire.picture.due.v1"
    stream = "pictures.due"

    article_id: Id
    revision: Revision
    position: Annotated[int, Field(ge=0)]
    """Which of the story's `images` it is, from 0."""
    href: Line | None = None
    """Its address; absent where its bytes were uploaded."""
    media: Digest | None = None
    """SHA-256 of the bytes that were uploaded."""

    @property
    def subject(self) -> str:
        return self.article_id


class PictureDeveloped(EventData):
    """The darkroom to delivery: its files are in the media store, and may be shown."""

    type = "lightwire.picture.developed.v1"
    stream = "pictures.developed"

    article_id: Id
    revision: Revision
    """Of the story as it was when the picture was asked for; a later one may show it too."""
    picture: Digest
    """Which one: the SHA-256 of the bytes that were uploaded, else of its address."""
    developed: Developed

    @property
    def subject(self) -> str:
        return self.article_id


class PictureDropped(EventData):
    """Delivery to the darkroom, an hour after a kill: unless another story shows it, forget this picture for good."""

    type = "lightwire.picture.dropped.v1"
    stream = "pictures.dropped"

    article_id: Id
    revision: Revision
    """Of the kill."""
    picture: Digest
    """Which one: the SHA-256 of the bytes that were uploaded, else of its address."""
    files: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=24)]
    """SHA-256 of its files."""

    @property
    def subject(self) -> str:
        return self.article_id
