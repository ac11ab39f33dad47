"""comments.enriched, moderation.commands → comments.moderated; articles.enriched → gate → articles.moderated"""

import time
from datetime import datetime

from services.moderation.decide import decide_comment, decide_request
from services.moderation.gate import gate
from services.moderation.moderate import moderate
from services.moderation.policy import Rulebook
from services.moderation.policy_files import load
from services.moderation.settings import Settings
from services.moderation.standing import reads_standing
from shared.comments import Decision
from shared.events import ArticleEnriched, ArticleModerated, CommentEnriched, DecisionRequested
from shared.outcome import Given, Outcome
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage that decides. Raises ``PolicyError`` for a policy that cannot be used, before anything is read."""
    stage = Stage("moderation", settings)
    rules = load(settings.policy_file)

    @stage.on(ArticleEnriched, order=lambda fact: (f"article:{fact.article_id}", fact.revision))
    def article_enriched(fact: ArticleEnriched, given: Given) -> ArticleModerated:
        return gate(fact, rules.named, given.now)

    @stage.on(CommentEnriched, reads=lambda fact: reads_standing(fact.comment_id))
    def comment_enriched(fact: CommentEnriched, given: Given) -> Outcome:
        return decide_comment(fact, given, rules, _timed)

    @stage.on(DecisionRequested, reads=lambda asked: reads_standing(asked.comment_id))
    def decision_requested(asked: DecisionRequested, given: Given) -> Outcome:
        return decide_request(asked, given)

    return stage


def _timed(fact: CommentEnriched, rules: Rulebook, now: datetime) -> Decision:
    """With how long it took, which a decision must not know itself."""
    started = time.perf_counter_ns()
    decision = moderate(fact, rules, now)
    return decision.model_copy(update={"took_us": (time.perf_counter_ns() - started) // 1_000})
