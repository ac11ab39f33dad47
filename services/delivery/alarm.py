"""Have a story rendered again a moment later, once for all that comes in that moment."""

from datetime import datetime, timedelta

from services.delivery.house import House
from services.delivery.state import Story
from shared.events import ArticleDue
from shared.outcome import Later

LOST_AFTER = timedelta(seconds=60)
"""An alarm this late is taken for dead: whatever comes next sets another."""


def rendered_later(story: Story, article_id: str, now: datetime, house: House) -> tuple[tuple[Later, ...], Story]:
    """The alarm, and the story that knows of it; neither where it is not shown, or an alarm is set already."""
    waits = story.render_due is not None and now <= story.render_due + LOST_AFTER
    if waits or not story.shown:
        return (), story
    at = now + timedelta(milliseconds=house.comment_render_delay_ms)
    due = ArticleDue(article_id=article_id, revision=story.revision)
    return (Later(at, due),), story.model_copy(update={"render_due": at})
