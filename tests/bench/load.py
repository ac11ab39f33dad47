"""What is measured: one full event of about 2 KB, one decision, and the event it becomes."""

from datetime import UTC, datetime

from shared.articles import Article, Change, Direction, Enrichment
from shared.events import ArticleEnriched, ArticleIngested, Event, derived_id, seal, to_json
from tests.faults import words

INPUT, OUTPUT = ArticleIngested.stream, ArticleEnriched.stream
SERVICE = "bench"
BATCH = 100
_ENRICHMENT = Enrichment(
    language="en", direction=Direction.LTR, word_count=400, reading_minutes=2, teaser="A teaser.", slug="a-story"
)


def entry(n: int) -> bytes:
    """The ``n``-th event to read, about 2 KB."""
    story = words.story(f"en:{n}", 1)
    story = {**story, "body_html": story["body_html"][:1_100], "language": "en"}
    article = Article(**story, id=f"bench:{n}", revision=1, published_at=datetime.now(UTC))
    data = ArticleIngested(article_id=article.id, revision=1, change=Change.CREATED, article=article)
    return to_json(seal(data, id=f"bench-{n}", source="/newsroom/bench"))


def decide(data: ArticleIngested) -> ArticleEnriched:
    """The same function for every contender; it does next to nothing, so that the frame around it is what counts."""
    return ArticleEnriched(
        article_id=data.article_id,
        revision=data.revision,
        change=data.change,
        article=data.article,
        enrichment=_ENRICHMENT,
    )


def through(raw: bytes) -> bytes:
    """Decode, decide, seal, encode, as a hand-written loop does it."""
    event = Event[ArticleIngested].model_validate_json(raw)
    assert event.data is not None
    made = decide(event.data)
    return to_json(
        seal(
            made,
            id=derived_id(f"{event.source}\n{event.id}", SERVICE, made.type, 0),
            source=f"/lightwire/{SERVICE}",
            correlationid=event.correlationid,
            causationid=event.id,
            traceparent=event.traceparent,
        )
    )
