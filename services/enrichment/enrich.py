"""What is found out about a story and a comment."""

from collections.abc import Sequence

from services.enrichment.draft import UNDETERMINED, Draft, House, Step
from services.enrichment.languages import fits, languages_of
from services.enrichment.steps import STEPS
from services.enrichment.steps.slug import fallback
from services.enrichment.wording import wording
from shared.articles import Article, Enrichment
from shared.comments import Comment, CommentFacts
from shared.links import links


def enrich(article: Article, house: House, steps: Sequence[tuple[str, Step]] = STEPS) -> Enrichment:
    """All that the steps found. A step that fails is named in ``failed_steps`` and holds nothing up."""
    draft = Draft(article=article, slug=fallback(article.id))
    failed: list[str] = []
    for name, step in steps:
        try:
            draft = step(draft, house)
        except Exception:  # noqa: BLE001 - a story without a teaser is better than no story, and it is told
            failed.append(name)
    return Enrichment(
        language=draft.language,
        direction=draft.direction,
        word_count=draft.word_count,
        reading_minutes=draft.reading_minutes,
        teaser=draft.teaser,
        slug=draft.slug,
        summary=draft.summary,
        entities=draft.entities,
        accountability=draft.accountability,
        terms=draft.terms,
        fingerprint=draft.fingerprint,
        missing=draft.missing,
        failed_steps=tuple(failed),
    )


def enrich_comment(comment: Comment, house: House, depth: int | None = None) -> CommentFacts | None:
    """Language, links and wording; ``None`` where they could not be found out, so that moderation holds the comment.

    The language it came with is believed unless the text is in another script: word lists go by language,
    and a Persian insult declared as English would pass all of them.
    """
    try:
        language = comment.language or UNDETERMINED
        if not comment.language or not fits(comment.language, comment.body):
            language = languages_of(house.languages).tell(comment.body)
        told = wording(comment.body)
        return CommentFacts(language=language, links=links(comment.body), depth=depth, **told._asdict())
    except Exception:  # noqa: BLE001 - absent facts are what moderation holds on
        return None
