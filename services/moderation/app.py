"""comments.enriched, comments.reported, comments.appealed, moderation.commands → comments.moderated, moderation.cases,
notices.authors; articles.enriched → gate → articles.moderated or articles.held"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from services.moderation import ask, gate, tally
from services.moderation.around import Around
from services.moderation.budget import Budget
from services.moderation.causes import causes
from services.moderation.checks import CHECKS
from services.moderation.decide import decide_comment, reads_comment
from services.moderation.live_policy import ACTIVE, DIGEST_BYTES, LivePolicy, with_policy
from services.moderation.moderate import moderate
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.policy_files import load
from services.moderation.scorer import Address, Scorer
from services.moderation.settings import Settings
from services.moderation.spoken import spoken
from services.moderation.subject import Check
from services.moderation.wishes import wishes
from shared.comments import Decision
from shared.events import (
    ArticleEnriched,
    CaseChanged,
    CommentAppealed,
    CommentEnriched,
    CommentModerated,
    CommentReported,
)
from shared.logs import logger
from shared.outcome import Given, Outcome
from shared.stage import Stage

Scores = Mapping[str, float] | None
BUSY = 5
"""Times as long by the clock as of the processor, for a machine that has other things to do."""


def build(settings: Settings, checks: Sequence[tuple[str, Check]] = CHECKS) -> Stage:
    """The stage that decides. Raises ``PolicyError`` for a policy that cannot be used, before anything is read."""
    stage = Stage("moderation", settings)
    policy, words = LivePolicy(load(settings.policy_file), scorer=bool(settings.scorer_url)), spoken()
    budget = Budget(settings.check_ms, settings.comment_ms)
    story_budget = Budget(settings.story_ms, BUSY * settings.story_ms)

    def judge(fact: CommentEnriched, rules: Rulebook, here: Around, scores: Scores) -> Decision:
        started = time.perf_counter_ns()
        with budget.of_one_comment() as limit:
            decision = moderate(fact, rules, here.at, checks, here, limit, scores)
        # How long it took, which a decision must not know itself.
        return decision.model_copy(update={"took_us": (time.perf_counter_ns() - started) // 1_000})

    told: set[str] = set()

    def rules(given: Given) -> Rulebook:
        """Those that count; an operator hears once where an activated policy does not."""
        found = policy.rules(given)
        if policy.unusable and policy.unusable not in told:
            told.add(policy.unusable)
            logger().critical("policy.unusable", why=policy.unusable, counts=found.named.version)
        return found

    def notices(rules: Rulebook) -> Notices:
        return Notices(words, rules.reasons)

    @stage.on(
        ArticleEnriched,
        reads=lambda fact: with_policy(gate.reads_article(fact)),
        order=lambda fact: (f"article:{fact.article_id}", fact.revision),
    )
    def article_enriched(fact: ArticleEnriched, given: Given) -> Outcome:
        return gate.decide_article(fact, given, rules(given), partial(causes, spend=story_budget.spend))

    @stage.on(
        CommentEnriched, reads=lambda fact: with_policy(reads_comment(fact)), prepare=_scores(settings, policy, stage)
    )
    def comment_enriched(fact: CommentEnriched, given: Given) -> Outcome:
        book = rules(given)
        scores = given.found if isinstance(given.found, dict) else None
        return decide_comment(fact, given, book, notices(book), partial(judge, scores=scores))

    @stage.on(CommentReported, reads=lambda told: with_policy(ask.reads_reported(told)))
    def comment_reported(told: CommentReported, given: Given) -> Outcome:
        book = rules(given)
        return ask.decide_report(told, given, book, notices(book))

    @stage.on(CommentAppealed, reads=lambda told: with_policy(ask.reads_appealed(told)))
    def comment_appealed(told: CommentAppealed, given: Given) -> Outcome:
        return ask.decide_appeal(told, given, notices(rules(given)))

    @stage.on(CommentModerated, reads=tally.reads_moderated)
    def comment_moderated(fact: CommentModerated, given: Given) -> Outcome:
        return tally.count_decision(fact, given)

    @stage.on(CaseChanged, reads=tally.reads_closed)
    def case_changed(fact: CaseChanged, given: Given) -> Outcome:
        return tally.count_reports(fact, given)

    wishes(stage.on, rules, notices, policy.decide, settings.desk_secret.get_secret_value())
    return stage


def _scores(
    settings: Settings, policy: LivePolicy, stage: Stage
) -> Callable[[CommentEnriched], Awaitable[Scores]] | None:
    """Asks a scorer about every comment while the policy wants scores; nobody, where there is none."""
    if not settings.scorer_url:
        return None
    address = Address(settings.scorer_url, settings.scorer_secret, settings.scorer_timeout_ms)
    scorer = Scorer(address, lambda: datetime.now(UTC), stage.metrics.registry)
    stage.app.after_shutdown(scorer.close)
    active = stage.keys.key(ACTIVE)

    async def ask(fact: CommentEnriched) -> Scores:
        rules = policy.known(await stage.redis.getrange(active, 0, DIGEST_BYTES - 1))
        if rules is None:
            rules = policy.of(await stage.redis.get(active))
        return await scorer.ask(fact) if rules.scores_asked else None

    return ask
