"""A form is taken once it is ours, for this story, neither too old nor too quick."""

import pytest

from services.site.forms import KEEPS_S, Allowance, Stale, check, token

SECRET, NOW = b"s" * 32, 1_800_000_000.0


def test_a_form_of_ours_is_taken() -> None:
    check(SECRET, "desk:1", token(SECRET, "desk:1", NOW), NOW + 60)


@pytest.mark.parametrize(
    ("presented", "article", "age"),
    [
        (token(SECRET, "desk:1", NOW), "desk:2", 60),
        (token(b"another" * 5, "desk:1", NOW), "desk:1", 60),
        (token(SECRET, "desk:1", NOW), "desk:1", 0),
        (token(SECRET, "desk:1", NOW), "desk:1", KEEPS_S + 1),
        (token(SECRET, "desk:1", NOW + 9_999), "desk:1", 60),
        ("", "desk:1", 60),
        ("é", "desk:1", 60),
        ("AAAA", "desk:1", 60),
    ],
    ids=["another story", "another secret", "at once", "too old", "from the future", "none", "no base64", "short"],
)
def test_any_other_is_not(presented: str, article: str, age: float) -> None:
    with pytest.raises(Stale):
        check(SECRET, article, presented, NOW + age)


def test_a_flood_waits_and_passes() -> None:
    allowance = Allowance(3)

    first = [allowance.take(100.0) for _ in range(4)]

    assert first == [True, True, True, False]
    assert [allowance.take(119.0), allowance.take(121.0), allowance.take(122.0)] == [False, True, False]
