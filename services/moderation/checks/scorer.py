"""What a scorer of the newsroom's own said; it was asked before."""

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence, Span


def scorer(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each label, with its score.

    A score that a rule in force needs and nobody gave is unchecked, not 0.
    """
    scores = subject.scores or {}
    if missing := sorted(subject.scores_needed - scores.keys()):
        raise Unchecked(f"no score for {missing[0]}")
    whole = Span(start=0, end=len(subject.text))
    return tuple(Evidence(check="scorer", kind=label, span=whole, score=scores[label]) for label in sorted(scores))
