"""Which story leads a front page, and what the page tells search engines."""

import re
from datetime import UTC, datetime

import pytest

from services.site.catalogue import Listed
from services.site.entries import FULL
from services.site.front import Front, front_page, led


def listed(headline: str, lead: str | None = None) -> Listed:
    return Listed(
        headline=headline, section=None, teaser=None, published_at=None, reading_minutes=1, path=f"/en/{headline}.html",
        direction="ltr", lead=lead, comments=0,
    )  # fmt: skip


def test_the_first_story_with_a_picture_leads() -> None:
    stories = [listed("bare"), listed("pictured", "a" * 64), listed("third", "b" * 64)]

    assert [story.headline for story in led(stories)] == ["pictured", "bare", "third"]


def test_old_news_does_not_lead_for_its_picture() -> None:
    stories = [*(listed(str(n)) for n in range(4)), listed("old", "a" * 64)]

    assert led(stories) == stories


def alternates(front: Front, base: str) -> list[tuple[str, str]]:
    today = datetime(2026, 11, 23, tzinfo=UTC)
    html = front_page("News", front, [listed("one")], ["en", "fa"], ["World"], today, base=base)
    return re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]*)"', html)


def test_a_front_page_names_every_language_by_its_whole_address() -> None:
    named = alternates(Front("en", FULL), "https://news.example/")

    assert named == [("en", "https://news.example/en/"), ("fa", "https://news.example/fa/")]


@pytest.mark.parametrize(
    ("front", "base"),
    [
        (Front("en", FULL), ""),
        (Front("en", FULL, "World"), "https://news.example"),
        (Front("en", FULL, None, 2), "https://news.example"),
    ],
    ids=["address not known", "section", "older stories"],
)
def test_what_has_no_counterpart_in_another_language_names_none(front: Front, base: str) -> None:
    assert alternates(front, base) == []
