"""What channels are told about comments."""

from datetime import timedelta

import pytest

from services.delivery.receipt import keep_receipt
from services.delivery.threads import threads
from shared.articles import Change, Direction
from shared.comments import AuthorRole, Verdict
from shared.events import ReceiptGiven, seal
from shared.outcome import Given
from shared.renditions import PublicComment
from tests.unit.delivery_stories import NOON, Desk, moderated, said, summary

SHOWN = [("published", "comments", "commented")]
HIDDEN = [("withdrawn", "comments", "commented")]


def words(id: str, parent: str | None = None, minute: int = 0, body: str = "text") -> PublicComment:  # noqa: A002
    return PublicComment(
        id=id, parent_id=parent, revision=1, author_name="M", author_role=AuthorRole.READER, body=body,
        language="en", direction=Direction.LTR, created_at=NOON + timedelta(minutes=minute),
    )  # fmt: skip


def test_a_comment_is_shown_at_once_and_its_story_rendered_once_for_many() -> None:
    desk = Desk()
    desk.article(moderated())

    first = desk.comment(said("one", id="c1"))
    second = desk.comment(said("two", id="c2"))
    desk.later(1)
    rendered, again = desk.due(), desk.due()

    assert summary(first) == summary(second) == SHOWN
    assert len(desk.alarms) == 1
    assert summary(rendered) == [("published", "full", "commented"), ("published", "light", "commented")]
    assert again.note == "nothing_due"
    assert [fact.sequence for fact in desk.told] == [1, 1, 2, 3, 4, 4]


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
    assert desk.told[0].content is not None
    assert "Patient words" in desk.told[0].content


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


def test_answers_stand_under_what_they_answer_and_newest_threads_first() -> None:
    comments = [words("a"), words("b", minute=1), words("a2", "a", 3), words("a1", "a", 2)]

    found = threads(comments, most=9, characters=999)

    assert [one.comment.id for one in found.shown] == ["b", "a"]
    assert [one.comment.id for one in found.shown[1].replies] == ["a1", "a2"]
    assert (found.total, found.left_out) == (4, 0)


def test_comments_that_answer_each_other_in_a_circle_are_all_shown() -> None:
    found = threads([words("a", "b"), words("b", "a", 1)], most=9, characters=999)

    assert found.left_out == 0


def test_an_answer_to_a_hidden_comment_begins_a_thread() -> None:
    found = threads([words("b", "hidden")], most=9, characters=999)

    assert [one.comment.id for one in found.shown] == ["b"]


def test_a_deep_quarrel_is_indented_four_times_at_most() -> None:
    chain = [words(str(n), str(n - 1) if n else None, n) for n in range(30)]

    found = threads(chain, most=9, characters=9_999)

    depth, remark = 1, found.shown[0]
    while remark.replies:
        depth, remark = depth + 1, remark.replies[0]
    assert depth == 4
    assert found.left_out == 0


def test_what_a_page_has_no_room_for_is_counted() -> None:
    comments = [words(str(n), minute=n, body="x" * 100) for n in range(9)]

    assert threads(comments, most=2, characters=999).left_out == 7
    assert threads(comments, most=9, characters=350).left_out == 6


def test_a_receipt_is_one_field_per_channel() -> None:
    data = ReceiptGiven(channel="site", article_id="a1", revision=2, sequence=7)

    (put,) = keep_receipt(data, Given(NOON, seal(data, id="e", source="/test", time=NOON))).put

    assert (put.key, put.field) == ("receipts:a1", "site")
    assert b'"sequence":7' in put.value
