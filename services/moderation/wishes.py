"""moderation.commands → moderation: what people ask for, each done if they may, and where it is signed, once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from services.moderation import act, ask, gate
from services.moderation.decide import decide_request, reads_request
from services.moderation.live_policy import with_policy
from services.moderation.notices import Notices
from services.moderation.policy import Rulebook
from services.moderation.rights import may_not, spent, spent_key
from shared.events import (
    DecisionRequested,
    EscalationRequested,
    HoldRequested,
    PolicyRequested,
    SanctionRequested,
    ThreadRequested,
)
from shared.outcome import Given, Outcome, Reads
from shared.requests import PersonAsks

P = TypeVar("P", bound=PersonAsks)


def wishes(
    on: Callable[..., Any],
    rules: Callable[[Given], Rulebook],
    notices: Callable[[Rulebook], Notices],
    activate: Callable[[PolicyRequested, Given], Outcome],
    secret: str,
) -> None:
    """Wire every kind of wish to ``on``, the stage's own. With a ``secret``, what is not signed is refused."""

    def wish(kind: type[P], reads: Callable[[P], Reads], decide: Callable[[P, Given, Rulebook], Outcome]) -> None:
        def asked(said: P, given: Given) -> Outcome:
            if not secret:
                return may_not(said, given, secret) or decide(said, given, rules(given))
            if given.blobs.get(spent_key(said)):
                return Outcome(note="duplicate")
            outcome = may_not(said, given, secret) or decide(said, given, rules(given))
            return replace(outcome, blobs=(*outcome.blobs, spent(said)))

        def wanted(said: P) -> Reads:
            found = with_policy(reads(said))
            return replace(found, blobs=(*found.blobs, spent_key(said))) if secret else found

        on(kind, reads=wanted)(asked)

    wish(DecisionRequested, reads_request, lambda said, given, book: decide_request(said, given, book, notices(book)))
    wish(EscalationRequested, ask.reads_escalated, lambda said, given, _: ask.decide_escalation(said, given))
    wish(
        SanctionRequested, act.reads_sanction, lambda said, given, book: act.decide_sanction(said, given, notices(book))
    )
    wish(ThreadRequested, act.reads_mode, lambda said, given, _: act.decide_mode(said, given))
    wish(HoldRequested, gate.reads_hold, lambda said, given, book: gate.decide_hold(said, given, book.named))
    wish(PolicyRequested, lambda _: Reads(), lambda said, given, _: activate(said, given))
