"""Which story leads a front page."""

from services.site.catalogue import Listed
from services.site.front import led


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
