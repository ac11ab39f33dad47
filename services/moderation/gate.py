"""The gate every story passes before it is delivered."""

from datetime import datetime

from services.moderation.moderate import ENGINE, decision_id
from shared.articles import Change
from shared.comments import Actor, Decision, Policy, Verdict
from shared.events import ArticleEnriched, ArticleModerated


def gate(enriched: ArticleEnriched, policy: Policy, now: datetime) -> ArticleModerated:
    """The story with the record that lets it pass; a withdrawal passes at once, as its editor's decision."""
    withdrawn = enriched.change.withdraws
    decision = Decision(
        id=decision_id("article", enriched.article_id, enriched.revision, 0, policy),
        subject=enriched.article_id,
        revision=enriched.revision,
        seq=0,
        at=now,
        actor=Actor(kind="editor", id="newsroom") if withdrawn else ENGINE,
        from_state="published" if enriched.change is not Change.CREATED else "pending",
        verdict=Verdict.REJECT if withdrawn else Verdict.PUBLISH,
        reason=enriched.change.value if withdrawn else None,
        policy=policy,
    )
    return ArticleModerated(
        article_id=enriched.article_id,
        revision=enriched.revision,
        change=enriched.change,
        article=enriched.article,
        enrichment=enriched.enrichment,
        decision=decision,
    )
