"""What NITF's ``body`` says, alone or within NewsML-G2."""

import re
from typing import Any

from services.ingest.adapters.telling import Telling
from services.ingest.adapters.text import opening
from services.ingest.adapters.xml_document import attribute, child, children, local, markup, path, text

_NAMES = {
    "hl2": "h2", "hl1": "h2", "bq": "blockquote", "block": "div", "nitf-table": "table", "credit": "cite",
    # They say what a word is, not how it looks.
    "person": "", "org": "", "location": "", "city": "", "state": "", "region": "", "country": "", "sublocation": "",
    "money": "", "num": "", "chron": "", "event": "", "function": "", "object.title": "", "virtloc": "",
    "copyrite": "", "copyrite.year": "", "copyrite.holder": "", "postaddr": "", "name.given": "", "name.family": "",
    "alt-code": "", "classifier": "", "frac": "", "frac-num": "", "frac-sep": "", "frac-den": "", "pronounce": "",
    "lang": "span",
}  # fmt: skip
_ELSEWHERE = frozenset({"media", "table-reference", "custom-table", "note", "fn"})
_BY = re.compile(r"^by\s+", re.IGNORECASE)


def tell_body(body: Any, telling: Telling) -> None:
    """Text, standfirst, byline, dateline and pictures; the headline is asked for with ``headlines``."""
    head, content = child(body, "body.head"), child(body, "body.content")
    if content is not None:
        telling.say("body_html", markup(content, _NAMES, _ELSEWHERE), path(content))
        for media in content.iter():
            if local(media) == "media":
                _picture(media, telling)
    below = child(head, "abstract")
    below = below if below is not None else child(head, "hedline", "hl2")
    if below is not None:
        telling.line("standfirst", text(below), path(below))
    for line in children(head, "byline"):
        _byline(line, telling)
    place = child(head, "dateline", "location")
    if place is not None:
        telling.line("dateline", text(place), path(place))


def headlines(body: Any) -> list[tuple[str | None, str]]:
    """Its headline, then what can stand in for one."""
    head, content = child(body, "body.head"), child(body, "body.content")
    found = [child(head, "hedline", "hl1"), child(head, "hedline", "hl2")]
    told = [(text(one), path(one)) for one in found if one is not None]
    return told if content is None else [*told, (opening(text(content) or "") or None, path(content))]


def _byline(line: Any, telling: Telling) -> None:
    title = text(child(line, "byttl"))
    name = text(child(line, "person"))
    if name is None:
        name = _BY.sub("", " ".join("".join(line.xpath("text()")).split()).strip(" ,"))
    # Where an agency has its own name as its staff's title, that is all there is.
    telling.byline(name or title, path(line), role=title if name else None)


def _picture(media: Any, telling: Telling) -> None:
    if attribute(media, "media-type") not in {None, "image"}:
        return
    references = list(children(media, "media-reference"))
    if references:
        one = references[0]
        telling.image(
            attribute(one, "source"), path(one, "source"), alt=attribute(one, "alternate-text"),
            caption=text(child(media, "media-caption")), credit=text(child(media, "media-producer")),
        )  # fmt: skip
