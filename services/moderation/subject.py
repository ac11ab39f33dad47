"""What a check sees, and how it says that it could not look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from services.moderation.around import Around
from services.moderation.wordlists import Words
from shared.comments import AuthorRole, CommentFacts, Evidence, Span


@dataclass(frozen=True, slots=True)
class Subject:
    """A comment's text, what enrichment found out about it, and the listed words by language."""

    text: str
    facts: CommentFacts | None
    words: Mapping[str, Words]
    patterns: Mapping[str, Any] = field(default_factory=dict)
    """Name → compiled expression (RE2)."""
    phone_regions: tuple[str, ...] = ()
    """Countries (ISO 3166) whose telephone numbers are known without their code."""
    role: AuthorRole = AuthorRole.READER
    around: Around | None = None
    """Its author and its thread; ``None`` where a text is looked at by itself."""
    scores: Mapping[str, float] | None = None
    """Label → what a scorer of the newsroom's own gave it, 0 to 1; ``None`` where there was no answer."""
    scores_needed: frozenset[str] = frozenset()
    """Labels without which a rule in force cannot say anything."""
    of: str | None = None
    """``name``: the text is the name its author shows; ``None``: what they say."""


class Unchecked(Exception):  # noqa: N818 - an answer, not a fault
    """The check has nothing to go by for this comment, so a person must look."""


Check = Callable[[Subject], tuple[Evidence, ...]]
"""Repeatable; spans lie inside the text. Whatever it raises means unchecked, and unchecked is held."""
Limit = Callable[[Check, Subject], tuple[Evidence, ...]]
"""Calls a check and answers what it answers, or raises where it takes too long."""


def unlimited(check: Check, subject: Subject) -> tuple[Evidence, ...]:
    """However long it takes: for who tries a policy, and waits."""
    return check(subject)


def sensible(name: str, found: object, subject: Subject) -> bool:
    """False for an answer no check may give: not its own, outside the text, or no number where one should be.

    Nothing is believed: pydantic lets a careless check build evidence nobody has looked at.
    """
    return isinstance(found, tuple) and all(
        isinstance(one, Evidence) and one.check == name and _inside(one.span, subject) and _measured(one.score)
        for one in found
    )


def _inside(span: object, subject: Subject) -> bool:
    if span is None:
        return True
    return (
        isinstance(span, Span)
        and type(span.start) is int
        and type(span.end) is int
        and 0 <= span.start <= span.end <= len(subject.text)
    )


def _measured(score: object) -> bool:
    return score is None or (isinstance(score, float) and isfinite(score))
