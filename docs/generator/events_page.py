"""docs/events.md: the wire for those who write a newsroom adapter or a channel."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from docs.generator.fields import models_in, rows, table
from docs.generator.schemas import FOLDER, golden, prose
from docs.generator.streams import STREAMS
from shared.events import Event, EventData, every_type
from shared.upverts import UPVERTS

PATH = Path("docs/events.md")
TEMPLATE = Path(__file__).with_name("events.md")
HEAD = ("field", "type", "required", "what it says")
LONG = 40
"""Characters of an example's text; the whole stands in the golden event."""


def files() -> list[tuple[Path, str]]:
    """Path → text."""
    text = TEMPLATE.read_text("utf-8")
    for name, part in (
        ("streams", _streams()),
        ("envelope", _fields(Event)),
        ("events", "\n\n".join(_event(kind) for kind in every_type())),
        ("shapes", "\n\n".join(_shape(model) for model in _shapes())),
        ("versions", _versions()),
    ):
        text = text.replace(f"<!-- {name} -->", part)
    return [(PATH, text)]


def _streams() -> str:
    return table(
        ("stream", "written by", "read by", "carries", "events"),
        [
            (
                f"`{stream.name.replace('{service}', '<service>')}`",
                ", ".join(stream.written_by) if len(stream.written_by) == 1 else "every stage",
                ", ".join(stream.read_by),
                stream.carries,
                ", ".join(f"[{_short(kind)}](#{_anchor(kind)})" for kind in stream.kinds),
            )
            for stream in STREAMS
        ],
    )


def _short(kind: type[EventData]) -> str:
    return kind.schema_name().rpartition(".")[0]


def _anchor(kind: type[EventData]) -> str:
    return kind.type.replace(".", "")


def _fields(model: type[BaseModel]) -> str:
    return table(HEAD, [(f"`{name}`", type_, required, said) for name, type_, required, said in rows(model)])


def _event(kind: type[EventData]) -> str:
    name = kind.schema_name()
    example = json.dumps(_brief(golden(name)["data"]), ensure_ascii=False, indent=2)
    schema, event = (f"../{FOLDER}/{folder}{name}.json" for folder in ("", "golden/"))
    return "\n\n".join(
        (
            f"### {kind.type}",
            prose(kind.__doc__ or ""),
            _fields(kind),
            f"[Schema]({schema}) · [a whole event]({event}) · its `data`, shortened:",
            f"```json\n{example}\n```",
        )
    )


def _brief(value: Any) -> Any:
    """An example short enough to be read: one of each list, the opening of each text."""
    if isinstance(value, dict):
        return {name: _brief(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_brief(item) for item in value[:1]]
    if isinstance(value, str) and len(value) > LONG:
        return value[: LONG - 1] + "…"
    return value


def _shapes() -> Iterator[type[BaseModel]]:
    yield from dict.fromkeys(model for kind in every_type() for model in models_in(kind))


def _shape(model: type[BaseModel]) -> str:
    return "\n\n".join((f"### {model.__name__}", prose(model.__doc__ or ""), _fields(model)))


def _versions() -> str:
    return table(
        ("older type", "lifted to", "what changed"),
        [(f"`{old}`", f"`{new}`", prose(lift.__doc__ or "")) for old, (new, lift) in UPVERTS.items()],
    )
