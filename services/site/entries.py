"""From an entry of a rendition stream to what the site may do with it; everything in it is a stranger's word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from pydantic import ValidationError

from shared.errors import Undecodable, explain
from shared.events import RenditionFact, RenditionPublished, RenditionWithdrawn, envelope

FULL, LIGHT, COMMENTS = "full", "light", "comments"
RENDITIONS = (FULL, LIGHT, COMMENTS)

_TYPES = {RenditionPublished.type: True, RenditionWithdrawn.type: False}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OWN = re.compile(r"(media|health|metrics)(/|$)|[a-z]{2,3}(/light)?/?$")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\?#]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable entry; ``published`` is false for a withdrawal."""

    stream: str
    id: str
    event_id: str
    published: bool
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

    @property
    def listed_at(self) -> datetime:
        """Its place on the front page: when it was published, or else when the entry was written."""
        written = datetime.fromtimestamp(int(self.id.split("-")[0]) / 1000, UTC)
        return (self.data.published_at or written).astimezone(UTC)


def read(stream: str, rendition: str, id_: str, fields: Mapping[bytes, bytes]) -> Entry | None:
    """The entry, or ``None`` where its type is one this site does not know (a newer pipeline may send such).

    Raises ``Undecodable`` with a reason that quotes nothing of the content.
    """
    try:
        event = envelope(RenditionFact).model_validate_json(fields[b"event"])
    except KeyError:
        raise Undecodable("no field `event`") from None
    except ValidationError as error:
        raise Undecodable(explain(error)) from None
    if event.type not in _TYPES:
        return None
    if event.data is None:
        raise Undecodable("/data: missing")
    if event.data.rendition != rendition:
        raise Undecodable(f"/data/rendition: not {rendition}, the name of its stream")
    entry = Entry(stream, id_, event.id, _TYPES[event.type], event.data)
    if entry.published and rendition == COMMENTS and event.data.comment_id is None:
        raise Undecodable("/data/comment_id: missing")
    if entry.published and rendition != COMMENTS:
        _presentable(entry)
    return entry


def _presentable(entry: Entry) -> None:
    if entry.data.media_type.split(";")[0].strip().lower() != "text/html":
        raise Undecodable("/data/media_type: a page is text/html")
    if not entry.data.headline:
        raise Undecodable("/data/headline: missing")
    path = entry.path
    if not path or _UNSAFE.search(path) or _OWN.match(path) or {"", ".", ".."} & set(path.rstrip("/").split("/")):
        raise Undecodable("/data/path: not a path a site can show a page at")
