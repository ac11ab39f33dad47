"""Exports as they lie on a disk, read bit by bit."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import ijson  # type: ignore[import-untyped]

from services.commands.answers import Code, Problem

LONGEST_LINE = 32 * 2**20
"""Bytes of one document; MongoDB's own end at half of it."""


def opened(path: Path) -> IO[bytes]:
    """The file, unpacked where its name ends in ``.gz``. Raises Problem."""
    try:
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}", Code.USAGE) from None


def documents(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each JSON object with the words for its place: one per line, or the items of one array. Raises Problem."""
    with opened(path) as file:
        try:
            yield from _items(file, path) if _first(file) == b"[" else _lines(file, path)
        except (OSError, EOFError) as error:
            raise Problem(f"{path}: cannot be read to its end: {error}", Code.USAGE) from None


def _first(file: IO[bytes]) -> bytes:
    """The first byte that says something."""
    while (sign := file.read(1)) and (sign.isspace() or sign in b"\xef\xbb\xbf"):
        pass
    file.seek(0)
    return sign


def _lines(file: IO[bytes], path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        place = f"{path}, line {number}"
        if line.strip():
            try:
                found = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
                raise Problem(f"{place}: not JSON{where}: export it again", Code.USAGE) from None
            yield place, _object(found, place)


def _items(file: IO[bytes], path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    place = str(path)
    try:
        for number, found in enumerate(ijson.items(file, "item", use_float=True), 1):
            place = f"{path}, item {number}"
            yield place, _object(found, place)
    except (ijson.JSONError, UnicodeDecodeError):
        raise Problem(f"{place}: not JSON after it: export it again", Code.USAGE) from None


def _object(found: object, place: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Problem(f"{place}: must be a JSON object", Code.USAGE)
    return found


def moment(value: object) -> datetime | None:
    """A time as MongoDB's extended JSON, relaxed or canonical, or RFC 3339; ``None`` where it is none."""
    if isinstance(value, dict):
        value = value.get("$date")
    if isinstance(value, dict):
        value = value.get("$numberLong")
        value = int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
