"""Facts and their envelopes: the same cause makes the same fact, and what is sealed reads back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.articles import Change
from shared.comments import Actor, Decision, Policy, Verdict
from shared.events import ArticleDue, ArticleSubmitted, Event, derived_id, every_type, seal, to_json
from shared.renditions import Action

DUE = ArticleDue(article_id="a-1", revision=2)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def due(**more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(seal(DUE, id="e-1", source="/lightwire/delivery", time=NOON, **more)))
    return found


def test_the_same_cause_makes_the_same_id_on_every_run() -> None:
    assert derived_id("e-1", "ingest", DUE.type, 0) == "ce63df6e-938c-5c53-8154-fee1bd1faf21"


@pytest.mark.parametrize(
    "other", [("e-2", "ingest", DUE.type, 0), ("e-1", "delivery", DUE.type, 0), ("e-1", "ingest", "x", 0),
              ("e-1", "ingest", DUE.type, 1)],
)  # fmt: skip
def test_another_cause_service_type_or_place_makes_another_id(other: tuple[str, str, str, int]) -> None:
    assert derived_id(*other) != derived_id("e-1", "ingest", DUE.type, 0)


def test_an_envelope_says_what_its_data_is_and_what_it_is_about() -> None:
    event = due()

    assert event["type"] == "lightwire.article.due.v1"
    assert event["subject"] == "a-1"
    assert event["time"] == "2026-11-23T12:00:00Z"
    assert event["dataschema"].endswith("/article.due.v1.json")


def test_a_submission_begins_its_own_correlation() -> None:
    assert due()["correlationid"] == "e-1"
    assert due(correlationid="root")["correlationid"] == "root"


def test_events_of_one_correlation_share_a_trace_and_nothing_else() -> None:
    one, other = (
        seal(DUE, id=id_, source="/lightwire/delivery", correlationid="root").traceparent or ""
        for id_ in ("e-1", "e-2")
    )

    assert one.split("-")[1] == other.split("-")[1]
    assert one.split("-")[2] != other.split("-")[2]


def test_a_trace_that_came_along_is_kept() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    assert due(traceparent=trace)["traceparent"] == trace


def test_empty_fields_are_not_written() -> None:
    assert "causationid" not in due()
    assert None not in due().values()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Event[ArticleDue].model_validate_json(json.dumps({**due(), "time": "2026-11-23T12:00:00"}))


def test_an_event_cannot_be_changed_after_it_was_sealed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        DUE.revision = 3  # type: ignore[misc]


def test_every_type_is_named_as_a_past_fact_with_a_version_and_no_two_are_the_same() -> None:
    types = [kind.type for kind in every_type()]

    assert len(set(types)) == len(types)
    for kind in every_type():
        prefix, noun, fact, version = kind.type.split(".")
        assert prefix == "lightwire"
        assert noun.isalpha()
        assert fact.endswith(("ed", "n", "due", "held"))
        assert version[1:].isdigit()


def test_a_decision_keeps_where_it_came_from_under_its_name_on_the_wire() -> None:
    decision = Decision(
        id="d-1", subject="a-1", revision=1, seq=0, at=NOON, actor=Actor(kind="engine", id="policy"),
        from_state="published", verdict=Verdict.PUBLISH, policy=Policy(version="1", digest="0" * 64),
    )  # fmt: skip

    written = decision.model_dump_json(by_alias=True)

    assert json.loads(written)["from"] == "published"
    assert Decision.model_validate_json(written) == decision


def test_a_story_that_is_only_killed_says_no_more_than_its_id_and_revision() -> None:
    killed = ArticleSubmitted.model_validate_json('{"id":"a-1","revision":2,"status":"canceled"}')

    assert killed.model_dump(exclude_defaults=True, mode="json") == {"id": "a-1", "revision": 2, "status": "canceled"}


def test_a_channel_is_told_every_change_by_the_same_word() -> None:
    assert {change.value for change in Change} | {"commented"} == {action.value for action in Action}


def test_verdicts_grow_more_severe() -> None:
    assert [verdict.severity for verdict in (Verdict.PUBLISH, Verdict.FLAG, Verdict.HOLD, Verdict.REJECT)] == [
        0,
        1,
        2,
        3,
    ]
