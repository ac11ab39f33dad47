"""The language of a story."""

from dataclasses import replace

from services.enrichment.draft import Draft, House
from services.enrichment.languages import languages_of


def language(draft: Draft, house: House) -> Draft:
    """The newsroom's own word for it where it gave one, else what headline and text look like."""
    if draft.article.language:
        return replace(draft, language=draft.article.language)
    sample = " ".join((draft.article.headline, *draft.paragraphs[:4]))
    return replace(draft, language=languages_of(house.languages).tell(sample))
