"""What a check sees, and how it says that it could not look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.moderation.around import Around
from services.moderation.wordlists import Words
from shared.comments import AuthorRole, CommentFacts, Evidence


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


class Unchecked(Exception):  # noqa: N818 - an answer, not a fault
    """The check has nothing to go by for this comment, so a person must look."""


Check = Callable[[Subject], tuple[Evidence, ...]]
"""Repeatable; spans lie inside the text. Whatever it raises means unchecked, and unchecked is held."""
