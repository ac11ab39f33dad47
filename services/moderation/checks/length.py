"""How much a comment says."""

from services.moderation.subject import Subject
from shared.comments import Evidence, Span


def length(subject: Subject) -> tuple[Evidence, ...]:
    """One finding, always: the number of characters a reader sees, letters and digits, as its score."""
    visible = sum(map(str.isalnum, subject.text))
    return (Evidence(check="length", span=Span(start=0, end=len(subject.text)), score=float(visible)),)
