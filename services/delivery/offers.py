"""Which pages offer a story to read next, so that a withdrawal or a new headline also reaches them.

One list per story, beside its record: the ids of the stories whose pages point to it.
"""

from datetime import datetime, timedelta

from services.delivery.house import House
from services.delivery.state import Story
from shared.events import ArticleDue
from shared.keys import escape
from shared.outcome import Given, Index, Later, Outcome, Unindex

AT_ONCE = 100
"""Pages asked to render again by one event; where more point to a story, it asks again for the rest."""

RENAMED_AT_ONCE = 1_000
"""Pages that learn a new headline, those rendered last; what is older learns it when it is next rendered.

Unlike cleared ones they go on pointing to the story, so there is no list that gets empty.
"""

REMEMBERED = 10_000
"""Pages remembered per story."""


def offers_key(article_id: str) -> str:
    """The list of those that point to this story."""
    return f"offers:{escape(article_id)}"


def offered(related: tuple[str, ...], article_id: str, now: datetime) -> tuple[Index, ...]:
    """Remember that the page of ``article_id`` points to these."""
    member = article_id.encode()
    return tuple(Index(offers_key(one), now.timestamp(), member, REMEMBERED) for one in related)


def no_longer_offered(story: Story, article_id: str, related: tuple[str, ...] = ()) -> tuple[Unindex, ...]:
    """Forget what its page pointed to before and, being rendered with ``related``, does no more."""
    return tuple(Unindex(offers_key(one), article_id.encode()) for one in story.related if one not in related)


def clear_offers(article_id: str, revision: int, now: datetime, house: House) -> tuple[Later, ...]:
    """Ask a withdrawn story to look who points to it.

    Once now, and once when pages that were being rendered while it was withdrawn are out.
    """
    asked = ArticleDue(article_id=article_id, revision=revision, gone=article_id)
    settled = now + timedelta(milliseconds=max(house.comment_render_delay_ms, 1))
    return Later(now, asked), Later(settled, asked)


def rename_offers(article_id: str, revision: int, now: datetime, house: House) -> tuple[Later, ...]:
    """Ask a story that is listed in other words now to look who points to it.

    Once, when pages that were being rendered meanwhile are out: unlike a withdrawal it can wait so long.
    """
    settled = now + timedelta(milliseconds=max(house.comment_render_delay_ms, 1))
    return (Later(settled, ArticleDue(article_id=article_id, revision=revision, renamed=article_id)),)


def pages_to_clear(asked: ArticleDue, story: Story | None, given: Given) -> Outcome:
    """Every page that points to the withdrawn story is due; unless the story has come back."""
    key = offers_key(asked.article_id)
    members = given.newest.get(key, ())
    if not members or (story is not None and story.shown):
        return Outcome(note="nothing_due")
    due = [Later(given.now, ArticleDue(article_id=one.decode(), revision=0, gone=asked.article_id)) for one in members]
    if len(members) == AT_ONCE:
        due.append(Later(given.now, asked))
    return Outcome(later=due, unindex=tuple(Unindex(key, one) for one in members), note="offers_cleared")


def pages_to_rename(asked: ArticleDue, story: Story | None, given: Given) -> Outcome:
    """The pages that name the story are due; none where it was withdrawn in the meantime, which they hear anyway."""
    members = given.newest.get(offers_key(asked.article_id), ())
    if not members or story is None or not story.shown:
        return Outcome(note="nothing_due")
    due = (ArticleDue(article_id=one.decode(), revision=0, renamed=asked.article_id) for one in members)
    return Outcome(later=tuple(Later(given.now, one) for one in due), note="offers_renamed")
