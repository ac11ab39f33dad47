"""What a fold is made of, and what all of them need to say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, SubElement, tostring

from services.site.addresses import href
from shared.document import Picture, StoryDocument

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Gone:
    """A story that was withdrawn: its id and its address, and nothing it said."""

    id: str
    at: datetime
    path: str
    """Decoded, without the leading slash."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The newest stories of a language, newest first, and those withdrawn lately, whose copies readers still hold."""

    name: str
    base: str
    """Scheme and host, without a slash at the end."""
    language: str
    direction: str
    stories: tuple[StoryDocument, ...]
    gone: tuple[Gone, ...]
    gone_title: str
    gone_text: str

    @property
    def home(self) -> str:
        """The address of the language's front page."""
        return f"{self.base}/{self.language}/"

    @property
    def changed_at(self) -> datetime:
        """When the newest of it happened; the beginning of time where nothing ever did."""
        times = [changed_at(story) for story in self.stories] + [one.at for one in self.gone]
        return max((utc(time) for time in times), default=datetime(1970, 1, 1, tzinfo=UTC))

    def url(self, path: str) -> str:
        """A full address for a path as it stands in a document, encoded or not."""
        return self.base + href(unquote(path).lstrip("/"))


@dataclass(frozen=True, slots=True)
class Fold:
    """One product over many stories, at ``/<language>/<file>``."""

    file: str
    media_type: str
    make: Callable[[Collection], bytes]


def changed_at(story: StoryDocument) -> datetime:
    """When its text was last changed by the newsroom."""
    return story.updated_at or story.published_at


def utc(moment: datetime) -> datetime:
    """In UTC; the edge of the calendar where UTC would leave it."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339, to the second."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def iri(article_id: str) -> str:
    """An id feed readers may keep for good: the newsroom's own where it is a URI, else made from it."""
    return article_id if _SCHEME.fullmatch(article_id) else f"urn:lightwire:{quote(article_id, safe='')}"


def lead(story: StoryDocument) -> Picture | None:
    """The picture above the text."""
    return next((one for one in story.images if one.role.value == "lead" and one.path), None)


def text(parent: Element, tag: str, said: str, **attributes: str) -> Element:
    """A child with this text; what no XML may hold is left out."""
    child = SubElement(parent, tag, attributes)
    child.text = _NO_XML.sub("", said)
    return child


def xml(root: Element) -> bytes:
    """A document in UTF-8 that says so."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode()


def body(story: StoryDocument, collection: Collection) -> str:
    """The text as HTML, its picture above it; addresses in full, since it is read elsewhere."""
    picture = lead(story)
    above = ""
    if picture and picture.path:
        holder = Element("figure")
        address = picture.path if "://" in picture.path else collection.url(picture.path)
        SubElement(holder, "img", {"src": address, "alt": picture.alt or ""})
        if picture.caption:
            text(holder, "figcaption", picture.caption)
        above = tostring(holder, encoding="unicode", method="html")
    corrected = ""
    if story.correction:
        note = Element("p")
        text(note, "strong", story.correction.note)
        corrected = tostring(note, encoding="unicode", method="html")
    return above + corrected + (story.body_html or "".join(f"<p>{block.html}</p>" for block in story.blocks))
