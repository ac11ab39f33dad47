"""What looks at texts goes over them once: the longest story, made to hurt, is looked through before anybody notices.

What takes its square in time would take hours here; whoever waits is the deadline, and no clock is compared.
"""

from collections.abc import Callable

import pytest

from services.moderation.budget import Budget
from services.moderation.checks.personal import personal
from services.moderation.guess import readings
from services.moderation.protected import Protected
from services.moderation.said import OVERLAP, WINDOW, windows
from services.moderation.subject import Subject

LONG = 200_000
DEADLINE = Budget(90_000, 450_000, last_resort_s=120)


@pytest.mark.parametrize("unit", ["a.", "a و ", "و ", "1", "a", "0a", "aab", "a.b@", " "])
@pytest.mark.parametrize(
    "look",
    [
        lambda text: list(readings(text)),
        lambda text: personal(Subject(text, None, {}, phone_regions=("AF",))),
        lambda text: list(Protected(["Reza Farhadi"]).find(text)),
    ],
    ids=["readings", "personal", "protected"],
)
def test_a_text_made_to_hurt_is_gone_over_once(look: Callable[[str], object], unit: str) -> None:
    assert DEADLINE.spend(lambda: look(unit * (LONG // len(unit)))) is not None


def test_marks_without_end_are_put_in_order_piece_by_piece() -> None:
    hostile = "a" + "\u0301\u0316" * (LONG // 2)

    assert DEADLINE.spend(lambda: list(Protected(["Reza Farhadi"]).find(hostile))) == []


@pytest.mark.parametrize("unit", ["1", "12 ", "word 4111 ", "وی ۰۹۱۲ بود، "])
def test_parts_of_a_text_overlap_and_leave_nothing_out(unit: str) -> None:
    text = "".join(f"{number}{unit}" for number in range(2_000))

    parts = list(windows(text))

    at = 0
    for part in parts:
        start = text.index(part, max(at - 2 * OVERLAP - 1, 0)) if part != parts[0] else 0
        assert start <= at
        assert len(part) <= WINDOW
        at = start + len(part)
    assert at == len(text)


def test_a_number_is_found_wherever_a_long_text_is_cut() -> None:
    for before in range(WINDOW - OVERLAP - 40, WINDOW + 40):
        text = f"{('many words ' * 300)[:before]} +93 70 123 4567 and on {'and on ' * 300}"

        found = {
            part[one.span.start : one.span.end]
            for part in windows(text)
            for one in personal(Subject(part, None, {}, phone_regions=("AF",)))
            if one.span
        }

        assert found == {"+93 70 123 4567"}, before
