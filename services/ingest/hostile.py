"""The door's strict look at the bytes of an event, before anything believes them.

pydantic would take some of this without a word (the last of two equal keys, a NUL in a headline) and a
reader of the pipeline in another language might take it otherwise: what two parsers may read differently is
refused here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from shared.errors import Rejected, Undecodable

_INTEGERS = range(-(2**63), 2**63)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_~/-]{0,79}")
UNNAMED = "(no name)"
"""Stands for a key that was not made by whoever writes fields."""
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the door takes in."""

    event_bytes: int = 2 * 1024 * 1024
    depth: int = 64


class _Objection(Exception):  # noqa: N818 - never leaves this module
    """Something to refuse; where it stands is looked up only then."""


class _Number:
    """Stands for a number that does not fit."""


class _Twice(dict[str, object]):
    """An object one of whose keys appears again."""

    key: str


def examine(raw: bytes, limits: Limits) -> dict[str, Any]:
    """The object in ``raw``, where that is JSON that every reader reads alike.

    Raises ``Undecodable`` where it is no such JSON (size, UTF-8, syntax, depth, NaN, a key given twice), and
    ``Rejected`` where one value cannot be taken (a NUL, half a surrogate pair, a number beyond 64 bits).
    The message names the field as a JSON Pointer and quotes nothing of what was sent.
    """
    if len(raw) > limits.event_bytes:
        raise Undecodable(f"the event has {len(raw)} bytes: send at most {limits.event_bytes}")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Undecodable(f"byte {error.start} is not UTF-8: encode the event as UTF-8") from None
    # Whoever opens few brackets cannot nest deeply, and nearly every event opens few.
    if raw.count(b"{") + raw.count(b"[") > limits.depth:
        _refuse_depth(raw, limits.depth)
    try:
        event = _STRICT.decode(text)
    except _Objection:
        _refuse_marked(text)
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON at line {error.lineno} column {error.colno}: {error.msg}") from None
    if not isinstance(event, dict):
        raise Undecodable("the event is not a JSON object: send one CloudEvents object")
    if _SUSPECT.search(text):
        _refuse_characters(event)
    return event


def _refuse_depth(raw: bytes, limit: int) -> None:
    """Count brackets outside strings; done before parsing, because a parser follows them with its stack."""
    depth = 0
    for token in _TOKEN.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > limit:
                raise Undecodable(f"nested deeper than {limit} levels at byte {token.start()}: send it flatter")
        elif first in b"]}":
            depth -= 1


def _refuse_marked(text: str) -> NoReturn:
    """Parse again, this time marking what was objected to, and name the first such place."""
    try:
        event = _MARKING.decode(text)
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON at line {error.lineno} column {error.colno}: {error.msg}") from None
    for pointer, value in _walk(event, ""):
        if isinstance(value, _Twice):
            raise Undecodable(f"{below(pointer, value.key)} is given twice: leave only one")
        if isinstance(value, _Number):
            raise Rejected(f"{pointer} is a number beyond 64 bits or not a number: send a smaller one")
    raise Undecodable("a number is not JSON: NaN and Infinity do not exist there")


def _refuse_characters(event: object) -> None:
    for pointer, value in _walk(event, ""):
        texts = (value,) if isinstance(value, str) else value if isinstance(value, dict) else ()
        for text in texts:
            if found := _UNFIT.search(text):
                what = "a NUL character" if found[0] == "\x00" else "half of a surrogate pair"
                raise Rejected(f"{pointer or '/'} contains {what}: remove it")


def _walk(value: object, pointer: str) -> Iterator[tuple[str, object]]:
    """Every value with its JSON Pointer, outermost first. The depth was limited before."""
    yield pointer, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, below(pointer, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, f"{pointer}/{position}")


def below(pointer: str, key: str) -> str:
    """The pointer to a member; one that is no name, such as somebody's address, is not shown."""
    shown = key if _NAME.fullmatch(key) else UNNAMED
    return f"{pointer}/" + shown.replace("~", "~0").replace("/", "~1")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Objection
    return found


def _mark_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice, seen = _Twice(found), set[str]()
    for key, _ in pairs:
        if key in seen:
            twice.key = key
            break
        seen.add(key)
    return twice


def _fits(digits: str) -> bool:
    # A number of a million digits must not be computed only to learn that it is too large.
    return len(digits) <= 20 and int(digits) in _INTEGERS


def _whole(digits: str) -> int:
    if not _fits(digits):
        raise _Objection
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Objection
    return number


def _object(_: str) -> NoReturn:
    raise _Objection


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_whole, parse_float=_fraction, parse_constant=_object)
_MARKING = json.JSONDecoder(
    object_pairs_hook=_mark_twice,
    parse_int=lambda digits: 0 if _fits(digits) else _Number(),
    parse_float=lambda digits: _Number() if float(digits) in (float("inf"), float("-inf")) else 0.0,
    parse_constant=lambda _: _Number(),
)
