"""The facts services tell each other, one class per type.

A class here is an event's ``data``; ``shared.envelope.Event`` is the envelope around it. ``type`` and ``stream`` say
what it is called and where it travels, so wiring a stage needs nothing but the class.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from shared.articles import Article, Change, Enrichment, Status
from shared.comments import MAX_COMMENT, Author, Comment, CommentFacts, CommentStatus, Decision, Queue
from shared.envelope import MAX_INLINE_DATA as MAX_INLINE_DATA
from shared.envelope import SCHEMAS as SCHEMAS
from shared.envelope import Event as Event
from shared.envelope import EventData as EventData
from shared.envelope import derived_id as derived_id
from shared.envelope import envelope as envelope
from shared.envelope import seal as seal
from shared.envelope import to_json as to_json
from shared.errands import ArticleDue as ArticleDue
from shared.errands import BodyDue as BodyDue
from shared.errands import PictureDeveloped as PictureDeveloped
from shared.errands import PictureDropped as PictureDropped
from shared.errands import PictureDue as PictureDue
from shared.model import Id, Language, Line, Revision, Sequence, Timestamp
from shared.renditions import Rendition
from shared.requests import ActionTaken as ActionTaken
from shared.requests import ArticleHeld as ArticleHeld
from shared.requests import AuthorNotified as AuthorNotified
from shared.requests import CaseChanged as CaseChanged
from shared.requests import CommentAppealed as CommentAppealed
from shared.requests import CommentReported as CommentReported
from shared.requests import DecisionRefused as DecisionRefused
from shared.requests import DecisionRequested as DecisionRequested
from shared.requests import EscalationRequested as EscalationRequested
from shared.requests import HoldRequested as HoldRequested
from shared.requests import PolicyRequested as PolicyRequested
from shared.requests import RequestRefused as RequestRefused
from shared.requests import SanctionRequested as SanctionRequested
from shared.requests import ThreadRequested as ThreadRequested


class ArticleSubmitted(Article, EventData):
    """What a newsroom says about a story; a kill needs only ``id``, ``revision`` and ``status``."""

    type = "lightwire.article.submitted.v1"
    stream = "articles.submitted"

    status: Status
    """`canceled` is a kill: `id` and `revision` are enough."""
    headline: Annotated[str | None, Field(min_length=1, max_length=2_000)] = None  # type: ignore[assignment]
    """Plain text; required when `status` is `usable`."""
    embargoed_until: Annotated[AwareDatetime | None, Field(description="RFC 3339 with a time zone.")] = None
    """Nothing leaves before it; from the year 9000 on it has no end, and the story is withheld."""
    if_known: bool = False
    """A withdrawal that is ignored where the id has never come, such as a draft that may have been public before."""
    unnumbered: bool = False
    """A withdrawal that names no revision: it comes after whatever revision came last."""

    @model_validator(mode="after")
    def _a_usable_story_has_a_headline(self) -> "ArticleSubmitted":
        if self.status is Status.USABLE and not (self.headline and self.headline.strip()):
            raise ValueError('headline is required when status is "usable": add one')
        return self

    @property
    def subject(self) -> str:
        return self.id

    @classmethod
    def forgive(cls, data: dict[str, object]) -> dict[str, object] | None:
        """What must disappear passes whatever else the document says: by id and revision alone."""
        if data.get("status") not in (Status.CANCELED, Status.WITHHELD):  # a tuple: a list has no hash
            return None
        kept = {name: data[name] for name in ("id", "revision", "status") if name in data}
        return kept | {name: True for name in ("if_known", "unnumbered") if data.get(name) is True}


class CommentSubmitted(EventData):
    """What a reader says; ``canceled`` is withdrawn by its author and needs no body."""

    type = "lightwire.comment.submitted.v1"
    stream = "comments.submitted"

    id: Id
    article_id: Id
    parent_id: Id | None = None
    """The comment it answers."""
    revision: Revision
    status: CommentStatus
    """`canceled`: withdrawn by its author."""
    author: Author | None = None
    """Required when `status` is `usable`, as are `body` and `created_at`."""
    body: Annotated[str, Field(max_length=MAX_COMMENT)] | None = None
    """Plain text; markup is shown as typed."""
    language: Language | None = None
    """BCP 47; detected when absent."""
    created_at: Timestamp | None = None
    """When its author sent it."""

    @model_validator(mode="after")
    def _a_usable_comment_is_whole(self) -> "CommentSubmitted":
        if self.status is CommentStatus.USABLE:
            for name in ("author", "body", "created_at"):
                if not getattr(self, name):
                    raise ValueError(f'{name} is required when status is "usable": add it')
        return self

    @property
    def subject(self) -> str:
        return self.id

    @classmethod
    def forgive(cls, data: dict[str, object]) -> dict[str, object] | None:
        """A withdrawal passes whatever else the document says."""
        if data.get("status") != CommentStatus.CANCELED:
            return None
        return {name: data[name] for name in ("id", "article_id", "revision", "status") if name in data}


class ArticleFact(EventData):
    """One revision of one story on its way; ``article`` is absent where the change withdraws."""

    article_id: Id
    revision: Revision
    change: Change
    """What this revision means for those who saw an earlier one."""
    article: Article | None = None

    @property
    def subject(self) -> str:
        return self.article_id


class ArticleIngested(ArticleFact):
    """Valid, deduplicated, ordered by revision, sanitised."""

    type = "lightwire.article.ingested.v1"
    stream = "articles.ingested"


class ArticleEnriched(ArticleFact):
    """With what a desk would otherwise find out by hand."""

    type = "lightwire.article.enriched.v2"
    stream = "articles.enriched"

    enrichment: Enrichment | None = None


class ArticleModerated(ArticleFact):
    """Through the gate: only what may be shown, and every withdrawal."""

    type = "lightwire.article.moderated.v1"
    stream = "articles.moderated"

    enrichment: Enrichment | None = None
    decision: Decision


class CommentFact(EventData):
    """One revision of one comment on its way; ``comment`` is absent where its author withdrew it."""

    comment_id: Id
    article_id: Id
    revision: Revision
    comment: Comment | None = None

    @property
    def subject(self) -> str:
        return self.comment_id


class CommentIngested(CommentFact):
    """Valid, deduplicated, plain text."""

    type = "lightwire.comment.ingested.v1"
    stream = "comments.ingested"


class CommentEnriched(CommentFact):
    """With its language and links."""

    type = "lightwire.comment.enriched.v1"
    stream = "comments.enriched"

    facts: CommentFacts | None = None


class CommentModerated(CommentFact):
    """With its decision record, whatever the verdict."""

    type = "lightwire.comment.moderated.v1"
    stream = "comments.moderated"

    author_id: Id | None = None
    """The pseudonym, also of what its author withdrew."""
    facts: CommentFacts | None = None
    decision: Decision
    queue: Queue | None = None
    """Where it waits for a person; absent where it does not."""
    deadline: Timestamp | None = None
    """When somebody should have decided."""


class RenditionFact(Rendition, EventData):
    """One rendition; it travels on the stream of its name."""

    stream = "renditions"

    @property
    def subject(self) -> str:
        return self.article_id

    @property
    def destination(self) -> str:
        return f"renditions.{self.rendition}"


class RenditionPublished(RenditionFact):
    """Show this."""

    type = "lightwire.rendition.published.v1"


class RenditionWithdrawn(RenditionFact):
    """Stop showing this; the content is a notice that never contains the old text."""

    type = "lightwire.rendition.withdrawn.v1"


class ReceiptGiven(EventData):
    """A channel says what it shows now."""

    type = "lightwire.receipt.given.v1"
    stream = "receipts"

    channel: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    """Who shows it."""
    article_id: Id
    revision: Revision
    sequence: Sequence

    @property
    def subject(self) -> str:
        return self.article_id


class EventDied(EventData):
    """A dead letter: beside it, in fields ``original.<name>``, stand the bytes that died."""

    type = "lightwire.event.died.v1"
    stream = "dead"

    reason: Annotated[str, Field(pattern="^(undecodable|rejected|conflict|attempts_exhausted)$")]
    """`undecodable`, `rejected`, `conflict` or `attempts_exhausted`."""
    detail: Annotated[str, Field(description="What a person can do about it.")]
    service: str
    """Which service gave up."""
    died_in: Annotated[str, Field(description="The stream it was read from, without the prefix.")]
    entry: Annotated[str, Field(description="Its entry id there.")]
    attempts: Annotated[int, Field(ge=0)]
    """How often it was taken up."""
    at: Timestamp
    about: Annotated[str | None, Field(description="The subject, where one could be read.")] = None

    @property
    def subject(self) -> str:
        return self.about or self.entry


class ActionRecorded(EventData):
    """Who did what; ``previous`` and ``hash`` chain the records, and `audit.head` has the hash of the last."""

    type = "lightwire.action.recorded.v1"
    stream = "audit"

    actor: Line
    """Who."""
    action: Line
    """What, e.g. `dead.replay`, `sanction.ban`."""
    target: Line
    """To what."""
    detail: Line = ""
    """Why, in the person's words."""
    asked: Line = ""
    """What exactly, where `action` does not say it all: revision and decision that were seen, end and section."""
    event: Line = ""
    """Id of the request, which the answer names as its cause; empty where nothing was asked of a service."""
    at: Timestamp
    previous: str
    """The `hash` of the record before; empty in the first."""
    hash: str
    """SHA-256. Form 2: over the record without `hash`, as JSON with sorted names, without spaces, in UTF-8. Form 1:
    over `previous`, `actor`, `action`, `target` and `at`, joined by line feeds."""
    form: Annotated[int, Field(ge=1)] = 1
    """How `hash` is made; 1 where it is absent."""

    @property
    def subject(self) -> str:
        return self.target


def every_type() -> Iterator[type[EventData]]:
    """All event types, in the order a story meets them."""
    yield from (
        ArticleSubmitted, CommentSubmitted, ArticleIngested, CommentIngested, ArticleEnriched, CommentEnriched,
        ArticleModerated, CommentModerated, ArticleHeld, CommentReported, CommentAppealed, CaseChanged,
        DecisionRequested, EscalationRequested, SanctionRequested, ThreadRequested, HoldRequested, PolicyRequested,
        DecisionRefused, RequestRefused, ActionTaken, AuthorNotified, ArticleDue, PictureDue,
        PictureDeveloped, PictureDropped, BodyDue, RenditionPublished, RenditionWithdrawn, ReceiptGiven, EventDied,
        ActionRecorded,
    )  # fmt: skip
