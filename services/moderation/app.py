"""comments.enriched, comments.reported, comments.appealed, moderation.commands → comments.moderated, moderation.cases,
notices.authors; articles.enriched → gate → articles.moderated or articles.held"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from services.moderation import act, ask, gate, tally
from services.moderation.around import Around
from services.moderation.budget import Budget
from services.moderation.checks import CHECKS
from services.moderation.decide import decide_comment, decide_request, reads_comment, reads_request
from services.moderation.live_policy import LivePolicy, with_policy
from services.moderation.moderate import moderate
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.policy_files import load
from services.moderation.rights import may_not
from services.moderation.settings import Settings
from services.moderation.spoken import spoken
from services.moderation.subject import Check
from shared.comments import Decision
from shared.events import (
    ArticleEnriched,
    CaseChanged,
    CommentAppealed,
    CommentEnriched,
    CommentModerated,
    CommentReported,
    DecisionRequested,
    EscalationRequested,
    HoldRequested,
    PolicyRequested,
    SanctionRequested,
    ThreadRequested,
)
from shared.outcome import Given, Outcome, Reads
from shared.requests import PersonAsks
from shared.stage import Stage

P = TypeVar("P", bound=PersonAsks)


def build(settings: Settings, checks: Sequence[tuple[str, Check]] = CHECKS) -> Stage:
    """The stage that decides. Raises ``PolicyError`` for a policy that cannot be used, before anything is read."""
    stage = Stage("moderation", settings)
    policy, words = LivePolicy(load(settings.policy_file)), spoken()
    budget = Budget(settings.check_ms, settings.comment_ms)

    def judge(fact: CommentEnriched, rules: Rulebook, here: Around) -> Decision:
        started = time.perf_counter_ns()
        with budget.of_one_comment() as limit:
            decision = moderate(fact, rules, here.at, checks, here, limit)
        # How long it took, which a decision must not know itself.
        return decision.model_copy(update={"took_us": (time.perf_counter_ns() - started) // 1_000})

    def notices(rules: Rulebook) -> Notices:
        return Notices(words, rules.reasons)

    @stage.on(
        ArticleEnriched,
        reads=lambda fact: with_policy(gate.reads_article(fact)),
        order=lambda fact: (f"article:{fact.article_id}", fact.revision),
    )
    def article_enriched(fact: ArticleEnriched, given: Given) -> Outcome:
        return gate.decide_article(fact, given, policy.rules(given))

    @stage.on(CommentEnriched, reads=lambda fact: with_policy(reads_comment(fact)))
    def comment_enriched(fact: CommentEnriched, given: Given) -> Outcome:
        rules = policy.rules(given)
        return decide_comment(fact, given, rules, notices(rules), judge)

    @stage.on(CommentReported, reads=lambda told: with_policy(ask.reads_reported(told)))
    def comment_reported(told: CommentReported, given: Given) -> Outcome:
        rules = policy.rules(given)
        return ask.decide_report(told, given, rules, notices(rules))

    @stage.on(CommentAppealed, reads=lambda told: with_policy(ask.reads_appealed(told)))
    def comment_appealed(told: CommentAppealed, given: Given) -> Outcome:
        return ask.decide_appeal(told, given, notices(policy.rules(given)))

    @stage.on(CommentModerated, reads=tally.reads_moderated)
    def comment_moderated(fact: CommentModerated, given: Given) -> Outcome:
        return tally.count_decision(fact, given)

    @stage.on(CaseChanged, reads=tally.reads_closed)
    def case_changed(fact: CaseChanged, given: Given) -> Outcome:
        return tally.count_reports(fact, given)

    def command(kind: type[P], reads: Callable[[P], Reads], decide: Callable[[P, Given, Rulebook], Outcome]) -> None:
        """What a person asks for: done if they may."""

        def asked(wish: P, given: Given) -> Outcome:
            return may_not(wish, given, settings.desk_secret) or decide(wish, given, policy.rules(given))

        stage.on(kind, reads=lambda wish: with_policy(reads(wish)))(asked)

    command(
        DecisionRequested, reads_request, lambda wish, given, rules: decide_request(wish, given, rules, notices(rules))
    )
    command(EscalationRequested, ask.reads_escalated, lambda wish, given, _: ask.decide_escalation(wish, given))
    command(
        SanctionRequested,
        act.reads_sanction,
        lambda wish, given, rules: act.decide_sanction(wish, given, notices(rules)),
    )
    command(ThreadRequested, act.reads_mode, lambda wish, given, _: act.decide_mode(wish, given))
    command(HoldRequested, gate.reads_hold, lambda wish, given, rules: gate.decide_hold(wish, given, rules.named))
    command(PolicyRequested, lambda _: Reads(), lambda wish, given, _: policy.decide(wish, given))
    return stage
