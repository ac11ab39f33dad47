"""The golden events: one of every version that ever was, and what the specifications say of them."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

from shared.events import EventData, every_type

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "shared" / "schemas"
GOLDEN = tuple(sorted(path.stem for path in (SCHEMAS / "golden").glob("*.json")))
"""``article.submitted.v1`` and so on, old versions too."""
NEWEST = {kind.schema_name(): kind for kind in every_type()}

CLOUDEVENTS = Draft7Validator(
    json.loads((HERE / "data" / "cloudevents" / "cloudevents.json").read_text("utf-8")),
    format_checker=Draft7Validator.FORMAT_CHECKER,
)


def golden(name: str) -> dict[str, Any]:
    """The whole event."""
    found: dict[str, Any] = json.loads((SCHEMAS / "golden" / f"{name}.json").read_text("utf-8"))
    return found


def stored_schema(name: str) -> dict[str, Any]:
    """The schema as it was released."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return found


def validator(name: str) -> Draft202012Validator:
    """Of the ``data`` of one version, formats included."""
    return Draft202012Validator(stored_schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


def reader_of(name: str) -> type[EventData]:
    """The class that reads this version today."""
    noun = name.rpartition(".")[0]
    return next(kind for known, kind in NEWEST.items() if known.rpartition(".")[0] == noun)
