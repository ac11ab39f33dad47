"""From an entry of a rendition stream to what the site may do with it; everything in it is a stranger's word."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from shared.errors import Undecodable, explain
from shared.events import Event, RenditionFact, RenditionPublished, RenditionWithdrawn, envelope

FULL, LIGHT, JSON, TEXT, COMMENTS = "full", "light", "json", "text", "comments"
RENDITIONS = (FULL, LIGHT, JSON, TEXT, COMMENTS)

MEDIA_TYPES = {
    FULL: "text/html; charset=utf-8",
    LIGHT: "text/html; charset=utf-8",
    JSON: "application/json",
    TEXT: "text/plain; charset=utf-8",
}
"""What each rendition is served as, whatever its entry says beyond the type."""

KINDS: dict[str, type[RenditionFact]] = {kind.type: kind for kind in (RenditionPublished, RenditionWithdrawn)}
_NEEDED = {name for name, field in RenditionFact.model_fields.items() if field.is_required()} | {"comment_id"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OWN = re.compile(
    r"(media|health|metrics|s|keys|index|dictionary)(/|$)|[^/]*$|[a-z]{2,3}(/light)?(/|/section/.*)?$|.*\.minisig$"
    r"|[a-z]{2,3}(/light)?/(search|trust|offline|feed\.(rss|atom|json)|digest\.epub|bundle\.zip)$"
    r"|[a-z]{2,3}/(comment|live|archive|offline)/.*|[a-z]{2,3}/offline\.js(on)?$"
)
"""What the site itself answers at; no entry can take it."""
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\?#]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable entry; ``published`` is false for a withdrawal."""

    stream: str
    id: str
    event_id: str
    published: bool
    listed_at: datetime
    """Its place on the front page (UTC): when it was published, or else when the entry was written."""
    data: RenditionFact

    @property
    def of_comment(self) -> bool:
        """True on ``renditions.comments``, whose bodies the site does not keep."""
        return self.data.rendition == COMMENTS

    @property
    def language(self) -> str:
        """The front page it stands on: the language without script and region."""
        primary = self.data.language.split("-")[0].lower()
        return primary if _LANGUAGE.fullmatch(primary) else "und"

    @property
    def path(self) -> str | None:
        """Where it is shown, decoded, without the leading slash."""
        return None if self.data.path is None else unquote(self.data.path).removeprefix("/")


def opened(fields: Mapping[bytes, bytes]) -> Event[Any] | None:
    """The event, its data still to come where it travels by ``dataref``; ``None`` where its type is not known here
    (a newer pipeline may send such).

    Raises ``Undecodable`` with a reason that quotes nothing of the content.
    """
    try:
        event: Event[Any] | None = envelope(RenditionFact).model_validate_json(fields[b"event"])
    except KeyError:
        raise Undecodable("no field `event`") from None
    except ValidationError as error:
        event = _withdrawal(fields[b"event"])
        if event is None:
            raise Undecodable(explain(error)) from None
    return event if event is not None and event.type in KINDS else None


def _withdrawal(raw: bytes) -> Event[Any] | None:
    """What must disappear does so whatever is wrong with the fields that only describe it."""
    try:
        document = json.loads(raw)
        if document["type"] != RenditionWithdrawn.type:
            return None
        needed = {name: value for name, value in document["data"].items() if name in _NEEDED}
        return envelope(RenditionFact).model_validate_json(json.dumps({**document, "data": needed}))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def read(event: Event[Any], stream: str, rendition: str, id_: str) -> Entry:
    """The entry of an event that has its data. Raises ``Undecodable`` like ``opened``."""
    data = event.data
    if data is None:
        raise Undecodable("/data: missing")
    if data.rendition != rendition:
        raise Undecodable(f"/data/rendition: not {rendition}, the name of its stream")
    published = event.type == RenditionPublished.type
    try:
        listed_at = (data.published_at or _written(id_)).astimezone(UTC)
    except (OverflowError, ValueError):
        if published:
            raise Undecodable("/data/published_at: not a time that UTC has") from None
        # Nobody lists what is withdrawn.
        listed_at = datetime.fromtimestamp(0, UTC)
    entry = Entry(stream, id_, event.id, published, listed_at, data)
    if entry.published and rendition == COMMENTS and data.comment_id is None:
        raise Undecodable("/data/comment_id: missing")
    if entry.published and rendition != COMMENTS:
        _presentable(entry)
    return entry


def _written(id_: str) -> datetime:
    """When Redis wrote the entry; whoever names ids by hand may name times no calendar has."""
    return datetime.fromtimestamp(int(id_.split("-")[0]) / 1000, UTC)


def _presentable(entry: Entry) -> None:
    wanted = MEDIA_TYPES[entry.data.rendition].split(";")[0]
    if entry.data.media_type.split(";")[0].strip().lower() != wanted:
        raise Undecodable(f"/data/media_type: {entry.data.rendition} is {wanted}")
    if not entry.data.headline:
        raise Undecodable("/data/headline: missing")
    path = entry.path
    if not path or _UNSAFE.search(path) or _OWN.match(path) or {"", ".", ".."} & set(path.rstrip("/").split("/")):
        raise Undecodable("/data/path: not a path a site can show a page at")
