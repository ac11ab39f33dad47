"""Decide again, under another policy, what was decided before, and say what would be different."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from services.moderation.checks import CHECKS
from services.moderation.decide import AFTER_A_PERSON, REPORTED, after_a_stop
from services.moderation.moderate import OF_THE_DAY, PROTECTED, moderate
from services.moderation.policy import Rulebook
from services.moderation.subject import Check, Subject, Unchecked
from shared.comments import Evidence, Verdict
from shared.events import CommentEnriched, CommentModerated
from shared.model import primary

SAMPLES = 20
"""Changes that are shown one by one; enough to see what a rule does, few enough to read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One comment that would be decided otherwise."""

    comment_id: str
    revision: int
    language: str
    then: Verdict
    now: Verdict
    rule: str | None
    """That would tip it; ``None`` where none would."""


@dataclass(slots=True)
class Trial:
    """What a policy would have done."""

    decisions: int = 0
    changes: Counter[tuple[str, Verdict, Verdict]] = field(default_factory=Counter)
    """Language, verdict then, verdict now → how many; those that stay the same too."""
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rule and its mode → how often it hits."""
    people: int = 0
    """Decisions a person looked at later."""
    agreed_then: int = 0
    agreed_now: int = 0
    untried: int = 0
    """Decisions too old to say what was known of author and thread."""
    untried_rules: tuple[str, ...] = ()
    """That ask for it: on those decisions they count only as far as a rule hit by it on the day."""
    samples: list[Difference] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many would be decided otherwise."""
        return sum(count for (_, then, now), count in self.changes.items() if then is not now)


def replay(told: Iterable[CommentModerated], rules: Rulebook) -> Trial:
    """``told``: decisions in the order they were taken, engine's and people's. What was withdrawn has no words to try.

    An engine agrees with a person where it would have shown what they showed, and kept back what they kept back.
    """
    trial = Trial(untried_rules=tuple(rule.id for rule in rules.rules if not set(rule.checks).isdisjoint(OF_THE_DAY)))
    first: dict[tuple[str, int], tuple[Verdict, Verdict]] = {}
    stopped: dict[str, bool] = {}
    for one in told:
        key = (one.comment_id, one.revision)
        if one.comment is None:
            continue
        if one.decision.actor.kind == "engine":
            if one.decision.seq:
                stopped[one.comment_id] = one.decision.reason == REPORTED
                continue  # held for its readers' reports, which no rule looks at
            # Whoever stopped it may have done so before the time that is looked at.
            earlier = stopped.setdefault(one.comment_id, one.decision.reason in {AFTER_A_PERSON, REPORTED})
            first[key] = _tried(one, rules, trial, stopped=earlier)
            continue
        stopped[one.comment_id] = one.decision.verdict is not Verdict.PUBLISH
        if (both := first.pop(key, None)) is not None:
            then, now = both
            trial.people += 1
            trial.agreed_then += _shows(then) is _shows(one.decision.verdict)
            trial.agreed_now += _shows(now) is _shows(one.decision.verdict)
    return trial


def _tried(one: CommentModerated, rules: Rulebook, trial: Trial, *, stopped: bool) -> tuple[Verdict, Verdict]:
    fact = CommentEnriched(
        comment_id=one.comment_id,
        article_id=one.article_id,
        revision=one.revision,
        comment=one.comment,
        facts=one.facts,
    )
    again = moderate(fact, rules, one.decision.at, _checks(one), scores=_scores(one, rules))
    again = after_a_stop(again, stopped=stopped, by_readers=False)
    trial.untried += bool(trial.untried_rules) and one.decision.around is None
    then, now = one.decision.verdict, again.verdict
    language = primary(one.facts.language) if one.facts else "und"
    trial.decisions += 1
    trial.changes[language, then, now] += 1
    trial.rules.update((hit.rule, "live") for hit in again.hits)
    trial.rules.update((hit.rule, "shadow") for hit in again.shadow)
    if then is not now and len(trial.samples) < SAMPLES:
        trial.samples.append(Difference(one.comment_id, one.revision, language, then, now, again.rule or again.reason))
    return then, now


def _checks(one: CommentModerated) -> Sequence[tuple[str, Check]]:
    """What was known on the day is taken from the record."""
    told = {name: partial(_as_told, _found(one, name)) for name in (*OF_THE_DAY, PROTECTED)}
    return [(name, told.get(name, check)) for name, check in CHECKS]


def _found(one: CommentModerated, name: str) -> tuple[Evidence, ...] | None:
    """None where the check could not answer."""
    if name in one.decision.unknown:
        return None
    # What is protected always hits, so it always stands there.
    if name != PROTECTED and (around := one.decision.around) is not None:
        return tuple(each for each in around if each.check == name)
    hits = (*one.decision.hits, *one.decision.shadow)
    return tuple({each: None for hit in hits for each in hit.evidence if each.check == name})


def _as_told(found: tuple[Evidence, ...] | None, subject: Subject) -> tuple[Evidence, ...]:
    if found is None:
        raise Unchecked
    return tuple(one for one in found if one.of == subject.of)


def _scores(one: CommentModerated, rules: Rulebook) -> dict[str, float]:
    """As far as they stand in the record, which has those that a rule hit by; any other counts as 0."""
    hits = (*one.decision.hits, *one.decision.shadow)
    told = {each.kind: each.score for hit in hits for each in hit.evidence if each.check == "scorer" and each.kind}
    return dict.fromkeys(rules.scores_asked, 0.0) | {label: score for label, score in told.items() if score}


def _shows(verdict: Verdict) -> bool:
    return verdict in {Verdict.PUBLISH, Verdict.FLAG}
