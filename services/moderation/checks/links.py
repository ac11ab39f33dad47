"""Where a comment leads its readers."""

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence


def links(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each link enrichment saw."""
    if subject.facts is None:
        raise Unchecked("enrichment found out nothing about this comment")
    return tuple(Evidence(check="links", span=span) for span in subject.facts.links)
