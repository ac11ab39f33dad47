"""A page or a notice as the facts that go to channels."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from services.delivery.house import House
from services.delivery.page import Notice, Page
from services.delivery.place import path_of
from services.delivery.renditions import COMMENTS, RENDITIONS
from services.delivery.renditions.spec import Spec
from services.delivery.state import Said
from shared.events import RenditionPublished, RenditionWithdrawn
from shared.outcome import Blob
from shared.renditions import Action, Asset, Encoding, PublicComment
from shared.signatures import Trusted

PRESSED = (("br", ".br"), ("gzip", ".gz"))
"""HTTP's word for each coding → how the key of the compressed body ends."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition of every kind that was made, and the bodies too large to travel along."""

    facts: tuple[RenditionPublished, ...]
    blobs: tuple[Blob, ...]


def made(house: House) -> tuple[Spec, ...]:
    """The renditions this deployment makes, in their order."""
    return tuple(spec for spec in RENDITIONS if house.renditions is None or spec.name in house.renditions)


def render(page: Page, action: Action, sequence: int, specs: tuple[Spec, ...]) -> Rendered:
    """These renditions of a story under one sequence number: they show the same thing."""
    facts, blobs = [], []
    for spec in specs:
        body = spec.render(page)
        content = body.encode()
        digest = hashlib.sha256(content).hexdigest()
        by_reference = len(content) > page.house.inline_bytes
        # What the press compresses must stand where it finds it, even if it also travels in its event.
        if by_reference or spec.pressed:
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
                path=path_of(page.place, spec.name, spec.extension),
                content=None if by_reference else body,
                content_ref=page.house.keys.key(f"blob:{digest}") if by_reference else None,
                bytes=len(content),
                sha256=digest,
                encodings=_encodings(page.house, digest) if spec.pressed else (),
                assets=_assets(body, page),
                supersedes=page.article.supersedes,
                signature=_signed(
                    page.house, content, Trusted(page.article.id, page.article.revision, sequence, spec.name, digest)
                ),
            )
        )
    return Rendered(tuple(facts), tuple(blobs))


def _encodings(house: House, digest: str) -> tuple[Encoding, ...]:
    return tuple(
        Encoding(coding=coding, content_ref=house.keys.key(f"blob:{digest}{ending}")) for coding, ending in PRESSED
    )


def _assets(body: str, page: Page) -> tuple[Asset, ...]:
    """The files this body refers to."""
    known = {one.media: one for picture in page.pictures.values() for one in picture.sources}
    return tuple(
        Asset(path=f"/media/{digest}", media_type=one.media_type.value, bytes=one.bytes or 0, sha256=digest)
        for digest, one in known.items()
        if f"/media/{digest}" in body
    )


def _signed(house: House, content: bytes, about: Trusted) -> str | None:
    return house.signer.sidecar(content, about.comment()) if house.signer else None


def withdraw(notice: Notice, place: str | None, action: Action, sequence: int) -> Iterator[RenditionWithdrawn]:
    """To every channel of every rendition, the thread's among them, whatever any of them showed.

    Of those that are not made any more, too: a channel may still show what was made before.
    """
    for spec in (*RENDITIONS, COMMENTS):
        body = spec.withdrawal(notice)
        content = body.encode()
        digest = hashlib.sha256(content).hexdigest()
        yield RenditionWithdrawn(
            article_id=notice.article_id,
            revision=notice.revision,
            sequence=sequence,
            rendition=spec.name,
            action=action,
            media_type=spec.media_type,
            language=notice.language,
            direction=notice.direction,
            path=path_of(place, spec.name, spec.extension) if place and spec is not COMMENTS else None,
            content=body,
            bytes=len(content),
            sha256=digest,
            signature=_signed(
                notice.house, content, Trusted(notice.article_id, notice.revision, sequence, spec.name, digest)
            ),
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
