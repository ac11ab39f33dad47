"""What people ask of moderation, what readers and authors ask of people, and the answers."""

from typing import Annotated

from pydantic import Field, model_validator

from shared.articles import Change
from shared.cases import Case, Cause, HoldKind, ReportReason, Role, Sanction, SanctionKind, ThreadMode
from shared.comments import Actor, Decision, Policy, Queue, Span, Verdict
from shared.envelope import EventData
from shared.model import Digest, Id, Language, Line, Revision, Sequence, Timestamp

MOST_TEXT = 262_144
"""Characters of a policy, and MOST_LISTS of all its word lists together."""
MOST_LISTS = 2_097_152


RESERVED = ("second-person", "after-person", "reported", "withdrawn", "unchecked")
"""Public codes moderation gives by itself, each with a meaning of its own: a person who gave one would pass for it."""


def reserved(reason: str | None) -> bool:
    """True for a code nobody may give: one of those, or with a check behind it (``unchecked:links``)."""
    return reason is not None and reason.partition(":")[0].strip().lower() in RESERVED


class PersonAsks(EventData):
    """Somebody at the desk asks."""

    stream = "moderation.commands"

    actor: Actor
    """Who asks: `human`, and their name at the desk."""
    role: Role = Role.MODERATOR
    """What they may do."""
    token: Annotated[str | None, Field(max_length=200)] = None
    """Who let them in says so: needed where `LIGHTWIRE_DESK_SECRET` is set."""
    at: Timestamp | None = None
    """When they asked; needed with a token, which is worth nothing a day later, nor a second time."""

    @model_validator(mode="after")
    def _a_person_asks(self) -> "PersonAsks":
        if self.actor.kind != "human":
            raise ValueError('actor.kind must be "human": the engine and authors act by themselves')
        return self


class DecisionRequested(PersonAsks):
    """A person decides about a comment, as they saw it."""

    type = "lightwire.decision.requested.v1"

    comment_id: Id
    revision: Revision
    """Of the comment, as the person saw it."""
    seq: Sequence
    """Of the decision the person saw: if another was taken since, this one is refused."""
    verdict: Verdict
    """`publish`, `hold` or `reject`."""
    reason: Line | None = None
    """Public code, shown to the author in their language; none that moderation gives by itself, such as `reported`."""
    note: Line | None = None
    """For other moderators; never shown to the author."""

    @model_validator(mode="after")
    def _a_person_decides(self) -> "DecisionRequested":
        if self.verdict is Verdict.FLAG:
            raise ValueError("verdict must be publish, hold or reject")
        if reserved(self.reason):
            raise ValueError("reason is one that moderation gives by itself: choose another code")
        return self

    @property
    def subject(self) -> str:
        return self.comment_id


class EscalationRequested(PersonAsks):
    """A moderator wants those of another queue to decide about a comment."""

    type = "lightwire.escalation.requested.v1"

    comment_id: Id
    queue: Queue
    """Whose."""
    note: Line | None = None
    """For them."""

    @property
    def subject(self) -> str:
        return self.comment_id


class SanctionRequested(PersonAsks):
    """A person imposes a sanction on an author, or lifts it."""

    type = "lightwire.sanction.requested.v1"

    author_id: Id
    """The pseudonym."""
    kind: SanctionKind
    lift: bool = False
    """True: take it back. The same kind and section name it."""
    section: Line | None = None
    """Where it holds; absent: everywhere."""
    until: Timestamp | None = None
    """Absent: until it is lifted."""
    reason: Line = "rules"
    """Public code, told to the author in their language."""
    note: Line | None = None
    """For other moderators."""
    language: Language | None = None
    """In which the author is told."""

    @model_validator(mode="after")
    def _a_suspension_ends(self) -> "SanctionRequested":
        if self.kind is SanctionKind.SUSPEND and self.until is None and not self.lift:
            raise ValueError("until is required for a suspension: say when it ends, or ban")
        return self

    @property
    def subject(self) -> str:
        return self.author_id


class ThreadRequested(PersonAsks):
    """A person says who may speak under a story."""

    type = "lightwire.thread.requested.v1"

    article_id: Id
    mode: ThreadMode

    @property
    def subject(self) -> str:
        return self.article_id


class HoldRequested(PersonAsks):
    """An editor keeps a story back, or lets it go; letting it go takes two."""

    type = "lightwire.hold.requested.v1"

    article_id: Id
    kind: HoldKind = HoldKind.LEGAL
    lift: bool = False
    """True: let it go. Once two different people have asked, it goes."""
    revision: Revision | None = None
    """Of the story that waits, as the person saw it: needed to let one go, so that no other goes in its place."""
    note: Line | None = None
    """Why, for other editors."""

    @property
    def subject(self) -> str:
        return self.article_id


class PolicyRequested(PersonAsks):
    """An admin wants comments to be decided under another policy from now on."""

    type = "lightwire.policy.requested.v1"

    policy: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    """The TOML; empty: back to the file moderation was started with."""
    files: dict[str, str] = Field(default={}, description="The word lists it names, by their names.")

    @model_validator(mode="after")
    def _it_fits(self) -> "PolicyRequested":
        if sum(map(len, self.files.values())) > MOST_LISTS:
            raise ValueError(f"files must have {MOST_LISTS:,} characters together at most: split the lists by language")
        return self

    @property
    def subject(self) -> str:
        return "policy"


class DecisionRefused(EventData):
    """The answer to a person whose decision was not taken; nothing has changed."""

    type = "lightwire.decision.refused.v1"
    stream = "moderation.refusals"

    comment_id: Id
    revision: Revision
    """As it was asked for."""
    seq: Sequence
    """As it was asked for."""
    actor: Actor
    """Who asked."""
    why: Annotated[str, Field(pattern="^(stale|unknown|withdrawn|not-allowed|same-person)$")]
    """`stale`: somebody was quicker, or it was edited; `unknown`; `withdrawn` by its author; `not-allowed`: the token
    is not right, or the role too small; `same-person`: another one must."""
    detail: Annotated[str, Field(description="What a person can do about it.")]
    standing: Decision | None = None
    """What holds instead."""

    @property
    def subject(self) -> str:
        return self.comment_id


class RequestRefused(EventData):
    """The answer to a person whose request, other than a decision, was not carried out; nothing has changed."""

    type = "lightwire.request.refused.v1"
    stream = "moderation.refusals"

    request: Line
    """Its type, without `lightwire.` and version: `sanction.requested`."""
    about: Line
    """Whom or what it was about."""
    actor: Actor
    """Who asked."""
    why: Annotated[str, Field(pattern="^(stale|unknown|withdrawn|not-allowed|same-person|unusable)$")]
    """`unusable`: a policy that cannot be used, or what makes no sense there; the others as for decisions."""
    detail: Annotated[str, Field(description="What a person can do about it.")]

    @property
    def subject(self) -> str:
        return self.about


class ActionTaken(EventData):
    """What a person did that is no decision about a comment: sanctions, threads, holds of stories, policies."""

    type = "lightwire.action.taken.v1"
    stream = "moderation.actions"

    action: Annotated[str, Field(pattern="^(sanction|pardon|thread|hold|second|lift|policy)$")]
    """`pardon`: a sanction lifted; `second`: a story is let go by one, and waits for another; `lift`: by two."""
    about: Line
    """The author, the article, or `policy`."""
    actor: Actor
    at: Timestamp
    sanction: Sanction | None = None
    """With `sanction` and `pardon`."""
    mode: ThreadMode | None = None
    """With `thread`."""
    kind: HoldKind | None = None
    """With `hold`, `second` and `lift`."""
    policy: Policy | None = None
    """With `policy`; absent where the file counts again."""
    note: Line | None = None
    """What they wrote about it."""

    @property
    def subject(self) -> str:
        return self.about


class CommentReported(EventData):
    """A reader says that a comment should be looked at."""

    type = "lightwire.comment.reported.v1"
    stream = "comments.reported"

    comment_id: Id
    reporter: Id
    """A pseudonym: who reports twice counts once, and who was right before weighs more."""
    reason: ReportReason
    note: Line | None = None
    """In their words, for moderators."""

    @property
    def subject(self) -> str:
        return self.comment_id


class CommentAppealed(EventData):
    """An author asks for another look at what was held or rejected, once per decision and in time."""

    type = "lightwire.comment.appealed.v1"
    stream = "comments.appealed"

    comment_id: Id
    author_id: Id
    """The pseudonym the comment was sent under."""
    words: Annotated[str, Field(min_length=1, max_length=2_000)]
    """Why, for moderators."""

    @property
    def subject(self) -> str:
        return self.comment_id


class CaseChanged(EventData):
    """A case was opened, grew or was closed."""

    type = "lightwire.case.changed.v1"
    stream = "moderation.cases"

    comment_id: Id
    article_id: Id
    what: Annotated[str, Field(pattern="^(reported|appealed|escalated|closed)$")]
    """What has changed it."""
    case: Case
    """As it stands now."""

    @property
    def subject(self) -> str:
        return self.comment_id


class ArticleHeld(EventData):
    """The gate keeps a revision of a story back until two people let it go; what is shown of an earlier one stays."""

    type = "lightwire.article.held.v1"
    stream = "articles.held"

    article_id: Id
    revision: Revision
    change: Change
    kind: HoldKind
    causes: tuple[Cause, ...] = ()
    """What was found, never what it says; empty with a legal hold."""
    deadline: Timestamp
    """When somebody should have decided."""

    @property
    def subject(self) -> str:
        return self.article_id


class AuthorNotified(EventData):
    """For the author of a comment, by whoever knows how to reach them. It names no moderator and no list."""

    type = "lightwire.author.notified.v1"
    stream = "notices.authors"

    author_id: Id
    """The pseudonym."""
    what: Annotated[str, Field(pattern="^(published|held|rejected|appealed|too-late|sanctioned|pardoned)$")]
    """What happened; `appealed`: their appeal has come in; `too-late`: it cannot be taken."""
    comment_id: Id | None = None
    """Absent where no single comment is meant."""
    article_id: Id | None = None
    revision: Revision = 0
    """Of the comment."""
    decision: Line | None = None
    """Id of the decision: what an appeal is against."""
    reason: Line | None = None
    """Public code."""
    language: Line
    """BCP 47 tag of `words`."""
    words: Line
    """The same in the author's language, to be shown as it is."""
    quotes: tuple[Span, ...] = ()
    """The places in their comment it is about."""
    decided_by: Annotated[str, Field(pattern="^(engine|human)$")] = "engine"
    """Software or a person; never who."""
    appeal_until: Timestamp | None = None
    """Until when they may appeal; absent where they may not."""
    until: Timestamp | None = None
    """When a sanction ends."""
    section: Line | None = None
    """Where a sanction holds; absent: everywhere."""
    policy: Digest | None = None
    """The policy that counted."""

    @property
    def subject(self) -> str:
        return self.author_id
