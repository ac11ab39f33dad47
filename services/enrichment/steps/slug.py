"""The readable part of a story's address."""

import hashlib
import unicodedata
from dataclasses import replace

from slugify import slugify

from services.enrichment.draft import Draft, House

_ZWNJ = "\u200c"


def slug(draft: Draft, house: House) -> Draft:
    """The newsroom's slug, else the headline's words: letters of any script, digits and hyphens.

    The newsroom's word is made fit for an address as well. Where nothing is left, the name stays the one
    made of the id.
    """
    for wish in (draft.article.slug, draft.article.headline):
        if made := _readable(wish or "", house.slug_characters):
            return replace(draft, slug=made)
    return draft


def fallback(article_id: str) -> str:
    """A name for a story that has no readable one; the same for every revision."""
    return f"story-{hashlib.sha256(article_id.encode()).hexdigest()[:12]}"


def _readable(text: str, limit: int) -> str:
    # Nobody sees a zero-width non-joiner in an address or types it, so there it becomes a hyphen.
    text = unicodedata.normalize("NFC", text).replace(_ZWNJ, " ")
    return slugify(
        text, max_length=limit, word_boundary=True, save_order=True, allow_unicode=True, algorithm="modern"
    ).strip("-")
