"""A person's decision: asked of moderation exactly as the command line asks, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from services.moderation.desk import scope
from services.moderation.desk.naming import CODES, OFFERED
from services.moderation.desk.visit import Visit
from services.moderation.policy import Rulebook
from shared.comments import Actor, Decision, Verdict
from shared.events import DecisionRequested


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for, as it came from their form."""

    comment_id: str
    seen: str
    verdict: Verdict
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it.

    ``done``, ``half`` (a second person must agree), ``refused``, ``later`` (no answer yet) or ``not_allowed``.
    """

    comment_id: str
    verdict: Verdict
    outcome: str
    why: str = ""
    standing: Decision | None = None
    """Of a refusal: what holds instead."""


async def decide(visit: Visit, wish: Wish) -> Decided:
    """Whether it may be asked is looked at now, whatever the page showed when it was made."""
    found = await _decide(visit, wish)
    visit.desk.meters.decisions.labels(found.outcome).inc()
    return found


async def _decide(visit: Visit, wish: Wish) -> Decided:
    desk, who = visit.desk, visit.account.name
    matter = await desk.waiting.one(visit.account, wish.comment_id)
    if matter is None or not scope.decides(visit.account, matter):
        return Decided(wish.comment_id, wish.verdict, "not_allowed")
    revision, _, seq = wish.seen.partition(".")
    try:
        request = DecisionRequested(
            comment_id=wish.comment_id, revision=int(revision), seq=int(seq), verdict=wish.verdict,
            reason=wish.reason or None, note=wish.note or None, actor=Actor(kind="human", id=who),
            role=visit.account.role,
        )  # fmt: skip
    except (ValidationError, ValueError):
        return Decided(wish.comment_id, wish.verdict, "not_allowed")
    answer = await desk.asking.ask(request)
    if answer is None:
        return Decided(wish.comment_id, wish.verdict, "later")
    if answer.refused:
        now = next(iter(await desk.waiting.find([wish.comment_id])), None)
        standing = now.standing.decision if now else None
        return Decided(wish.comment_id, wish.verdict, "refused", str(answer.data.get("why", "")), standing)
    await desk.claims.release(wish.comment_id, who)
    # A rule may want two people: then the first of them has not published it yet.
    half = matter.standing.decision.two_person and matter.standing.first is None and wish.verdict is Verdict.PUBLISH
    return Decided(wish.comment_id, wish.verdict, "half" if half and not matter.standing.shown else "done")


def codes(rules: Rulebook) -> frozenset[str]:
    """Every reason there is: authors and the public read it, so it is no place for words of one's own."""
    return CODES | set(rules.reasons) | {rule.reason for rule in rules.rules}


async def knows(visit: Visit, reason: str) -> bool:
    """True for no reason, and for one of the policy in force or everybody's."""
    return not reason or reason in codes((await visit.desk.policy.in_force()).rules)


def reasons(rules: Rulebook, hit: Sequence[str]) -> tuple[list[str], list[str]]:
    """Public codes to choose from: those of the rules that hit, and all others."""
    known = codes(rules)
    suggested = [code for code in dict.fromkeys(hit) if code in known]
    others = dict.fromkeys((*OFFERED, *rules.reasons, *(rule.reason for rule in rules.rules)))
    return suggested, [code for code in others if code not in suggested]
