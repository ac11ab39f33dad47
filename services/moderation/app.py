"""comments.enriched → moderate → comments.moderated; articles.enriched → gate → articles.moderated"""

import time

from services.moderation.gate import gate
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from services.moderation.settings import Settings
from shared.events import ArticleEnriched, ArticleModerated, CommentEnriched, CommentModerated
from shared.outcome import Given
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage that decides. Raises ``PolicyError`` for a policy that cannot be used, before anything is read."""
    stage = Stage("moderation", settings)
    rules = load(settings.policy_file)

    @stage.on(ArticleEnriched, order=lambda fact: (f"article:{fact.article_id}", fact.revision))
    def article_enriched(fact: ArticleEnriched, given: Given) -> ArticleModerated:
        return gate(fact, rules.named, given.now)

    @stage.on(CommentEnriched, order=lambda fact: (f"comment:{fact.comment_id}", fact.revision))
    def comment_enriched(fact: CommentEnriched, given: Given) -> CommentModerated:
        started = time.perf_counter_ns()
        decision = moderate(fact, rules, given.now)
        took_us = (time.perf_counter_ns() - started) // 1_000
        return CommentModerated(
            comment_id=fact.comment_id,
            article_id=fact.article_id,
            revision=fact.revision,
            comment=fact.comment,
            facts=fact.facts,
            decision=decision.model_copy(update={"took_us": took_us}),
        )

    return stage
