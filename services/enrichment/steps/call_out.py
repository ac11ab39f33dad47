"""Officials whom readers of a story can write to."""

from dataclasses import replace
from datetime import date

from services.enrichment.draft import Draft, House
from services.enrichment.gazetteer import Listing
from services.enrichment.steps.entities import told_on
from shared.articles import Accountability, Article
from shared.model import primary


def call_out(draft: Draft, house: House) -> Draft:
    """Accountable officials the story names, the most mentioned first, after those the newsroom named itself.

    Together they are at most ``house.call_out_most``, unless the newsroom named more. Nobody is called out twice. An
    official whom the newsroom named without any link comes with the gazetteer's links, under the newsroom's own words.
    """
    article = draft.article
    day, language = told_on(article), primary(draft.language)
    lent: list[Accountability] = []
    known: set[str] = set()
    links = {link for who in article.accountability for link in (who.contact_url, who.campaign_url) if link}
    for who in article.accountability:
        named = house.gazetteer.find((who.official, who.office or ""), draft.language, article.protected_terms)
        known |= {one.listing.id for one in named}
        if not (who.contact_url or who.campaign_url) and (listing := _meant(who, article, house)):
            known.add(listing.id)
            lent.append(
                who.model_copy(update={"contact_url": listing.contact_url, "campaign_url": listing.campaign_url})
            )
            links |= {link for link in (listing.contact_url, listing.campaign_url) if link}
    offered: list[Accountability] = []
    for entity in draft.entities:
        listing = house.gazetteer.listings[entity.id]
        if len(offered) >= house.call_out_most - len(article.accountability):
            break
        if listing.id in known or not _answers(listing, day) or {listing.contact_url, listing.campaign_url} & links:
            continue
        offered.append(_called(listing, language))
        links |= {link for link in (listing.contact_url, listing.campaign_url) if link}
    return replace(draft, accountability=(*lent, *offered))


def _meant(who: Accountability, article: Article, house: House) -> Listing | None:
    """Whose links may stand under the newsroom's words: only where these, whole, are a name of theirs."""
    for name in (who.official, who.office or ""):
        listing = house.gazetteer.called(name, article.protected_terms)
        if listing and _answers(listing, told_on(article)):
            return listing
    return None


def _answers(listing: Listing, day: date | None) -> bool:
    return listing.accountable and listing.serves(day)


def _called(listing: Listing, language: str) -> Accountability:
    return Accountability(
        official=listing.name_in(language),
        office=listing.office_in(language),
        contact_url=listing.contact_url,
        campaign_url=listing.campaign_url,
    )
