"""A page or a notice as the facts that go to channels."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from services.delivery.house import House
from services.delivery.page import Notice, Page
from services.delivery.place import path_of
from services.delivery.renditions import COMMENTS, RENDITIONS
from services.delivery.state import Said
from shared.events import RenditionPublished, RenditionWithdrawn
from shared.outcome import Blob
from shared.renditions import Action, PublicComment


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition of every kind, and the bodies too large to travel along."""

    facts: tuple[RenditionPublished, ...]
    blobs: tuple[Blob, ...]


def render(page: Page, action: Action, sequence: int) -> Rendered:
    """All renditions of a story under one sequence number: they show the same thing."""
    facts, blobs = [], []
    for spec in RENDITIONS:
        body = spec.render(page)
        content = body.encode()
        digest = hashlib.sha256(content).hexdigest()
        by_reference = len(content) > page.house.inline_bytes
        if by_reference:
            blobs.append(Blob(f"blob:{digest}", content))
        facts.append(
            RenditionPublished(
                article_id=page.article.id,
                revision=page.article.revision,
                sequence=sequence,
                rendition=spec.name,
                action=action,
                media_type=spec.media_type,
                language=page.enrichment.language,
                direction=page.enrichment.direction,
                headline=page.article.headline,
                section=page.article.section,
                teaser=page.enrichment.teaser or None,
                published_at=page.published_at,
                updated_at=page.updated_at,
                reading_minutes=page.enrichment.reading_minutes,
                path=path_of(page.place, spec.name),
                content=None if by_reference else body,
                content_ref=page.house.keys.key(f"blob:{digest}") if by_reference else None,
                bytes=len(content),
                sha256=digest,
            )
        )
    return Rendered(tuple(facts), tuple(blobs))


def withdraw(notice: Notice, place: str | None, action: Action, sequence: int) -> Iterator[RenditionWithdrawn]:
    """To every channel of every rendition, the thread's among them, whatever any of them showed."""
    for spec in (*RENDITIONS, COMMENTS):
        body = spec.withdrawal(notice)
        content = body.encode()
        yield RenditionWithdrawn(
            article_id=notice.article_id,
            revision=notice.revision,
            sequence=sequence,
            rendition=spec.name,
            action=action,
            media_type=spec.media_type,
            language=notice.language,
            direction=notice.direction,
            path=path_of(place, spec.name) if place and spec is not COMMENTS else None,
            content=body,
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def comment_shown(
    comment: PublicComment, article_id: str, revision: int, action: Action, sequence: int
) -> RenditionPublished:
    """A comment, public fields only."""
    body = comment.model_dump_json(exclude_none=True)
    content = body.encode()
    return RenditionPublished(
        article_id=article_id,
        revision=revision,
        sequence=sequence,
        rendition=COMMENTS.name,
        action=action,
        comment_id=comment.id,
        media_type=COMMENTS.media_type,
        language=comment.language,
        direction=comment.direction,
        published_at=comment.created_at,
        content=body,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def comment_hidden(
    said: Said, comment_id: str, article_id: str, revision: int, sequence: int, house: House
) -> RenditionWithdrawn:
    """The same comment taken back; ``said`` is what was shown of it last."""
    notice = Notice(house, article_id, revision, said.language, said.direction, killed=False)
    body = COMMENTS.withdrawal(notice)
    content = body.encode()
    return RenditionWithdrawn(
        article_id=article_id,
        revision=revision,
        sequence=sequence,
        rendition=COMMENTS.name,
        action=Action.COMMENTED,
        comment_id=comment_id,
        media_type=COMMENTS.media_type,
        language=said.language,
        direction=said.direction,
        content=body,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
