"""articles.ingested → enrich → articles.enriched, and the same for comments."""

from dataclasses import replace

from services.enrichment.enrich import enrich, enrich_comment
from services.enrichment.gazetteer.files import load
from services.enrichment.languages import languages_of
from services.enrichment.settings import Settings
from services.enrichment.threads import depth_of, reads_thread, remembered
from shared.events import ArticleEnriched, ArticleIngested, CommentEnriched, CommentIngested
from shared.outcome import Given, Outcome
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage that finds out. A withdrawal passes without a look: there is nothing left to find out.

    Raises ``GazetteerError`` for a gazetteer that cannot be used, before anything is read.
    """
    stage = Stage("enrichment", settings)
    # Read once: a gazetteer that cannot be used stops the start, not a story.
    house = replace(settings.house, gazetteer=load(settings.officials_file))
    # Loaded before the first story, and a language nobody can tell stops the start, not a story.
    languages_of(house.languages)

    @stage.on(ArticleIngested, order=lambda fact: (f"article:{fact.article_id}", fact.revision))
    def article_ingested(fact: ArticleIngested, _: Given) -> ArticleEnriched:
        return ArticleEnriched(
            article_id=fact.article_id,
            revision=fact.revision,
            change=fact.change,
            article=fact.article,
            enrichment=enrich(fact.article, house) if fact.article else None,
        )

    @stage.on(CommentIngested, reads=reads_thread, order=lambda fact: (f"comment:{fact.comment_id}", fact.revision))
    def comment_ingested(fact: CommentIngested, given: Given) -> Outcome:
        depth = depth_of(fact, given) if fact.comment else None
        enriched = CommentEnriched(
            comment_id=fact.comment_id,
            article_id=fact.article_id,
            revision=fact.revision,
            comment=fact.comment,
            facts=enrich_comment(fact.comment, house, depth) if fact.comment else None,
        )
        return Outcome(publish=(enriched,), save=remembered(fact, depth, given))

    return stage
