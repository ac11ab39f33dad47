"""A token is for one request of one person, and for nothing else."""

from typing import Any

import pytest

from shared.cases import Role
from shared.comments import Actor, Verdict
from shared.events import DecisionRequested
from shared.tokens import right, signed


def wish(**changes: Any) -> DecisionRequested:
    told: dict[str, Any] = {
        "comment_id": "c", "revision": 1, "seq": 0, "verdict": Verdict.PUBLISH,
        "actor": Actor(kind="human", id="parisa"), "role": Role.EDITOR,
    }  # fmt: skip
    return DecisionRequested(**{**told, **changes})


def test_a_signed_request_is_right_after_a_journey_over_the_wire() -> None:
    sent = signed("secret", wish(), "e1")

    read = DecisionRequested.model_validate_json(sent.model_dump_json(exclude_none=True))

    assert right("secret", read, "e1")


@pytest.mark.parametrize(
    "change",
    [
        {"role": Role.ADMIN}, {"verdict": Verdict.REJECT}, {"comment_id": "d"}, {"seq": 1},
        {"actor": Actor(kind="human", id="omid")}, {"note": "x"}, {"token": None},
    ],
)  # fmt: skip
def test_a_changed_request_is_not(change: dict[str, Any]) -> None:
    sent = signed("secret", wish(), "e1")

    assert not right("secret", sent.model_copy(update=change), "e1")


def test_the_token_of_one_event_serves_no_other_and_no_other_secret() -> None:
    sent = signed("secret", wish(), "e1")

    assert not right("secret", sent, "e2")
    assert not right("other", sent, "e1")
    assert not right("secret", wish(), "e1")


def test_without_a_secret_the_right_to_write_on_the_stream_is_what_counts() -> None:
    assert right("", signed("", wish(), "e1"), "e1")
    assert signed("", wish(), "e1").token is None
