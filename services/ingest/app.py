"""articles.submitted → admit → articles.ingested, and the same for comments; beside it the HTTP front."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from services.ingest.admit import admit_article, admit_comment
from services.ingest.hostile import Limits, examine
from services.ingest.http.serving import serve_beside
from services.ingest.ledger import Ledger, article_key, comment_key
from services.ingest.misspelt import insist
from services.ingest.settings import Settings
from shared.events import ArticleSubmitted, CommentSubmitted
from shared.outcome import Given, Outcome, Reads
from shared.stage import Stage


def build(settings: Settings, environment: Mapping[str, str] = MappingProxyType({})) -> Stage:
    """The stage behind the submitted streams. What its door refuses becomes a dead letter, never a crash."""
    stage = Stage("ingest", settings)
    door = partial(examine, limits=Limits(event_bytes=settings.event_bytes, depth=settings.event_depth))

    def articles_door(raw: bytes) -> None:
        """Whoever says XADD hears of a misspelt embargo as whoever posts does."""
        document = door(raw)
        # Data that travels by reference comes by itself.
        insist(document.get("data") if "specversion" in document else document, ArticleSubmitted)

    @stage.on(ArticleSubmitted, reads=_known_article, door=articles_door)
    def article_submitted(said: ArticleSubmitted, given: Given) -> Outcome:
        return admit_article(said, Ledger.read(given.records.get(article_key(said.id))))

    @stage.on(CommentSubmitted, reads=_known_comment, door=door)
    def comment_submitted(said: CommentSubmitted, given: Given) -> Outcome:
        return admit_comment(said, Ledger.read(given.records.get(comment_key(said.id))))

    serve_beside(stage, settings, environment)
    return stage


def _known_article(said: ArticleSubmitted) -> Reads:
    return Reads(records={article_key(said.id): None})


def _known_comment(said: CommentSubmitted) -> Reads:
    return Reads(records={comment_key(said.id): None})
