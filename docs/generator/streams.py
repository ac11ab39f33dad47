"""Every stream: who writes it, who reads it, what it carries. The rest of the reference hangs on this table."""

from dataclasses import dataclass

from shared import events
from shared.events import EventData

SERVICES = ("ingest", "enrichment", "moderation", "delivery")
"""Stages of a story; press and darkroom work beside them, the site is a channel like any other."""


@dataclass(frozen=True, slots=True)
class Stream:
    """``name`` is without the prefix; ``{service}`` in it stands for each stage."""

    name: str
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    carries: str
    kinds: tuple[type[EventData], ...]


_RENDITIONS = (events.RenditionPublished, events.RenditionWithdrawn)

STREAMS = (
    Stream("articles.submitted", ("newsroom",), ("ingest",), "what a newsroom says", (events.ArticleSubmitted,)),
    Stream("comments.submitted", ("newsroom",), ("ingest",), "what a reader says", (events.CommentSubmitted,)),
    Stream(
        "articles.ingested", ("ingest",), ("enrichment",),
        "valid, deduplicated, in the order of revisions, sanitised", (events.ArticleIngested,),
    ),
    Stream(
        "comments.ingested", ("ingest",), ("enrichment",),
        "valid, deduplicated, plain text", (events.CommentIngested,),
    ),
    Stream(
        "articles.enriched", ("enrichment",), ("moderation",),
        "with language, direction, reading time, teaser and slug", (events.ArticleEnriched,),
    ),
    Stream(
        "comments.enriched", ("enrichment",), ("moderation",),
        "with language and links", (events.CommentEnriched,),
    ),
    Stream(
        "articles.moderated", ("moderation",), ("delivery",),
        "what may be shown and every withdrawal, with the decision", (events.ArticleModerated,),
    ),
    Stream(
        "comments.moderated", ("moderation",), ("delivery", "moderation"),
        "every comment with its decision, whatever the verdict", (events.CommentModerated,),
    ),
    Stream(
        "articles.held", ("moderation",), ("moderator",),
        "stories the gate keeps back until two people let them go", (events.ArticleHeld,),
    ),
    Stream(
        "comments.reported", ("channel",), ("moderation",),
        "readers ask for another look at a comment", (events.CommentReported,),
    ),
    Stream(
        "comments.appealed", ("newsroom",), ("moderation",),
        "authors ask for another look at a decision", (events.CommentAppealed,),
    ),
    Stream(
        "moderation.cases", ("moderation",), ("moderation", "moderator"),
        "reports, appeals and escalations, and how they ended", (events.CaseChanged,),
    ),
    Stream(
        "moderation.commands", ("moderator",), ("moderation",),
        "what people decide and do at the desk",
        (
            events.DecisionRequested, events.EscalationRequested, events.SanctionRequested, events.ThreadRequested,
            events.HoldRequested, events.PolicyRequested,
        ),
    ),
    Stream(
        "moderation.refusals", ("moderation",), ("moderator",),
        "what was not done, why, and what holds instead", (events.DecisionRefused, events.RequestRefused),
    ),
    Stream(
        "moderation.actions", ("moderation",), ("moderator",),
        "what people did that is no decision about a comment", (events.ActionTaken,),
    ),
    Stream(
        "notices.authors", ("moderation",), ("newsroom",),
        "what became of a comment, for its author, in their language", (events.AuthorNotified,),
    ),
    Stream(
        "articles.due", ("delivery",), ("delivery",),
        "delivery's alarm clock: ended embargoes, comments that wait to be shown", (events.ArticleDue,),
    ),
    Stream(
        "pictures.due", ("delivery",), ("darkroom",),
        "pictures of stories that may be shown, waiting to be developed", (events.PictureDue,),
    ),
    Stream(
        "pictures.developed", ("darkroom",), ("delivery",),
        "the files of a picture that may be shown", (events.PictureDeveloped,),
    ),
    Stream(
        "pictures.dropped", ("delivery",), ("darkroom",),
        "pictures of killed stories, to be forgotten where no other shows them", (events.PictureDropped,),
    ),
    Stream(
        "bodies.due", ("delivery",), ("press",),
        "bodies that readers fetch, waiting to be compressed", (events.BodyDue,),
    ),
    Stream("renditions.full", ("delivery",), ("channel",), "stories as full pages", _RENDITIONS),
    Stream("renditions.light", ("delivery",), ("channel",), "stories as one small file each", _RENDITIONS),
    Stream("renditions.comments", ("delivery",), ("channel",), "comments, public fields only", _RENDITIONS),
    Stream("receipts", ("channel",), ("delivery",), "“I now show this”", (events.ReceiptGiven,)),
    Stream(
        "dead.{service}", (*SERVICES, "press", "darkroom"), ("operator",),
        "what a stage could not accept", (events.EventDied,),
    ),
    Stream("audit", ("operator",), ("operator",), "what people did, hash-chained", (events.ActionRecorded,)),
)  # fmt: skip
