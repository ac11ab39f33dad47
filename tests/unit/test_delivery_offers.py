"""A withdrawn story's headline also leaves the pages that offered it to read next."""

from datetime import timedelta

import pytest

from services.delivery.offers import AT_ONCE, offers_key
from shared.articles import Change
from shared.events import ArticleModerated
from tests.unit.delivery_stories import NOON, Desk, around, moderated, said, summary

SECRET = "A name that must go"
UPDATED = around("updated")


def desk_with_a_neighbour() -> Desk:
    desk = Desk()
    desk.article(moderated(id="a1", headline=SECRET))
    desk.article(moderated(id="a2"))
    assert SECRET in (desk.told[-1].content or "")
    return desk


def newest_pages(desk: Desk) -> dict[tuple[str, str], str]:
    return {(fact.article_id, fact.rendition): fact.content or "" for fact in desk.told}


@pytest.mark.parametrize(
    "withdrawal",
    [
        moderated(2, Change.KILLED),
        moderated(2, Change.WITHHELD),
        moderated(2, Change.UPDATED, headline=SECRET, embargoed_until=NOON + timedelta(hours=1)),
    ],
    ids=["killed", "withheld", "held again"],
)
def test_a_withdrawn_story_leaves_the_pages_that_offered_it(withdrawal: ArticleModerated) -> None:
    desk = desk_with_a_neighbour()

    desk.article(withdrawal)
    rung = desk.ring()

    assert UPDATED in [summary(outcome) for outcome in rung]
    assert not [page for page in newest_pages(desk).values() if SECRET in page]


def test_a_page_is_cleared_however_old_it_has_become() -> None:
    desk = desk_with_a_neighbour()
    for number in range(20):
        desk.article(moderated(id=f"b{number}", published_at=NOON + timedelta(minutes=1 + number)))

    desk.article(moderated(2, Change.KILLED))
    desk.ring()

    assert not [page for page in newest_pages(desk).values() if SECRET in page]


def test_more_pages_than_one_event_asks_for_are_all_cleared() -> None:
    desk = Desk()
    desk.article(moderated(id="a1", headline=SECRET, published_at=NOON + timedelta(days=1)))
    for number in range(AT_ONCE + 5):
        desk.article(moderated(id=f"b{number}"))

    desk.article(moderated(2, Change.KILLED))
    rung = desk.ring()

    assert not [page for page in newest_pages(desk).values() if SECRET in page]
    assert max(len(outcome.later) for outcome in rung) <= AT_ONCE + 1
    assert not desk.lists[offers_key("a1")]


def test_a_page_that_waits_for_its_comments_is_rendered_once_for_both() -> None:
    desk = Desk()
    desk.article(moderated(id="a2", headline=SECRET))
    desk.article(moderated(id="a1"))
    desk.comment(said("Good."))

    desk.article(moderated(2, Change.KILLED, id="a2"))
    desk.later(2)
    rung = [summary(outcome) for outcome in desk.ring() if outcome.publish]

    assert rung == [around("commented")]
    assert SECRET not in newest_pages(desk)["a1", "full"]


def test_pages_that_did_not_offer_it_are_left_alone() -> None:
    desk = desk_with_a_neighbour()
    desk.article(moderated(id="f1", headline="خبر", language="fa"))

    desk.article(moderated(2, Change.KILLED))
    desk.later(2)
    rung = [outcome for outcome in desk.ring() if outcome.publish]

    assert [summary(outcome) for outcome in rung] == [UPDATED]
    assert {fact.article_id for fact in desk.told[-2:]} == {"a2"}


def test_a_page_that_was_being_rendered_meanwhile_is_cleared_a_moment_later() -> None:
    desk = desk_with_a_neighbour()
    pointing = desk.lists.pop(offers_key("a1"))
    desk.article(moderated(2, Change.KILLED))
    desk.ring()
    desk.lists[offers_key("a1")] = pointing

    desk.later(2)
    desk.ring()

    assert SECRET not in newest_pages(desk)["a2", "full"]


def test_a_story_that_came_back_at_once_stays_offered() -> None:
    desk = desk_with_a_neighbour()
    desk.article(moderated(2, Change.KILLED))
    desk.article(moderated(3, Change.REINSTATED, headline=SECRET))

    rung = desk.ring()

    assert {outcome.note for outcome in rung} == {"nothing_due"}
    assert desk.lists[offers_key("a1")] == {b"a2": NOON.timestamp()}


def test_a_corrected_headline_reaches_the_pages_that_offer_the_story() -> None:
    desk = desk_with_a_neighbour()

    desk.article(moderated(2, Change.CORRECTED, headline="A better name"))
    desk.later(2)
    rung = [outcome for outcome in desk.ring() if outcome.publish]

    assert [summary(outcome) for outcome in rung] == [UPDATED], "once"
    pages = newest_pages(desk)
    assert not [page for page in pages.values() if SECRET in page]
    assert "A better name" in pages["a2", "full"]
    assert "A better name" in pages["a2", "light"]
    assert set(desk.lists[offers_key("a1")]) == {b"a2"}


def test_a_corrected_text_under_the_same_headline_leaves_other_pages_alone() -> None:
    desk = desk_with_a_neighbour()

    desk.article(moderated(2, Change.CORRECTED, headline=SECRET, body_html="<p>Other words.</p>"))
    desk.later(2)
    rung = desk.ring()

    assert not [outcome for outcome in rung if outcome.publish]


def test_many_pages_learn_a_new_headline() -> None:
    desk = Desk()
    desk.article(moderated(id="a1", headline=SECRET, published_at=NOON + timedelta(days=1)))
    for number in range(AT_ONCE + 5):
        desk.article(moderated(id=f"b{number}"))

    desk.article(
        moderated(2, Change.CORRECTED, headline="A better name", published_at=NOON + timedelta(days=1))
    )  # fmt: skip
    desk.later(2)
    desk.ring()

    assert not [page for page in newest_pages(desk).values() if SECRET in page]


def test_a_story_that_was_renamed_and_then_killed_leaves_every_page() -> None:
    desk = desk_with_a_neighbour()

    desk.article(moderated(2, Change.CORRECTED, headline="A better name"))
    desk.article(moderated(3, Change.KILLED))
    desk.ring()
    desk.later(2)
    desk.ring()

    assert not [page for page in newest_pages(desk).values() if "A better name" in page or SECRET in page]
