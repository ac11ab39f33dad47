"""``renditions.json``: the story for apps, feeds and books, with every fact and the text in parts."""

import json

from services.delivery.page import Notice, Page
from services.delivery.pictures import plain
from services.delivery.place import path_of
from services.delivery.recent import Recent
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import safe_url
from shared.articles import Image
from shared.blocks import blocks_of
from shared.document import Neighbour, OtherEdition, Picture, PictureSource, StoryDocument, Thread

MAX_BYTES = 256_000
MOST_COMMENTS = 200


def render(page: Page) -> str:
    """A ``StoryDocument``. Of a story too long for the limit, comments are left out, then the second copy of the text.

    ``blocks`` is never cut: an app shows a whole story or, above the limit, follows ``path``.
    """
    document = _document(page)
    shown = MOST_COMMENTS
    while len(text := document.model_dump_json(exclude_none=True).encode()) > MAX_BYTES and shown:
        shown //= 4
        items = document.comments.items[-shown:] if shown else ()
        document = document.model_copy(update={"comments": document.comments.model_copy(update={"items": items})})
    if len(text) > MAX_BYTES:
        plain = tuple(block.model_copy(update={"html": ""}) for block in document.blocks)
        document = document.model_copy(update={"blocks": plain})
        text = document.model_dump_json(exclude_none=True).encode()
    if len(text) > MAX_BYTES:
        document = document.model_copy(update={"body_html": ""})
        text = document.model_dump_json(exclude_none=True).encode()
    return text.decode()


def _document(page: Page) -> StoryDocument:
    article, enrichment = page.article, page.enrichment
    return StoryDocument(
        id=article.id,
        revision=article.revision,
        language=enrichment.language,
        direction=enrichment.direction,
        headline=article.headline,
        kicker=article.kicker,
        standfirst=article.standfirst,
        section=article.section,
        genre=article.genre,
        keywords=article.keywords,
        byline=tuple(who.model_copy(update={"url": safe_url(who.url)}) for who in article.byline),
        dateline=article.dateline,
        published_at=page.published_at,
        updated_at=page.updated_at,
        word_count=enrichment.word_count,
        reading_minutes=enrichment.reading_minutes,
        teaser=enrichment.teaser,
        summary=enrichment.summary,
        body_html=article.body_html,
        blocks=blocks_of(article.body_html),
        images=tuple(_picture(image, page) for image in article.images),
        correction=article.correction,
        accountability=tuple(
            who.model_copy(
                update={"contact_url": safe_url(who.contact_url), "campaign_url": safe_url(who.campaign_url)}
            )
            for who in page.accountability
        ),
        entities=enrichment.entities,
        related=_neighbours(page.related),
        same_story=_neighbours(page.same),
        comments=Thread(open=article.comments_open, total=len(page.comments), items=page.comments[-MOST_COMMENTS:]),
        path=path_of(page.place, "full"),
        light_path=path_of(page.place, "light"),
        canonical_url=safe_url(article.canonical_url),
        supersedes=article.supersedes,
        translation_of=article.translation_of,
        editions=tuple(
            OtherEdition(id=one.id, language=one.language, path=path_of(one.place, "full")) for one in page.editions
        ),
    )


def _neighbours(stories: tuple[Recent, ...]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(
            id=one.id,
            language=one.language,
            headline=one.headline,
            path=path_of(one.place, "full"),
            section=one.section,
            published_at=one.published_at,
            reading_minutes=one.reading_minutes,
        )
        for one in stories
    )


def _picture(image: Image, page: Page) -> Picture:
    """Its words in any case; its files as soon as it is developed."""
    words = Picture(role=image.role, caption=image.caption, alt=image.alt, credit=image.credit)
    picture = page.developed(image)
    if picture is None:
        return words
    one = plain(picture)
    return words.model_copy(
        update={
            "path": f"/media/{one.media}", "sha256": one.media, "media_type": one.media_type.value,
            "width": one.width, "height": one.height, "colour": picture.colour, "placeholder": picture.placeholder,
            "sources": tuple(
                PictureSource(
                    path=f"/media/{each.media}", sha256=each.media, media_type=each.media_type.value,
                    width=each.width, height=each.height,
                )
                for each in picture.sources
            ),
        }
    )  # fmt: skip


def withdrawal(notice: Notice) -> str:
    """That it is gone, and for good or for now."""
    gone = {
        "id": notice.article_id, "revision": notice.revision, "withdrawn": True,
        "reason": "killed" if notice.killed else "withheld",
    }  # fmt: skip
    return json.dumps(gone, ensure_ascii=False)


JSON = Spec("json", "application/json", MAX_BYTES, render, withdrawal, extension="json", lives=True)
