"""The shapes of answers and requests, for OpenAPI."""

from typing import Any

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}


def _object(required: str, told: str = "", **fields: Any) -> dict[str, Any]:
    described = {"description": told} if told else {}
    return {"type": "object", "required": required.split(), "properties": fields, **described}


_ONE = _object(
    "event state", event=_TEXT, id=_TEXT, revision=_NUMBER, subject=_TEXT,
    state={"enum": ["accepted", "duplicate", "stale", "killed"]}, warnings={"type": "array", "items": _TEXT},
)  # fmt: skip
ACCEPTED = {
    "description": "Redis has it, or had it already; one answer, or a list where a document holds several.",
    "anyOf": [_ONE, _object("accepted", accepted={"type": "array", "items": _ONE})],
}
BATCH = _object(
    "results", "An answer for each item, in their order.",
    results={
        "type": "array",
        "items": _object(
            "index status", index=_NUMBER, status=_NUMBER, accepted={"type": "array", "items": _ONE},
            problem={"type": "object"},
        ),
    },
)  # fmt: skip
TOKEN = _object("token expires", "The token, and when it ends (seconds since 1970).", token=_TEXT, expires=_NUMBER)
MEDIA = _object(
    "media bytes", "The picture is kept; media is what a story names it by.",
    media={"type": "string", "pattern": "^[0-9a-f]{64}$"}, bytes=_NUMBER, media_id=_TEXT,
)  # fmt: skip
PUSHED = _object("media_id", "It was pushed.", media_id=_TEXT)
FATE = _object(
    "id dead_letters", "Where it stands.", id=_TEXT, revision=_NUMBER,
    standing={"enum": ["usable", "withheld", "killed", "never"]},
    stage={"enum": ["ingest", "enrichment", "moderation", "delivery"]},
    delivery={"type": "object"}, dead_letters={"type": "array", "items": {"type": "object"}},
)  # fmt: skip
FORM: dict[str, Any] = {}


def content(shape: dict[str, Any] | None) -> dict[str, Any]:
    """An answer of this shape; ``None``: a way back."""
    if shape is None:
        return {"description": "Kept; back to where the form stands."}
    return {"description": shape["description"], "content": {"application/json": {"schema": shape}}}


def takes(*kinds: str) -> dict[str, Any]:
    """A body of one of these types."""
    schemas = {
        "application/json": {"type": "object"},
        "application/x-ndjson": {"type": "string"},
        "application/cloudevents-batch+json": {"type": "array", "items": {"type": "object"}},
        "application/x-www-form-urlencoded": {
            "type": "object",
            "required": ["token", "article_id", "name", "body", "return_to"],
            "properties": dict.fromkeys(
                ("token", "article_id", "parent_id", "author_id", "name", "body", "return_to"), _TEXT
            ),
        },
        "multipart/form-data": {
            "type": "object",
            "required": ["media"],
            "properties": {"media": {"type": "string", "format": "binary"}, "media_id": _TEXT},
        },
    }
    return {"requestBody": {"required": True, "content": {kind: {"schema": schemas[kind]} for kind in kinds}}}
