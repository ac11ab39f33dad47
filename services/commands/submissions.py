"""What a file says to publish: events, or bare articles and comments that get their envelope here."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

from pydantic import ValidationError

from services.ingest.misspelt import insist, warned
from shared.envelope import NAMESPACE, envelope
from shared.errors import Rejected, explain
from shared.events import MAX_INLINE_DATA, ArticleSubmitted, CommentSubmitted, EventData
from shared.keys import Keys

KINDS: Mapping[str, type[EventData]] = {kind.type: kind for kind in (ArticleSubmitted, CommentSubmitted)}
MAX_MEDIA = 20 * 1024 * 1024
"""Bytes of one image; LIGHTWIRE_IMAGE_MAX_BYTES may be lower."""

_RELATIVE = re.compile(r"([+-])(\d{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIMES = frozenset({"time", "embargoed_until", "published_at", "updated_at", "created_at"})
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")


class Wrong(Exception):  # noqa: N818 - an answer about the input
    """A line cannot be published; the message names the field and what to change."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One event, checked and ready; ``blobs`` (key without prefix → bytes) must be stored before it is published."""

    line: int
    kind: type[EventData]
    subject: str
    revision: int
    headline: str | None
    event: bytes
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    """What is ignored of it."""

    @property
    def mark(self) -> str:
        """The same for the same revision of the same thing."""
        return f"{self.kind.type} {self.subject} {self.revision}"


def lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """(line number, JSON text) per event: one per line, or the whole when its first line alone is not JSON."""
    rows = [(n, row.strip()) for n, row in enumerate(raw.split(b"\n"), 1) if row.strip()]
    if len(rows) > 1:
        try:
            json.loads(rows[0][1])
        except (ValueError, RecursionError):
            try:
                json.loads(raw)
            except (ValueError, RecursionError):
                pass
            else:
                rows = [(rows[0][0], raw.strip())]
    yield from rows


def prepare(line: int, raw: bytes, *, folder: Path, source: str | None, now: datetime, keys: Keys) -> Submission:
    """Check one line and put it into the form that travels.

    ``now`` is what ``"+8s"`` in a time field counts from. An image's ``href`` that names a file under ``folder``
    becomes the digest of its bytes. Raises Wrong.
    """
    document = _read(raw)
    if "specversion" not in document:
        document = _envelope(document, source)
    kind = KINDS.get(str(document.get("type")))
    if kind is None:
        raise Wrong(f"/type: must be one of {', '.join(KINDS)}")
    document = _timed(document, now)
    data = document.get("data")
    if not isinstance(data, dict):
        raise Wrong("/data: must be an object that holds the article or comment")
    blobs = _media(data, folder)
    checked = _check(kind, document)
    packed = _dump(data)
    if len(_dump(document)) > MAX_INLINE_DATA:
        digest = hashlib.sha256(packed).hexdigest()
        blobs[f"data:{digest}"] = packed
        document = {k: v for k, v in document.items() if k != "data"} | {"dataref": keys.key(f"data:{digest}")}
    return Submission(
        line=line,
        kind=kind,
        subject=checked.subject,
        revision=int(data["revision"]),
        headline=data.get("headline") if isinstance(data.get("headline"), str) else None,
        event=_dump(document),
        blobs=blobs,
        warnings=warned(data, kind),
    )


def _read(raw: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(k for n, (k, _) in enumerate(pairs) if k in {name for name, _ in pairs[:n]})
            raise Wrong(f"the name {twice!r} stands twice in one object: keep one")
        return found

    def number(word: str) -> float:
        raise Wrong(f"{word} is no JSON number")

    try:
        document = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=number)
    except UnicodeDecodeError as error:
        raise Wrong(f"not UTF-8: byte {error.start} cannot be read; save the file as UTF-8") from None
    except ValueError as error:
        raise Wrong(f"not JSON: {error}") from None
    except RecursionError:
        raise Wrong("nested too deeply") from None
    if not isinstance(document, dict):
        raise Wrong("must be a JSON object")
    return document


def _envelope(data: dict[str, Any], source: str | None) -> dict[str, Any]:
    if source is None:
        raise Wrong(
            '/specversion: missing; for an article or comment without an envelope give --source "/newsroom/NAME"'
        )
    kind = CommentSubmitted if "article_id" in data else ArticleSubmitted
    # The same words from the same newsroom get the same id, so that publishing a file again is harmless.
    name = f"{source}\n{kind.type}\n{_dump(data).decode()}"
    return {
        "specversion": "1.0",
        "id": str(uuid5(NAMESPACE, name)),
        "source": source,
        "type": kind.type,
        "subject": data.get("id"),
        "time": "+0s",
        "datacontenttype": "application/json",
        "data": data,
    }


def _timed(document: dict[str, Any], now: datetime) -> dict[str, Any]:
    def moved(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {inner: moved(inner, found) for inner, found in value.items()}
        found = _RELATIVE.fullmatch(value) if name in _TIMES and isinstance(value, str) else None
        if found is None:
            return value
        length = timedelta(**{_UNITS[found[3]]: int(found[1] + found[2])})
        return (now + length).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    try:
        return {name: moved(name, value) for name, value in document.items()}
    except (OverflowError, RecursionError):
        raise Wrong("a relative time is out of range, or the document is nested too deeply") from None


def _media(data: dict[str, Any], folder: Path) -> dict[str, bytes]:
    blobs: dict[str, bytes] = {}
    images = data.get("images")
    for n, image in enumerate(images if isinstance(images, list) else ()):
        href = image.get("href") if isinstance(image, dict) else None
        if not isinstance(href, str) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", href):
            continue
        content = _image(href, folder, f"/data/images/{n}/href")
        digest = hashlib.sha256(content).hexdigest()
        blobs[f"original:{digest}"] = content
        del image["href"]
        image["media"] = digest
    return blobs


def _image(href: str, folder: Path, at: str) -> bytes:
    home = folder.resolve()
    path = (home / href).resolve()
    # Media is served to the world: a document from elsewhere must not pick files outside its own folder.
    if not path.is_relative_to(home):
        raise Wrong(f"{at}: {href} lies outside the folder of the file: move the image there")
    if not path.is_file():
        raise Wrong(f"{at}: there is no file {href} beside the file: add it, or give an address with https://")
    if path.stat().st_size > MAX_MEDIA:
        raise Wrong(f"{at}: {href} has {path.stat().st_size:,} bytes: at most {MAX_MEDIA:,}")
    content = path.read_bytes()
    if not (content.startswith(_IMAGES) or content[8:12] == b"WEBP" or content[4:12] in (b"ftypavif", b"ftypavis")):
        raise Wrong(f"{at}: {href} is not a PNG, JPEG, GIF, WebP or AVIF image")
    return content


def _check(kind: type[EventData], document: dict[str, Any]) -> EventData:
    validate = envelope(kind).model_validate_json
    try:
        insist(document["data"], kind)
        event = validate(_dump(document))
    except (Rejected, ValidationError) as error:
        kept = kind.forgive(document["data"])
        if kept is None:
            raise Wrong(explain(error) if isinstance(error, ValidationError) else str(error)) from None
        try:
            event = validate(_dump({**document, "data": kept}))
        except ValidationError as again:
            raise Wrong(explain(again)) from None
    if event.data is None:
        raise Wrong("/data: must be an object that holds the article or comment")
    checked: EventData = event.data
    return checked


def _dump(document: object) -> bytes:
    try:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise Wrong("a text holds half a character (a lone surrogate such as \\ud800): remove it") from None
    except RecursionError:
        raise Wrong("nested too deeply") from None
