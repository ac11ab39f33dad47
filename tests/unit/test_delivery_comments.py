"""What channels are told about comments."""

import pytest

from services.delivery.receipt import keep_receipt
from services.delivery.state import STATE, Story
from shared.articles import Change
from shared.comments import Verdict
from shared.events import ReceiptGiven, seal
from shared.outcome import Given, Record
from tests.unit.delivery_stories import NOON, Desk, around, moderated, said, summary

SHOWN = [("published", "comments", "commented")]
HIDDEN = [("withdrawn", "comments", "commented")]


def test_a_comment_is_shown_at_once_and_its_story_rendered_once_for_many() -> None:
    desk = Desk()
    desk.article(moderated())

    first = desk.comment(said("one", id="c1"))
    second = desk.comment(said("two", id="c2"))
    desk.later(1)
    rendered, again = desk.due(), desk.due()

    assert summary(first) == summary(second) == SHOWN
    assert len(desk.alarms) == 1
    assert summary(rendered) == around("commented")
    assert again.note == "nothing_due"
    assert [fact.sequence for fact in desk.told] == [1, 1, 2, 3, 4, 4]


def test_comments_are_rendered_even_after_an_alarm_was_lost() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.comment(said("one", id="c1"))
    desk.alarms.clear()

    desk.later(30)
    soon = desk.comment(said("two", id="c2"))
    desk.later(32)
    late = desk.comment(said("three", id="c3"))
    desk.later(1)

    assert not soon.later
    assert len(late.later) == 1
    assert [summary(outcome)[0] for outcome in desk.ring()] == [("published", "full", "commented")]


def test_a_story_stored_before_alarms_had_a_time_still_loads() -> None:
    stored = b'{"revision": 1, "change": "created", "shown": true, "render_scheduled": true}'

    story = Story.of(Record("1.1", {STATE: stored}))

    assert story is not None
    assert story.shown
    assert story.render_due is None


def test_only_public_fields_leave() -> None:
    desk = Desk()
    desk.article(moderated())

    desk.comment(said())

    content = desk.told[-1].content
    assert content is not None
    assert "Mira" in content
    assert "reader-9" not in content


def test_a_comment_before_its_story_waits_for_it() -> None:
    desk = Desk()

    early = desk.comment(said("Patient words"))
    story = desk.article(moderated(0))

    assert not early.publish
    assert summary(story)[2:] == [("published", "comments", "created")]
    assert any(b"Patient words" in blob for blob in desk.blobs.values()) or "Patient words" in str(desk.told[0].content)


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.REJECT])
def test_a_comment_that_was_not_approved_is_neither_shown_nor_kept(verdict: Verdict) -> None:
    desk = Desk()
    desk.article(moderated())

    outcome = desk.comment(said("vile words", verdict=verdict))

    assert outcome.note == "hidden"
    assert not outcome.publish
    assert b"vile words" not in b"".join(desk.fields["article:a1"].values())


def test_a_flagged_comment_is_shown() -> None:
    desk = Desk()
    desk.article(moderated())

    outcome = desk.comment(said(verdict=Verdict.FLAG))

    assert summary(outcome) == SHOWN


def test_an_edit_that_is_held_hides_the_old_words_too() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.comment(said("kind words"))

    outcome = desk.comment(said("vile words", revision=2, verdict=Verdict.HOLD))

    assert summary(outcome) == HIDDEN
    assert "words" not in str(outcome.publish)
    desk.due()
    assert "kind words" not in (desk.told[-1].content or "")


def test_a_comment_its_author_withdrew_is_taken_back() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.comment(said())

    outcome = desk.comment(said(None, revision=2))

    assert summary(outcome) == HIDDEN
    assert desk.told[-1].comment_id == "c1"


def test_an_older_revision_or_decision_of_a_comment_changes_nothing() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.comment(said("new", revision=2, verdict=Verdict.HOLD, seq=1))

    old = desk.comment(said("old", revision=1))
    approved = desk.comment(said("new", revision=2, seq=2))
    again = desk.comment(said("new", revision=2, seq=2))

    assert old.note == "stale"
    assert summary(approved) == SHOWN
    assert again.note == "duplicate"


def test_comments_under_a_withdrawn_story_stay_unseen() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.article(moderated(2, Change.KILLED))

    outcome = desk.comment(said())

    assert not outcome.publish
    assert not outcome.later


def test_a_receipt_is_one_field_per_channel() -> None:
    data = ReceiptGiven(channel="site", article_id="a1", revision=2, sequence=7)

    (put,) = keep_receipt(data, Given(NOON, seal(data, id="e", source="/test", time=NOON))).put

    assert (put.key, put.field) == ("receipts:a1", "site")
    assert b'"sequence":7' in put.value
