"""People, organisations and places a story names."""

from dataclasses import replace
from datetime import date

from services.enrichment.draft import Draft, House
from shared.articles import Article, Entity
from shared.model import primary


def entities(draft: Draft, house: House) -> Draft:
    """Those of the gazetteer, the most mentioned first, named in the language of the story.

    A name the newsroom protects is never among them.
    """
    article = draft.article
    found = house.gazetteer.find(blocks(draft), draft.language, article.protected_terms)
    language = primary(draft.language)
    day = told_on(article)
    return replace(
        draft,
        entities=tuple(
            Entity(
                id=one.listing.id,
                kind=one.listing.kind,
                name=one.listing.name_in(language),
                office=one.listing.office_in(language) if one.listing.serves(day) else None,
                wikidata=one.listing.wikidata,
                mentions=one.mentions,
            )
            for one in found
        ),
    )


def told_on(article: Article) -> date | None:
    """The day the story speaks of: when it was last told."""
    at = article.updated_at or article.published_at
    return at.date() if at else None


def blocks(draft: Draft) -> tuple[str, ...]:
    """Everything readers read of it, in order."""
    return (draft.article.headline, draft.article.standfirst or "", *draft.paragraphs)
