"""What moderation remembers of authors, reporters and threads."""

from typing import Annotated

from pydantic import Field

from shared.cases import Cause, HoldKind, Sanction, ThreadMode
from shared.events import ArticleEnriched
from shared.keys import escape
from shared.model import Digest, Line, Model, Timestamp
from shared.outcome import Record

_DAY_MS = 86_400_000
QUIET_MS = 90 * _DAY_MS
"""So long after their last comment an author is remembered; forms without accounts make a new one for every comment."""
STORY_MS = 365 * _DAY_MS
"""So long after its newest revision, or what was done about it here, an editor can keep a story back."""
ALWAYS_MS = 36_500 * _DAY_MS
"""What was imposed on somebody does not fade. A key that may expire cannot be told never to: a century is enough."""


class Known(Model):
    """An author, by pseudonym: their newest comments, and what was imposed on them."""

    recent: tuple[tuple[float, str, str], ...] = ()
    """When (Unix seconds), which, and its folded beginning; the newest first."""
    sanctions: tuple[Sanction, ...] = ()

    @classmethod
    def of(cls, record: Record) -> "Known":
        """Empty where nothing is known."""
        stored = record.fields.get("known")
        return cls.model_validate_json(stored) if stored else cls()

    @property
    def packed(self) -> bytes:
        """As it is stored."""
        return self.model_dump_json(exclude_none=True).encode()

    @property
    def keep_ms(self) -> int:
        """How long it is kept from now on."""
        return ALWAYS_MS if self.sanctions else QUIET_MS


class Tally(Model):
    """How an author's comments stand now, or how a reporter's reports ended."""

    published: int = 0
    held: int = 0
    rejected: int = 0
    upheld: int = 0
    dismissed: int = 0

    @classmethod
    def of(cls, record: Record) -> "Tally":
        """All zero where nothing is known."""
        stored = record.fields.get("tally")
        return cls.model_validate_json(stored) if stored else cls()

    @property
    def decided(self) -> int:
        """Comments that were let through or refused; what still waits says nothing about its author."""
        return self.published + self.rejected

    @property
    def weight(self) -> float:
        """How often this reporter was right: 0.5 of somebody new, nearer to 0 or 1 the more is known (Laplace)."""
        return (self.upheld + 1) / (self.upheld + self.dismissed + 2)

    def moved(self, before: str | None, after: str | None) -> "Tally":
        """With one less of ``before`` and one more of ``after``."""
        counts = self.model_dump()
        if before is not None:
            # Below zero for a moment, where an edit is counted before the person's decision it follows.
            counts[before] -= 1
        if after is not None:
            counts[after] += 1
        return Tally.model_validate(counts)


class Thread(Model):
    """A story as far as its comments are concerned."""

    section: Line | None = None
    comments_open: bool = True
    mode: ThreadMode = ThreadMode.OPEN
    protected: tuple[str, ...] = ()
    """Names that must never leave, folded: nobody may tell them in a comment either."""

    @classmethod
    def of(cls, record: Record) -> "Thread | None":
        """None where the story has not been seen."""
        stored = record.fields.get("thread")
        return cls.model_validate_json(stored) if stored else None


class Gate(Model):
    """How a story stands at the gate."""

    seq: Annotated[int, Field(ge=0)] = 0
    """Of the newest decision about it."""
    legal: bool = False
    """An editor keeps it back, whatever it says."""
    held: ArticleEnriched | None = None
    """The revision that waits, as it came."""
    withdrawn: bool = False
    """It was killed or withheld while an editor kept it; what is stored of it is kept for the hold, not for readers."""
    causes: tuple[Cause, ...] = ()
    """Why ``held`` waits, beside a legal hold."""
    marks: tuple[Digest, ...] = ()
    """SHA-256 of what was found in it."""
    cleared: tuple[Digest, ...] = ()
    """SHA-256 of what two people have let pass: a later revision that says no more passes too."""
    seconds: dict[HoldKind, str] = Field(default={})
    """Who asked first to let it go, by kind of hold."""
    deadline: Timestamp | None = None

    @classmethod
    def of(cls, record: Record) -> "Gate":
        """Open where nothing is known."""
        stored = record.fields.get("gate")
        return cls.model_validate_json(stored) if stored else cls()

    @property
    def packed(self) -> bytes:
        """As it is stored."""
        return self.model_dump_json(exclude_none=True, by_alias=True).encode()


def story_ms(gate: Gate, thread: Thread | None) -> int:
    """How long the record of a story is kept from now on: what holds it, shuts it or must stay unsaid does not fade."""
    waits = gate.legal or gate.held is not None
    shut = thread is not None and (thread.mode is not ThreadMode.OPEN or not thread.comments_open)
    return ALWAYS_MS if waits or shut or (thread is not None and thread.protected) else STORY_MS


def author_key(author_id: str) -> str:
    """The record of an author."""
    return f"author:{escape(author_id)}"


def tally_key(author_id: str) -> str:
    """How an author's comments stand."""
    return f"tally:{escape(author_id)}"


def reporter_key(reporter: str) -> str:
    """How a reader's reports ended."""
    return f"reporter:{escape(reporter)}"


def thread_key(article_id: str) -> str:
    """The record of a story at moderation: its thread, and the gate."""
    return f"thread:{escape(article_id)}"
