"""Answers are kept, as many as may be, and what is as long as a story never."""

from services.enrichment.remembered import LONGEST, Remembered


def test_a_question_is_asked_once() -> None:
    asked: list[str] = []
    remembered = Remembered(lambda text: asked.append(text) or len(text))  # type: ignore[func-returns-value]

    assert [*map(remembered.__getitem__, ["one", "three", "one"])] == [3, 5, 3]
    assert asked == ["one", "three"]


def test_it_never_holds_more_than_it_may() -> None:
    remembered = Remembered(len, most=10)

    for number in range(1_000):
        assert remembered[f"{number}"] == len(f"{number}")

    assert len(remembered) <= 10


def test_what_is_too_long_is_answered_and_not_kept() -> None:
    remembered = Remembered(len)

    assert remembered["x" * (LONGEST + 1)] == LONGEST + 1
    assert not remembered
