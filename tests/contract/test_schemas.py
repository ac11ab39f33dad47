"""The JSON Schemas say what the models say, and refuse what ingest refuses."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from docs.generator.fields import models_in, rows
from docs.generator.schemas import schema_of
from shared.events import SCHEMAS, ArticleSubmitted, CommentSubmitted, Event, EventData, every_type
from shared.upverts import UPVERTS
from tests.contract.golden import GOLDEN, NEWEST, golden, stored_schema, validator
from tests.contract.golden import SCHEMAS as FOLDER

OLD = {type_.removeprefix("lightwire.") for type_ in UPVERTS}


@pytest.mark.parametrize("name", NEWEST)
def test_a_schema_says_what_its_model_says_now(name: str) -> None:
    assert stored_schema(name) == schema_of(NEWEST[name]), (
        "run `make docs`; a change that is not additive is a new version"
    )


def test_every_version_has_a_schema_and_a_golden_event_and_no_schema_is_left_over() -> None:
    kept = {path.stem for path in FOLDER.glob("*.json")}

    assert kept == set(GOLDEN) == set(NEWEST) | OLD


@pytest.mark.parametrize("name", GOLDEN)
def test_a_schema_is_valid_itself_and_carries_the_name_events_give_it(name: str) -> None:
    schema = stored_schema(name)

    Draft202012Validator.check_schema(schema)

    assert schema["$id"] == f"{SCHEMAS}{name}.json" == golden(name)["dataschema"]
    assert schema["title"] == f"lightwire.{name}"


@pytest.mark.parametrize("kind", tuple(every_type()), ids=lambda kind: kind.__name__)
def test_every_field_says_what_it_is_for(kind: type[EventData]) -> None:
    models: tuple[type[BaseModel], ...] = (kind, Event, *models_in(kind))

    silent = [f"{model.__name__}.{name}" for model in models for name, _, _, said in rows(model) if not said]

    assert not silent


ARTICLE = {"id": "a-1", "revision": 1, "status": "usable", "headline": "Rain"}
COMMENT = {
    "id": "c-1", "article_id": "a-1", "revision": 1, "status": "usable", "body": "Good.",
    "author": {"id": "r-1", "name": "Ava"}, "created_at": "2026-11-23T16:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "document", "accepted"),
    [
        (ArticleSubmitted, ARTICLE, True),
        (ArticleSubmitted, {**ARTICLE, "headline": " "}, False),
        (ArticleSubmitted, {**ARTICLE, "headline": None}, False),
        (ArticleSubmitted, {**ARTICLE, "from_the_future": 1}, True),
        (ArticleSubmitted, {**ARTICLE, "status": "spiked"}, False),
        (ArticleSubmitted, {**ARTICLE, "revision": "1"}, False),
        (ArticleSubmitted, {**ARTICLE, "revision": 2**63}, False),
        (ArticleSubmitted, {"id": "a-1", "revision": 2, "status": "canceled"}, True),
        (ArticleSubmitted, {"id": "a-1", "revision": 2, "status": "withheld"}, True),
        (CommentSubmitted, COMMENT, True),
        (CommentSubmitted, {**COMMENT, "body": ""}, False),
        (CommentSubmitted, {**COMMENT, "author": None}, False),
        (CommentSubmitted, {**COMMENT, "created_at": "2026-11-23T16:00:00"}, False),
        (CommentSubmitted, {"id": "c-1", "article_id": "a-1", "revision": 2, "status": "canceled"}, True),
    ],
)
def test_schema_and_model_agree(kind: type[EventData], document: dict[str, Any], *, accepted: bool) -> None:
    by_schema = validator(kind.schema_name()).is_valid(document)
    by_model = _reads(kind, document)

    assert (by_schema, by_model) == (accepted, accepted)


def _reads(kind: type[EventData], document: dict[str, Any]) -> bool:
    try:
        kind.model_validate_json(json.dumps(document))
    except ValidationError:
        return False
    return True
