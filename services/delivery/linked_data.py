"""What search engines and archives read of a story: schema.org's NewsArticle."""

from typing import Any

from services.delivery.page import Page
from services.delivery.pictures import largest
from services.delivery.place import path_of
from services.delivery.typeset import authors, iso, safe_url
from shared.articles import Entity, EntityKind, Image

ABOUT = 3
"""Times a story names what it is about; what it names less often, it mentions."""
_TYPES = {EntityKind.PERSON: "Person", EntityKind.ORGANISATION: "Organization", EntityKind.PLACE: "Place"}


def address(page: Page, place: str, rendition: str = "full") -> str | None:
    """Of a page of this site, in full; ``None`` where the house does not say where the site is."""
    return page.house.base_url + path_of(place, rendition) if page.house.base_url else None


def linked_data(page: Page) -> dict[str, Any]:
    """NewsArticle as JSON-LD; a fact that is not known is left out, not guessed.

    https://schema.org/NewsArticle
    """
    article, enrichment = page.article, page.enrichment
    published = iso(page.published_at)
    here = safe_url(article.canonical_url) or address(page, page.place)
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": here,
        "identifier": article.id,
        "version": article.revision,
        "mainEntityOfPage": here,
        "url": here,
        "headline": article.headline,
        "description": article.standfirst or enrichment.teaser,
        "articleSection": article.section,
        "genre": article.genre,
        "keywords": list(page.tags),
        "inLanguage": enrichment.language if enrichment.language != "und" else None,
        "datePublished": published,
        "dateModified": iso(page.updated_at) if page.updated_at else published,
        "dateline": article.dateline,
        "author": authors(article.byline),
        "publisher": {"@type": "NewsMediaOrganization", "name": page.house.name, "url": page.house.base_url or None},
        "image": [picture for image in article.images if (picture := _picture(image, page))],
        "wordCount": enrichment.word_count,
        "timeRequired": f"PT{enrichment.reading_minutes}M",
        "isAccessibleForFree": True,
        "correction": article.correction and {"@type": "CorrectionComment", "text": article.correction.note},
        "commentCount": len(page.comments),
        "about": [_thing(one) for one in enrichment.entities if one.mentions >= ABOUT],
        "mentions": _mentions(page),
        "workTranslation": [
            {"@type": "NewsArticle", "inLanguage": one.language, "url": url}
            for one in page.editions
            if (url := address(page, one.place))
        ],
    }
    known: dict[str, Any] = _known(facts)
    return known


def _mentions(page: Page) -> list[dict[str, Any]]:
    """Officials the newsroom named, and who or what else the text names in passing."""
    entities = page.enrichment.entities
    known = {one.name for one in entities}
    return [
        *(
            {"@type": "Person", "name": who.official, "jobTitle": who.office}
            for who in page.article.accountability
            if who.official not in known
        ),
        *(_thing(one) for one in entities if one.mentions < ABOUT),
    ]


def _thing(entity: Entity) -> dict[str, Any]:
    office = {"jobTitle": entity.office} if entity.kind is EntityKind.PERSON else {}
    return {"@type": _TYPES[entity.kind], "name": entity.name, **office, "sameAs": wikidata_url(entity)}


def wikidata_url(entity: Entity) -> str | None:
    """The address that stands for it in linked data."""
    return f"http://www.wikidata.org/entity/{entity.wikidata}" if entity.wikidata else None


def _picture(image: Image, page: Page) -> dict[str, Any] | None:
    """Only a picture with an address of its own can be fetched by who reads this."""
    picture, base = page.developed(image), page.house.base_url
    if picture is None or not base:
        return None
    url = f"{base}/media/{largest(picture).media}"
    return {"@type": "ImageObject", "url": url, "caption": image.caption, "creditText": image.credit}


def _known(value: Any) -> Any:
    """The same without what is empty, at any depth; numbers and truth values are facts, zero too."""
    if isinstance(value, dict):
        return {name: kept for name, one in value.items() if (kept := _known(one)) not in (None, "", [], {})}
    if isinstance(value, list):
        return [_known(one) for one in value]
    return value
