"""An event written once can be read for ever, by us and by anybody who reads CloudEvents."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.decode import decode
from shared.events import ArticleDue, ArticleEnriched, Event, seal, to_json
from shared.streams import Entry
from tests.contract.golden import CLOUDEVENTS, GOLDEN, NEWEST, golden, reader_of, validator


def entry(document: dict[str, Any]) -> Entry:
    return Entry("1-1", {b"event": json.dumps(document, ensure_ascii=False).encode()}, 1)


def lost(before: Any, after: Any, at: str = "") -> list[str]:
    """What ``before`` says and ``after`` does not, as JSON Pointers."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [found for name, item in before.items() for found in lost(item, after.get(name), f"{at}/{name}")]
    return [] if before == after else [at]


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_is_a_cloudevent(name: str) -> None:
    problems = list(CLOUDEVENTS.iter_errors(golden(name)))

    assert not problems


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_satisfies_the_schema_it_names(name: str) -> None:
    event = golden(name)

    problems = list(validator(name).iter_errors(event["data"]))

    assert not problems
    assert event["type"] == f"lightwire.{name}"


@pytest.mark.parametrize("name", NEWEST)
def test_nothing_a_golden_event_says_is_lost_when_it_is_read_and_written_again(name: str) -> None:
    before = golden(name)

    event: Event[Any] = decode(entry(before), NEWEST[name], None)

    assert lost(before, json.loads(to_json(event))) == []


@pytest.mark.parametrize("name", NEWEST)
def test_a_golden_event_shows_every_field_of_its_type(name: str) -> None:
    shown = {name for name, value in golden(name)["data"].items() if value is not None}
    declared = {field.serialization_alias or known for known, field in NEWEST[name].model_fields.items()}

    assert declared - shown <= {"content_ref", "signature", *_only_one_of_two(name)}


def _only_one_of_two(name: str) -> set[str]:
    if not name.startswith("rendition."):
        return set()
    # A page has no comment id; a withdrawn comment is on no list and refers to no image.
    of_a_story = {"headline", "section", "teaser", "published_at", "updated_at", "reading_minutes", "path"}
    return {"comment_id"} if name == "rendition.published.v1" else of_a_story


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - set(NEWEST)))
def test_an_event_of_an_older_version_is_still_read(name: str) -> None:
    event: Event[Any] = decode(entry(golden(name)), reader_of(name), None)

    assert event.type == reader_of(name).type
    assert event.id == golden(name)["id"]


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("fa-AF", "rtl"), ("en", "ltr"), ("und", "ltr")])
def test_an_enriched_story_of_the_first_version_learns_its_direction(language: str, direction: str) -> None:
    old = golden("article.enriched.v1")
    old["data"]["enrichment"]["language"] = language

    event: Event[ArticleEnriched] = decode(entry(old), ArticleEnriched, None)

    assert event.data is not None
    assert event.data.enrichment is not None
    assert event.data.enrichment.direction == direction


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=512)
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=100, deadline=None)
@given(article_id=texts, revision=st.integers(0, 2**63 - 1), id_=texts, time=moments)
def test_every_event_we_make_is_a_cloudevent_and_comes_back_as_it_was(
    article_id: str, revision: int, id_: str, time: datetime
) -> None:
    made = seal(ArticleDue(article_id=article_id, revision=revision), id=id_, source="/lightwire/delivery", time=time)

    written = to_json(made)

    assert not list(CLOUDEVENTS.iter_errors(json.loads(written)))
    assert Event[ArticleDue].model_validate_json(written) == made


@pytest.mark.parametrize("name", NEWEST)
def test_every_type_we_seal_is_a_cloudevent(name: str) -> None:
    data = NEWEST[name].model_validate_json(json.dumps(golden(name)["data"]))

    sealed = json.loads(to_json(seal(data, id="id", source="/lightwire/test", causationid="cause")))

    assert not list(CLOUDEVENTS.iter_errors(sealed))
    assert validator(name).is_valid(sealed["data"])
