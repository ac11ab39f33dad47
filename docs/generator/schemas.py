"""JSON Schema (draft 2020-12) of every event type, for validators in any language."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.events import SCHEMAS, ArticleSubmitted, CommentSubmitted, EventData, every_type

FOLDER = Path("shared/schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _when_usable(**fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "if": {"properties": {"status": {"const": "usable"}}, "required": ["status"]},
        "then": {"required": list(fields), "properties": fields},
    }


RULES: dict[type, dict[str, Any]] = {
    # What the validators of these classes check in Python; a schema without it would let through what ingest refuses.
    ArticleSubmitted: _when_usable(headline={"type": "string", "pattern": r"\S"}),
    CommentSubmitted: _when_usable(
        author={"type": "object"}, body={"type": "string", "minLength": 1}, created_at={"type": "string"}
    ),
}


class Plain(GenerateJsonSchema):
    """Without a title for every field and without ``default: null``: both say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """The name of the field is its title."""
        del schema
        return False

    def default_schema(self, schema: Any) -> dict[str, Any]:
        """A field that is absent is simply absent."""
        found = super().default_schema(schema)
        if found.get("default", ...) is None:
            del found["default"]
        return found

    def model_schema(self, schema: Any) -> dict[str, Any]:
        """With the rules between fields."""
        return super().model_schema(schema) | RULES.get(schema["cls"], {})


def prose(docstring: str) -> str:
    """A docstring as one line of Markdown."""
    return " ".join(docstring.replace("``", "`").split())


def tidy(value: Any) -> Any:
    """The same schema with its docstrings as prose."""
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: prose(item) if name == "description" and isinstance(item, str) else tidy(item)
        for name, item in value.items()
    }


def schema_of(kind: type[EventData]) -> dict[str, Any]:
    """The schema of the whole ``data`` of a type; unknown fields are allowed, readers ignore them."""
    found: dict[str, Any] = tidy(kind.model_json_schema(schema_generator=Plain))
    head = {
        "$schema": DIALECT,
        "$id": f"{SCHEMAS}{kind.schema_name()}.json",
        "title": kind.type,
        "description": found.pop("description"),
    }
    found.pop("title")
    return head | found


def files() -> Iterator[tuple[Path, str]]:
    """Path → text of the newest version of every type. Older versions are frozen and stay as they are."""
    for kind in every_type():
        yield FOLDER / f"{kind.schema_name()}.json", to_text(schema_of(kind))


def to_text(document: dict[str, Any]) -> str:
    """JSON for people to read and for git to compare."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def golden(name: str) -> dict[str, Any]:
    """The golden event of a schema, e.g. ``article.submitted.v1``; kept for ever."""
    root = Path(__file__).parents[2]
    found: dict[str, Any] = json.loads((root / FOLDER / "golden" / f"{name}.json").read_text("utf-8"))
    return found
