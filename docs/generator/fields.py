"""What a field is, in words a reader without Python understands."""

import types
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import EnumMeta
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.generator.schemas import prose

WORDS = {str: "string", int: "integer", float: "number", bool: "boolean", datetime: "time"}


def rows(model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    """(name on the wire, type, ``yes`` where required, description) of every field."""
    for name, field in model.model_fields.items():
        yield (
            field.serialization_alias or name,
            type_of(field.annotation),
            "yes" if field.is_required() else "",
            describe(field),
        )


def describe(field: FieldInfo) -> str:
    """The field's own description; else what its type says of itself."""
    if field.description:
        return prose(field.description)
    for part in parts(field.annotation):
        if isinstance(part, EnumMeta) or (isinstance(part, type) and issubclass(part, BaseModel)):
            return prose(part.__doc__ or "")
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, FieldInfo) and note.description:
                return prose(note.description)
    return ""


def type_of(annotation: Any) -> str:
    """``string``, ``list of Byline``, or the words that are allowed."""
    if isinstance(annotation, EnumMeta):
        return " · ".join(f"`{member.value}`" for member in annotation)  # type: ignore[var-annotated]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return f"list of {type_of(arguments[0])}"
    if origin in (Union, types.UnionType):
        return " or ".join(type_of(part) for part in arguments if part is not type(None))
    if hasattr(annotation, "__metadata__"):
        return type_of(arguments[0])
    return WORDS.get(annotation, "time" if "Aware" in str(annotation) else "object")


def parts(annotation: Any) -> Iterator[Any]:
    """The annotation and everything inside it, outermost first."""
    yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


def models_in(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Models that fields of ``model`` hold, and those that these hold; a model may come more than once."""
    for field in model.model_fields.values():
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield part
                yield from models_in(part)


def table(head: tuple[str, ...], body: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; columns that are empty in every row are left out."""
    kept = [n for n in range(len(head)) if any(row[n] for row in body)]
    lines = [[head[n] for n in kept], ["---"] * len(kept)]
    lines += [[row[n].replace("|", "\\|") for n in kept] for row in body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
