"""How a comment is written: in capitals, with a letter held down, with what nobody sees."""

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence, Span

LEAST_WORDS = 3
"""Fewer may be a name, an abbreviation, or one word of joy."""


def wording(subject: Subject) -> tuple[Evidence, ...]:
    """Three findings, always, each with its number as score; enrichment has counted."""
    facts = subject.facts
    if facts is None:
        raise Unchecked("enrichment found out nothing about this comment")
    upper = facts.upper if facts.words >= LEAST_WORDS else 0.0
    whole = Span(start=0, end=len(subject.text))
    return tuple(
        Evidence(check="wording", kind=kind, span=whole, score=float(score))
        for kind, score in (("upper", upper), ("run", facts.longest_run), ("invisible", facts.invisible))
    )
