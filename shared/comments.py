"""What a comment is, and the record of what was decided about it."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.model import Digest, Id, Language, Line, Model, Revision, Sequence, Timestamp

MAX_COMMENT = 5_000
"""Characters of a comment's body; contract, section 3."""


class AuthorRole(StrEnum):
    """Who speaks."""

    READER = "reader"
    MEMBER = "member"
    STAFF = "staff"


class CommentStatus(StrEnum):
    """``canceled``: withdrawn by its author."""

    USABLE = "usable"
    CANCELED = "canceled"


class Author(Model):
    """A pseudonym and the name it chose to show."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]
    """The name they chose to show."""
    role: AuthorRole = AuthorRole.READER


class Comment(Model):
    """What a reader says under a story: plain text, never markup."""

    id: Id
    article_id: Id
    parent_id: Id | None = None
    """The comment it answers."""
    revision: Revision
    author: Author
    body: Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)]
    """Plain text; markup is shown as typed."""
    language: Language | None = None
    """BCP 47; detected when absent."""
    created_at: Timestamp
    """When its author sent it."""


class Span(Model):
    """Characters ``start`` to ``end`` (exclusive) of the original text."""

    start: Annotated[int, Field(ge=0)]
    """First character, from 0."""
    end: Annotated[int, Field(ge=0)]
    """The character after the last one."""


class CommentFacts(Model):
    """What enrichment found out about a comment; the words themselves are unchanged."""

    language: str
    """BCP 47; `und` where nothing could be told."""
    links: tuple[Span, ...] = ()
    """Where links stand in the original text."""
    depth: Annotated[int | None, Field(ge=0)] = None
    """Answers between it and the story: 0 stands under the story itself; absent where what it answers is not known."""
    words: Annotated[int, Field(ge=0)] = 0
    """As they are counted in stories."""
    upper: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of capitals among the letters that have two cases."""
    longest_run: Annotated[int, Field(ge=0)] = 0
    """The longest run of one repeated character."""
    invisible: Annotated[int, Field(ge=0)] = 0
    """Characters nobody sees, joiners that spelling needs left out."""
    folded_sha256: Digest | None = None
    """Of the folded text: the same for a text that was posted again with other marks, cases or spaces."""


class Verdict(StrEnum):
    """From mild to severe; the most severe one of all rules that hit is taken."""

    PUBLISH = "publish"
    FLAG = "flag"
    HOLD = "hold"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        """0 (publish) to 3 (reject)."""
        return tuple(Verdict).index(self)


class Queue(StrEnum):
    """Where a comment waits for a person, at the key ``queue:<name>``."""

    SAFETY = "safety"
    LEGAL = "legal"
    APPEALS = "appeals"
    REPORTED = "reported"
    ABUSE = "abuse"
    SPAM = "spam"
    LANGUAGE = "language"
    NEW = "new"


class Evidence(Model):
    """Why a rule hit: which check, which list entry, where in the original text."""

    check: str
    """Its name."""
    kind: str | None = None
    """What it found, where it finds several: `email`, `phone`; never the value."""
    span: Span | None = None
    of: Annotated[str | None, Field(pattern="^name$")] = None
    """What it was found in, where it is not the body: `name`, the one its author shows. It has no span then."""
    list: str | None = None
    """The word list."""
    term: str | None = None
    """Its entry that matched."""
    level: Annotated[int, Field(ge=1, le=2)] | None = None
    """How far the text was folded before it matched."""
    score: float | None = None
    """What a check measured, where it measures."""


class Hit(Model):
    """One rule that applied."""

    rule: str
    """Its name in the policy."""
    verdict: Verdict
    reason: Annotated[str, Field(description="Public code, shown to the author in their language.")]
    evidence: tuple[Evidence, ...] = ()


class Actor(Model):
    """Who decided."""

    kind: Annotated[str, Field(pattern="^(engine|human|author|editor)$")]
    """`engine`, `human`, `author` or `editor`."""
    id: str
    """A service or a person; never a reader's address."""


class Policy(Model):
    """The policy a decision was taken under."""

    version: Line
    """As its file names it."""
    digest: Digest


class Decision(Model):
    """One record for engine and person alike; nothing is published without one."""

    # `from` is a word of Python: on the wire it is the name, here `from_state` is.
    model_config = ConfigDict(populate_by_name=True)

    id: str
    """Its own id."""
    subject: Id
    revision: Revision
    seq: Sequence
    """Grows with every decision about this subject."""
    at: Timestamp
    actor: Actor
    from_state: Annotated[str, Field(alias="from", serialization_alias="from")] = "pending"
    """The verdict before this one; `pending` at first."""
    verdict: Verdict
    rule: str | None = None
    """The rule that tipped it."""
    reason: str | None = None
    """Public code, shown to the author in their language."""
    hits: tuple[Hit, ...] = ()
    """Every rule that applied."""
    unknown: tuple[str, ...] = ()
    """Checks that could not answer."""
    shadow: tuple[Hit, ...] = ()
    """Rules on trial: they would have applied and changed nothing."""
    around: tuple[Evidence, ...] | None = None
    """What was known of its author and thread and of what was said before, as the rules saw it, whether or not one
    hit; absent where nothing was asked, or by an engine that did not write it down."""
    policy: Policy
    two_person: bool = False
    """It is shown only when two people have said so."""
    note: str | None = None
    """What a person wrote about it."""
    supersedes: str | None = None
    """The decision this one replaces."""
    appeal_until: Timestamp | None = None
    """Until when its author may appeal."""
    took_us: Annotated[int, Field(ge=0)] = 0
    """Microseconds the checks took."""
