"""RSS and Atom; each entry is a story of its own. JSON Feed: ``json_feed``."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_feed import json_feed
from services.ingest.adapters.kept import kept
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.telling import Telling, required_id, said_time
from services.ingest.adapters.text import opening, text_of
from services.ingest.adapters.xml_document import attribute, local, path, read_xml
from services.ingest.links import web_link

_TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_ROOTS = frozenset({"rss", "feed", "RDF"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed(document: Document) -> Sequence[Intake]:
    """Its entries, and the kills it names. One that cannot be taken is left out with a warning, for the others'
    sake. Raises ``Refused`` where none can.
    """
    if document.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return json_feed(document)
    root = read_xml(document, html_names=True)
    if local(root) not in _ROOTS:
        raise Refused(path(root), "is no feed: send RSS, Atom or JSON Feed")
    # As a file, for feedparser takes bytes for a name and opens it. It reads what is well-formed and holds no entity:
    # serialised again, no second parser can see in it what the first has not.
    found = feedparser.parse(BytesIO(etree.tostring(root)), sanitize_html=False, resolve_relative_uris=False)
    where = "/feed/entry" if local(root) == "feed" else "/rss/channel/item"
    tries = [_deleted(document, one) for one in root.iter(_TOMBSTONES)]
    language = dict(found.feed).get("language")
    for position, entry in enumerate(found.entries, 1):
        tries.append(_entry(document, dict(entry), language, f"{where}[{position}]"))
    return kept(tries)


def _deleted(document: Document, one: Any) -> Iterator[Intake]:
    ref = attribute(one, "ref")
    telling = Telling(document, required_id(ref, path(one, "ref")), path(one, "ref"))
    yield telling.article(
        milliseconds(said_time(attribute(one, "when"), path(one, "when"))), path(one, "when"), "canceled"
    )


def _entry(document: Document, entry: Mapping[str, Any], language: object, at: str) -> Iterator[Intake]:
    link = _text(entry, "link")
    id_ = _text(entry, "id") or link
    if link == id_ and web_link(link or "") is None:
        # feedparser takes an id for a link where there is none.
        link = None
    telling = Telling(document, required_id(id_, f"{at}/guid"), f"{at}/guid")
    if not _text(entry, "id"):
        telling.warn(f"{at}/guid", "is missing; the link is its id: send one")
    title, body = _title(entry), _body(entry)
    if title is None and body is None:
        raise Refused(f"{at}/title", "is missing, and so is the text: send one of them")
    telling.say("body_html", body, f"{at}/description")
    telling.headline([(title, f"{at}/title"), (opening(text_of(body or "")) or None, f"{at}/description")])
    summary = text_of(_text(entry, "summary") or "")
    if summary and entry.get("content") and summary != text_of(body or ""):
        telling.line("standfirst", summary, f"{at}/summary")
    telling.say("canonical_url", telling.link(link, f"{at}/link"), f"{at}/link")
    told = [part.get("language") for part in entry.get("content", [])] + [language]
    telling.language(next((one for one in told if isinstance(one, str) and one), None), f"{at}/@xml:lang")
    for author in entry.get("authors", []):
        telling.byline(_text(author, "name"), f"{at}/author")
    telling.keywords((_text(tag, "label") or _text(tag, "term"), f"{at}/category") for tag in entry.get("tags", []))
    for href in _pictures(entry):
        telling.image(href, f"{at}/enclosure")
    published, updated = _time(entry, "published"), _time(entry, "updated")
    telling.say("published_at", published, f"{at}/published")
    telling.say("updated_at", updated or published, f"{at}/updated")
    changed = updated or published
    if changed is None:
        telling.warn(f"{at}/updated", "is missing, as is a date of publication: changes of this entry are not noticed")
    yield telling.article(milliseconds(changed) if changed else 0, f"{at}/updated")


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _title(entry: Mapping[str, Any]) -> str | None:
    title = _text(entry, "title")
    kind = dict(entry.get("title_detail") or {}).get("type")
    return text_of(title) or None if title and kind != "text/plain" else title


def _body(entry: Mapping[str, Any]) -> str | None:
    parts = [part.get("value") for part in entry.get("content", [])]
    return next((part for part in parts if isinstance(part, str) and part.strip()), None) or _text(entry, "summary")


def _time(entry: Mapping[str, Any], name: str) -> datetime | None:
    """As written, for feedparser drops what is below a second; else as it understood it."""
    written = moment(_text(entry, name) or "")
    parsed = entry.get(f"{name}_parsed")
    if written is None and parsed is not None:
        return _EPOCH + timedelta(seconds=calendar.timegm(parsed))
    return written[0] if written else None


def _pictures(entry: Mapping[str, Any]) -> Iterator[str | None]:
    for one in entry.get("media_content", []):
        if one.get("medium") == "image" or str(one.get("type", "")).startswith("image/"):
            yield _text(one, "url")
    for one in entry.get("enclosures", []):
        if str(one.get("type", "")).startswith("image/"):
            yield _text(one, "href")
    for one in entry.get("media_thumbnail", []):
        yield _text(one, "url")
