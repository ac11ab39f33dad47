"""A story under embargo is nowhere before its time, and released once."""

from datetime import timedelta

from shared.articles import Change
from tests.unit.delivery_stories import LONG, NOON, Desk, gone, moderated, shown, summary

TONIGHT = NOON + timedelta(hours=6)


def test_an_embargoed_story_is_held_and_released_once() -> None:
    desk = Desk()

    held = desk.article(moderated(embargoed_until=TONIGHT))
    early = desk.due()
    desk.later(6 * 3600 + 1)
    released, again = desk.due(), desk.due()

    assert held.note == "held"
    assert not held.publish
    assert early.note == "early"
    assert desk.alarms[0][0] > TONIGHT
    assert summary(released) == shown("created")
    assert again.note == "nothing_due"


def test_a_newer_revision_replaces_the_held_one() -> None:
    desk = Desk()
    desk.article(moderated(1, embargoed_until=TONIGHT))

    desk.article(moderated(2, Change.UPDATED, headline="Second wording", embargoed_until=TONIGHT))
    desk.later(6 * 3600 + 1)
    outcome = desk.due(revision=1)

    assert summary(outcome) == shown("created")
    assert desk.told[0].headline == "Second wording"
    assert desk.due(revision=2).note == "nothing_due"


def test_an_embargo_moved_to_later_is_not_released_by_the_first_alarm() -> None:
    desk = Desk()
    desk.article(moderated(1, embargoed_until=TONIGHT))
    desk.article(moderated(2, Change.UPDATED, embargoed_until=TONIGHT + timedelta(hours=1)))

    desk.later(6 * 3600 + 1)

    assert desk.due(revision=1).note == "nothing_due"
    desk.later(3600)
    assert summary(desk.due(revision=2)) == shown("created")


def test_a_kill_cancels_a_hold() -> None:
    desk = Desk()
    desk.article(moderated(1, embargoed_until=TONIGHT))

    killed = desk.article(moderated(2, Change.KILLED))
    desk.later(6 * 3600 + 1)

    assert not killed.publish
    assert desk.due().note == "nothing_due"


def test_an_embargo_on_a_story_already_shown_takes_it_back_until_then() -> None:
    desk = Desk()
    desk.article(moderated(body_html=LONG))

    held = desk.article(moderated(2, Change.UPDATED, embargoed_until=TONIGHT))
    desk.later(6 * 3600 + 1)

    assert summary(held) == gone("withheld")
    assert desk.blobs == {}
    assert summary(desk.due(revision=2)) == shown("reinstated")
