"""Expressions the newsroom listed."""

from services.moderation.subject import Subject
from shared.comments import Evidence, Span


def patterns(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each match of each; of an expression with a group, the group.

    RE2 takes time in proportion to the text, whatever the expression: none can stall the thread.
    """
    return tuple(
        Evidence(check="patterns", list=name, span=Span(start=start, end=end))
        for name, expression in subject.patterns.items()
        for found in expression.finditer(subject.text)
        for start, end in (found.span(1 if expression.groups else 0),)
        if end > start
    )
