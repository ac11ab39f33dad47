"""``renditions.ninjs``: the story for partners, as IPTC ninjs 2.2 writes it."""

import json
from typing import Any

from services.delivery.linked_data import wikidata_url
from services.delivery.page import Notice, Page
from services.delivery.pictures import largest
from services.delivery.place import path_of
from services.delivery.renditions.spec import Spec
from services.delivery.renditions.text import set_block
from services.delivery.typeset import iso_utc
from shared.articles import Entity, EntityKind, Image
from shared.blocks import blocks_of

MAX_BYTES = 2_400_000
STANDARD = {
    "name": "ninjs", "version": "2.2",
    "schema": "https://iptc.org/std/ninjs/ninjs-schema_2.2.json",
}  # fmt: skip

_FIELDS = {"people": EntityKind.PERSON, "organisations": EntityKind.ORGANISATION, "places": EntityKind.PLACE}


def render(page: Page) -> str:
    """One news item; ``version`` is the revision, ``pubstatus`` says that it may be used."""
    article, enrichment = page.article, page.enrichment
    item: dict[str, Any] = {
        "uri": article.id, "standard": STANDARD, "type": "text", "representationtype": "full",
        "version": str(article.revision), "pubstatus": "usable", "language": enrichment.language,
        "firstcreated": iso_utc(page.published_at), "versioncreated": iso_utc(page.updated_at or page.published_at),
        "headlines": _headlines(page), "bodies": _bodies(page), "infosources": [{"name": page.house.name}],
    }  # fmt: skip
    subjects = [name for name in (article.section, *article.keywords) if name]
    if subjects:
        item["subjects"] = [{"name": name} for name in subjects]
    for field, kind in _FIELDS.items():
        named = [_named(one) for one in enrichment.entities if one.kind is kind]
        if named:
            item[field] = named
    if article.genre:
        item["genres"] = [{"name": article.genre}]
    if article.byline:
        item["by"] = ", ".join(who.name for who in article.byline)
    if article.dateline:
        item["located"] = article.dateline
    if article.correction:
        item["ednote"] = article.correction.note
    if page.house.base_url:
        item["altids"] = [{"role": "url", "value": page.house.base_url + path_of(page.place, "full")}]
    pictures = [found for number, image in enumerate(article.images) if (found := _picture(image, number, page))]
    if pictures:
        item["associations"] = pictures
    return json.dumps(item, ensure_ascii=False)


def _named(entity: Entity) -> dict[str, str]:
    address = wikidata_url(entity)
    return {"name": entity.name, "literal": entity.id} | ({"uri": address} if address else {})


def _headlines(page: Page) -> list[dict[str, str]]:
    article = page.article
    lines = (("headline", article.headline), ("kicker", article.kicker), ("standfirst", article.standfirst))
    return [{"role": role, "contenttype": "text/plain", "value": value} for role, value in lines if value]


def _bodies(page: Page) -> list[dict[str, Any]]:
    html = page.article.body_html
    text = "\n\n".join(set_block(block) for block in blocks_of(html))
    return [
        {"role": "main", "contenttype": "text/html", "charcount": len(html), "value": html},
        {"role": "main", "contenttype": "text/plain", "wordcount": page.enrichment.word_count, "value": text},
    ]


def _picture(image: Image, number: int, page: Page) -> dict[str, Any] | None:
    base = page.house.base_url
    picture = page.developed(image)
    # Without a base there is no address a partner could fetch it from.
    if picture is None or not base:
        return None
    found: dict[str, Any] = {
        "name": f"{image.role.value}-{number}", "uri": f"{base}/media/{largest(picture).media}", "type": "picture",
        "pubstatus": "usable",
        "renditions": [
            {
                "name": f"{one.media_type.value.removeprefix('image/')}-{one.width}",
                "href": f"{base}/media/{one.media}", "contenttype": one.media_type.value,
                "width": one.width, "height": one.height, "sizeinbytes": one.bytes,
            }
            for one in picture.sources
        ],
    }  # fmt: skip
    if image.caption:
        found["descriptions"] = [{"role": "caption", "contenttype": "text/plain", "value": image.caption}]
    if image.credit:
        found["copyrightnotice"] = image.credit
    return found


def withdrawal(notice: Notice) -> str:
    """``canceled`` after a kill, ``withheld`` where it may come back; nothing else of the story."""
    status = "canceled" if notice.killed else "withheld"
    item = {
        "uri": notice.article_id, "standard": STANDARD, "type": "text",
        "version": str(notice.revision), "pubstatus": status,
    }  # fmt: skip
    return json.dumps(item, ensure_ascii=False)


NINJS = Spec("ninjs", "application/json", MAX_BYTES, render, withdrawal, extension="json")
