"""The order of a conversation, and what of it a page has room for."""

from datetime import timedelta

from services.delivery.threads import threads
from shared.articles import Direction
from shared.comments import AuthorRole
from shared.renditions import PublicComment
from tests.unit.delivery_stories import NOON


def words(id: str, parent: str | None = None, minute: int = 0, body: str = "text") -> PublicComment:  # noqa: A002
    return PublicComment(
        id=id, parent_id=parent, revision=1, author_name="M", author_role=AuthorRole.READER, body=body,
        language="en", direction=Direction.LTR, created_at=NOON + timedelta(minutes=minute),
    )  # fmt: skip


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


def test_a_thread_without_room_leaves_the_room_to_older_ones() -> None:
    comments = [
        words("old", body="x" * 50),
        words("big", minute=1, body="x" * 90),
        words("new", minute=2, body="x" * 50),
    ]

    found = threads(comments, most=9, characters=100)

    assert [one.comment.id for one in found.shown] == ["new", "old"]
    assert found.left_out == 1


def test_a_thread_too_long_for_any_page_shows_its_beginning() -> None:
    quarrel = [words("q", minute=1)] + [words(f"q{n}", "q", 2 + n, "x" * 10) for n in range(50)]

    found = threads(quarrel, most=9, characters=100)

    assert [one.comment.id for one in found.shown] == ["q"]
    assert [one.comment.id for one in found.shown[0].replies] == [f"q{n}" for n in range(9)]
    assert found.left_out == 41


def test_a_thread_too_long_for_any_page_hides_no_other() -> None:
    quarrel = [words("q", minute=1)] + [words(f"q{n}", "q", 2 + n, "x" * 10) for n in range(50)]

    found = threads([words("old", body="x" * 40), *quarrel], most=9, characters=100)

    assert [one.comment.id for one in found.shown] == ["q", "old"]
    assert (found.total, found.left_out) == (52, 46)


def test_an_answer_too_long_for_a_page_hides_only_itself_and_what_answers_it() -> None:
    comments = [words("a"), words("b", "a", 1, "x" * 500), words("c", "b", 2), words("d", "a", 3)]

    found = threads(comments, most=9, characters=100)

    assert [one.comment.id for one in found.shown[0].replies] == ["d"]
    assert found.left_out == 2


def test_several_threads_too_long_for_any_page_hide_no_other() -> None:
    first = [words("p", minute=1), *(words(f"p{n}", "p", 2 + n, "x" * 10) for n in range(20))]
    second = [words("q", minute=100), *(words(f"q{n}", "q", 101 + n, "x" * 10) for n in range(20))]

    found = threads([words("old"), *first, *second], most=9, characters=100)

    assert [one.comment.id for one in found.shown] == ["q", "p", "old"]
