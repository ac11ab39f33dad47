"""What a desk should still add."""

from dataclasses import replace

from services.enrichment.draft import Draft, House


def missing(draft: Draft, _: House) -> Draft:
    """Pictures without words for those who cannot see them; on a light page that drops its photo nothing else is left.

    Field names as in the submission: ``images[0].alt``.
    """
    images = enumerate(draft.article.images)
    return replace(draft, missing=tuple(f"images[{at}].alt" for at, one in images if not (one.alt or "").strip()))
