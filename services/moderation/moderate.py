"""What becomes of a comment, with everything it rests on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid5

from services.moderation.around import Around
from services.moderation.checks import CHECKS
from services.moderation.checks.links import within
from services.moderation.conditions import When
from services.moderation.look import Findings, Look
from services.moderation.policy import PROTECTED_TERM, Rule, Rulebook
from services.moderation.subject import Check, Limit, Subject, unlimited
from shared.comments import Actor, Decision, Evidence, Hit, Policy, Verdict
from shared.envelope import NAMESPACE
from shared.events import CommentEnriched

ENGINE = Actor(kind="engine", id="policy")
PROTECTED = "protected"
OF_THE_DAY = ("author", "repeat", "thread")
"""Checks whose answer changes by the day: it is written down, so that another policy can be tried on it later."""
GUESSED = 2
"""The level of a word that may be meant: a person looks before anybody is refused for it."""
Hits = list[tuple[Rule, Hit]]


def moderate(
    enriched: CommentEnriched,
    rules: Rulebook,
    now: datetime,
    checks: Sequence[tuple[str, Check]] = CHECKS,
    around: Around | None = None,
    limit: Limit = unlimited,
    scores: Mapping[str, float] | None = None,
) -> Decision:
    """The decision on one revision of a comment: the most severe verdict of all rules that hit.

    Where a final rule in force hits, only final rules and those on personal data count, and only their checks run.
    All hits are kept, shadow ones apart, and what the checks of the day found. A check that failed, took longer than
    ``limit`` lets it, or answered rubbish is named in ``unknown``, and the comment is held at least, whatever the rules
    say. ``around``: its author and thread, where they are known. ``scores``: what a scorer of the newsroom's own
    answered. ``took_us`` stays 0: a decision knows no clock, whoever calls it measures.
    """
    if enriched.comment is None:
        return _withdrawn(enriched, rules.named, now)
    here = around or Around(now)
    subject = Subject(
        enriched.comment.body, enriched.facts, rules.words, rules.patterns, rules.phone_regions,
        enriched.comment.author.role, here, scores, rules.scores_needed,
    )  # fmt: skip
    look = Look(subject, checks, limit, enriched.comment.author.name)
    # Whatever the policy says, and whatever settles the matter before anything else is looked at.
    look.at((PROTECTED,))
    hits = _cut_short(rules, look)
    if hits is None:
        look.at_everything()
        hits = _hits(rules.rules, look.findings)
    unknown = look.unknown
    if around:
        look.at(OF_THE_DAY)
    live = [hit for one, hit in hits if one.mode == "live"]
    if named := look.findings.get(PROTECTED):
        live.append(Hit(rule=PROTECTED_TERM, verdict=Verdict.HOLD, reason="personal-data", evidence=tuple(named)))
    worst = max(live, key=lambda hit: hit.verdict.severity, default=None)
    verdict, rule, reason = Verdict.PUBLISH, None, None
    if worst:
        verdict, rule, reason = worst.verdict, worst.rule, worst.reason
    if unknown and verdict.severity < rules.on_unknown.severity:
        verdict, rule, reason = rules.on_unknown, None, f"unchecked:{unknown[0]}"
    return Decision(
        id=decision_id("comment", enriched.comment_id, enriched.revision, 0, rules.named),
        subject=enriched.comment_id,
        revision=enriched.revision,
        seq=0,
        at=now,
        actor=ENGINE,
        verdict=verdict,
        rule=rule,
        reason=reason,
        hits=tuple(live),
        unknown=unknown,
        shadow=tuple(hit for one, hit in hits if one.mode == "shadow"),
        around=tuple(one for name in OF_THE_DAY for one in look.findings.get(name, ())) if around else None,
        policy=rules.named,
    )


def decision_id(kind: str, subject: str, revision: int, seq: int, policy: Policy) -> str:
    """The same decision has the same id, however often it is taken again."""
    return str(uuid5(NAMESPACE, f"decision\n{kind}\n{subject}\n{revision}\n{seq}\n{policy.digest}"))


def _withdrawn(enriched: CommentEnriched, policy: Policy, now: datetime) -> Decision:
    """Its author took it back: no rule has a say."""
    return Decision(
        id=decision_id("comment", enriched.comment_id, enriched.revision, 0, policy),
        subject=enriched.comment_id,
        revision=enriched.revision,
        seq=0,
        at=now,
        actor=Actor(kind="author", id="author"),
        verdict=Verdict.REJECT,
        reason="withdrawn",
        policy=policy,
    )


def _cut_short(rules: Rulebook, look: Look) -> Hits | None:
    """All that counts where a final rule in force hits; ``None`` where none does."""
    if not rules.cuts_short:
        return None
    look.at(rules.first_checks)
    hits = _hits(rules.first, look.findings)
    return hits if any(one.final and one.mode == "live" for one, _ in hits) else None


def _hits(rules: Sequence[Rule], findings: Findings) -> Hits:
    return [(one, hit) for one in rules if (hit := _hit(one, findings))]


def _hit(rule: Rule, findings: Findings) -> Hit | None:
    if any(not findings.get(check) for check in rule.checks):
        return None  # most rules, at one look each
    evidence: list[Evidence] = []
    for found in _conditions(rule.when, findings):
        if not found:
            return None
        evidence += found
    verdict = rule.verdict
    words = [one for one in evidence if one.check == "words"]
    if words and all(one.level == GUESSED for one in words) and verdict.severity > Verdict.HOLD.severity:
        verdict = Verdict.HOLD
    return Hit(rule=rule.id, verdict=verdict, reason=rule.reason, evidence=tuple(evidence))


def _conditions(when: When, findings: Findings) -> list[list[Evidence]]:
    """For each condition of a rule, what fulfils it; an empty list where nothing does."""
    length, links = findings.get("length", ()), findings.get("links", ())
    conditions: list[list[Evidence]] = []
    if when.words is not None:
        conditions.append([one for one in findings.get("words", ()) if one.list in when.words])
    conditions += _links(when, links)
    if when.longer_than is not None:
        conditions.append([one for one in length if (one.score or 0) > when.longer_than])
    if when.shorter_than is not None:
        conditions.append([one for one in length if (one.score or 0) < when.shorter_than])
    if when.patterns is not None:
        conditions.append([one for one in findings.get("patterns", ()) if one.list in when.patterns])
    if when.personal is not None:
        conditions.append([one for one in findings.get("personal", ()) if one.kind in when.personal])
    for kind, most in (("upper", when.upper_over), ("run", when.run_over), ("invisible", when.invisible_over)):
        if most is not None:
            wording = findings.get("wording", ())
            conditions.append([one for one in wording if one.kind == kind and (one.score or 0) > most])
    if when.scores_over is not None:
        over, scored = when.scores_over, findings.get("scorer", ())
        conditions.append([one for one in scored if one.kind in over and (one.score or 0) > over[one.kind]])
    conditions += _around(when, findings)
    if when.languages is not None:
        conditions.append([one for one in findings["language"] if one.kind in when.languages])
    return conditions


def _links(when: When, links: Sequence[Evidence]) -> list[list[Evidence]]:
    conditions: list[list[Evidence]] = []
    if when.links_over is not None:
        conditions.append(list(links) if len(links) > when.links_over else [])
    if when.links_to is not None:
        conditions.append([one for one in links if within(one.term, when.links_to)])
    if when.links_outside is not None:
        conditions.append([one for one in links if not within(one.term, when.links_outside)])
    return conditions


def _around(when: When, findings: Findings) -> list[list[Evidence]]:
    """The same for what is known of author and thread."""
    author, repeat, thread = (findings.get(name, ()) for name in ("author", "repeat", "thread"))
    asked: tuple[tuple[Sequence[Evidence], Sequence[str] | None], ...] = (
        (author, when.author), (thread, when.thread), ([one for one in thread if one.kind == "section"], when.sections)
    )  # fmt: skip
    conditions = [
        [one for one in found if (one.term if one.kind == "section" else one.kind) in wanted]
        for found, wanted in asked
        if wanted is not None
    ]
    for found, kind, most in (
        (author, "rejected-share", when.rejected_over),
        (author, "in-a-minute", when.rate_over),
        (repeat, "like", when.repeat_over),
        (repeat, "same", when.raid_over),
    ):
        if most is not None:
            conditions.append([one for one in found if one.kind == kind and (one.score or 0) > most])
    return conditions
