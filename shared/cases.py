"""What is opened beside a comment when somebody asks for another look, and what is done about authors and threads."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.comments import Queue
from shared.model import Id, Line, Model, Revision, Timestamp

MOST_REPORTS = 200
"""Of one case; more say nothing more."""


class ReportReason(StrEnum):
    """What a reader says is wrong."""

    ABUSE = "abuse"
    HATE = "hate"
    PERSONAL_DATA = "personal-data"
    SPAM = "spam"
    FALSE = "false"
    OTHER = "other"


class Report(Model):
    """One reader's report."""

    reporter: Id
    """A pseudonym."""
    reason: ReportReason
    note: Line | None = None
    """In their words, for moderators."""
    weight: Annotated[float, Field(ge=0, le=1)]
    """How often this reader was right so far: 0.5 of somebody new."""
    at: Timestamp


class Appeal(Model):
    """Its author asks for another look, by another person."""

    decision: str
    """Id of the decision it is against."""
    decided_by: str | None = None
    """The person who took it, and may not decide about it again; absent where the engine did."""
    words: Line
    """The author's own, for moderators."""
    at: Timestamp


class Escalation(Model):
    """A moderator asks those of another queue."""

    by: str
    """Who asks."""
    queue: Queue
    """Whose."""
    note: Line | None = None
    """For them."""
    at: Timestamp


class Case(Model):
    """Why a comment should be looked at again. It stands as it stands while the case is open."""

    comment_id: Id
    article_id: Id
    revision: Revision
    """Of the comment, when the case was opened."""
    opened_at: Timestamp
    queue: Queue
    """Where it waits."""
    deadline: Timestamp
    """When somebody should have decided; sooner the more its reports weigh."""
    reports: Annotated[tuple[Report, ...], Field(max_length=MOST_REPORTS)] = ()
    appeal: Appeal | None = None
    escalation: Escalation | None = None
    closed_at: Timestamp | None = None
    """Absent while it is open."""
    closed_by: str | None = None
    """Who decided about the comment, and so closed it."""
    upheld: bool | None = None
    """Once closed, whether who asked was right: the comment was published after an appeal, else held or rejected."""

    @property
    def open(self) -> bool:
        """True while somebody should look."""
        return self.closed_at is None

    @property
    def weight(self) -> float:
        """Of all its reports together."""
        return sum(one.weight for one in self.reports)


class Role(StrEnum):
    """What a person may do at the desk; each may all that those before it may."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, asked: "Role") -> bool:
        """True for who has at least this role."""
        roles = tuple(Role)
        return roles.index(self) >= roles.index(asked)


class SanctionKind(StrEnum):
    """From mild to severe."""

    WARN = "warn"
    PREMODERATE = "premoderate"
    SUSPEND = "suspend"
    BAN = "ban"


class Sanction(Model):
    """What holds about an author, in one section or everywhere."""

    kind: SanctionKind
    """`warn` is told, no more; `premoderate`: each comment waits for a person; `suspend`, `ban`: none is taken."""
    section: Line | None = None
    """Where it holds; absent: in the whole newsroom."""
    until: Timestamp | None = None
    """Absent: until it is lifted. A suspension has an end."""
    reason: Line
    """Public code, told to the author in their language."""
    by: str
    """Who imposed it."""
    at: Timestamp


class ThreadMode(StrEnum):
    """Who may speak under a story, and when it is seen."""

    OPEN = "open"
    PREMODERATED = "premoderated"
    STAFF_ONLY = "staff-only"
    CLOSED = "closed"


class HoldKind(StrEnum):
    """Why a story is kept back."""

    LEGAL = "legal"
    SAFETY = "safety"


class Cause(Model):
    """One thing in a story that keeps it back; never what it says."""

    kind: Line
    """`protected-term`, a kind of personal data such as `phone`, or `unchecked`: not all was looked through."""
    field: Line
    """Where it stands: `headline`, `body_html`, `images[0].caption`."""
    count: Annotated[int, Field(ge=1)] = 1
    """How often."""
