"""Pages to render in tests: a small one, a hostile one, and every example of ours."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.delivery.house import House
from services.delivery.page import Page
from services.delivery.place import place_of
from services.delivery.recent import Recent
from services.delivery.text_direction import direction_of
from shared.articles import (
    Accountability,
    Article,
    Byline,
    Correction,
    Direction,
    Enrichment,
    Image,
    ImageRole,
)
from shared.comments import AuthorRole
from shared.pictures import MAX_LIGHT
from shared.renditions import PublicComment
from tests.pictures import TINY, shown

EXAMPLES = Path(__file__).parents[2] / "examples"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def pictured(role: ImageRole = ImageRole.LEAD) -> Image:
    """A picture by the digest of what was uploaded, which must stand in no page."""
    return Image(media="d" * 64, role=role, alt="A bridge", caption="The bridge")


def make_page(language: str = "en", photo: bytes = TINY, **fields: Any) -> Page:
    """With every picture developed, and ``photo`` as the light form of each."""
    facts: dict[str, Any] = {"headline": "Water returns", "body_html": "<p>Clear words.</p>"} | fields
    article = Article(id="urn:desk:1", revision=7, language=language, **facts)
    direction = direction_of(article.headline)
    enrichment = Enrichment(
        language=language, direction=direction, word_count=2, reading_minutes=1, teaser="t", slug="water"
    )  # fmt: skip
    comment = PublicComment(
        id="c1", revision=1, author_name=HOSTILE, author_role=AuthorRole.MEMBER, body=HOSTILE, language="en",
        direction=Direction.LTR, created_at=NOON,
    )  # fmt: skip
    neighbour = Recent(
        id="n",
        language=language,
        headline="A neighbour" + HOSTILE,
        place="en/n-1",
        published_at=NOON,
        reading_minutes=2,
    )
    place = place_of(article.id, language, enrichment.slug)
    return Page(House(), article, enrichment, place, NOON, (comment,), (neighbour,), shown(article.images, photo))


HOSTILE_PAGE = make_page(
    headline="Headline " + HOSTILE, kicker=HOSTILE, standfirst=HOSTILE, section=HOSTILE, dateline=HOSTILE,
    byline=(Byline(name=HOSTILE, role=HOSTILE, url="javascript:alert(3)"),),
    images=(Image(href="https://desk.example/a.webp?\"onload=x", caption=HOSTILE, alt=HOSTILE, credit=HOSTILE),),
    correction=Correction(note=HOSTILE), canonical_url="javascript:alert(4)",
    accountability=(
        Accountability(official=HOSTILE, contact_url="JAVASCRIPT:alert(5)", campaign_url="data:text/html,x"),
    ),
)  # fmt: skip


def data_of(name: str) -> list[dict[str, Any]]:
    """What the events of an example file say."""
    return [json.loads(line)["data"] for line in (EXAMPLES / name).read_text("utf-8").splitlines()]


def example_pages() -> Iterator[Page]:
    """Our own example stories, each with the comments written under it."""
    comments = data_of("02-comments.ndjson")
    for data in data_of("01-stories.ndjson"):
        photo = TINY
        for image in data.get("images", []):
            if (EXAMPLES / image.get("href", "")).is_file():
                photo = (EXAMPLES / image["href"]).read_bytes()
        data = {name: value for name, value in data.items() if not str(value).startswith("+")}
        article = Article.model_validate_json(json.dumps(data))
        direction = direction_of(article.headline)
        language = "fa" if direction is Direction.RTL else "en"
        thread = tuple(
            PublicComment(
                id=one["id"], parent_id=one.get("parent_id"), revision=1, author_name=one["author"]["name"],
                author_role=AuthorRole.READER, body=one["body"], language="und", direction=direction_of(one["body"]),
                created_at=datetime.fromisoformat(one["created_at"]),
            )
            for one in comments
            if one["article_id"] == article.id and one.get("author")
        )  # fmt: skip
        page = make_page(language, headline=article.headline)
        enriched = page.enrichment.model_copy(update={"direction": direction, "teaser": article.headline})
        assert len(photo) <= MAX_LIGHT
        neighbours = tuple(page.related[0].model_copy(update={"headline": article.headline}) for _ in range(4))
        yield replace(
            page, article=article, enrichment=enriched, comments=thread, related=neighbours,
            pictures=shown(article.images, photo),
        )  # fmt: skip
