"""The beginning of a story, for lists and link cards."""

from dataclasses import replace

from services.enrichment.draft import Draft, House
from services.enrichment.sentences import sentences

_ELLIPSIS = "…"


def teaser(draft: Draft, house: House) -> Draft:
    """As many whole first sentences as fit; one that is too long by itself is cut between words.

    A story without text is announced by its standfirst, and without one by its headline.
    """
    limit = house.teaser_characters
    beginnings = draft.prose or draft.paragraphs or (draft.article.standfirst or draft.article.headline,)
    taken = ""
    # Reads no further than a teaser can reach.
    for sentence in (one for paragraph in beginnings[: limit + 1] for one in sentences(paragraph, 4 * limit)):
        longer = f"{taken} {sentence}" if taken else sentence
        if len(longer) > limit:
            return replace(draft, teaser=taken or _cut(sentence, limit))
        taken = longer
    return replace(draft, teaser=taken)


def _cut(sentence: str, limit: int) -> str:
    whole = sentence[: limit - 1].rsplit(None, 1)[0]
    return whole.rstrip(" ,;:،؛-–—") + _ELLIPSIS
