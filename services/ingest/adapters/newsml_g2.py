"""IPTC's NewsML-G2: one news item, or a message that holds several."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.nitf_body import headlines, tell_body
from services.ingest.adapters.telling import Telling, required_id
from services.ingest.adapters.text import opening, paragraphs, text_of
from services.ingest.adapters.xml_document import (
    attribute,
    child,
    children,
    language,
    local,
    markup,
    path,
    read_xml,
    text,
)

_STORIES = frozenset({None, "text", "composite"})
_PARENTS = frozenset({"evolvedFrom", "supersedes", "replaces", "previousVersion"})


def newsml_g2(document: Document) -> Sequence[Intake]:
    """Its stories; nothing for pictures and packages. Raises ``Refused``."""
    root = read_xml(document)
    if local(root) == "newsItem":
        return tuple(_item(document, root))
    if local(root) not in {"newsMessage", "packageItem"}:
        raise Refused(path(root), "is no newsItem: send a newsItem, or a newsMessage that holds some")
    return tuple(intake for item in children(root, "itemSet", "newsItem") for intake in _item(document, item))


def _item(document: Document, item: Any) -> Iterator[Intake]:
    meta, about = child(item, "itemMeta"), child(item, "contentMeta")
    telling = Telling(document, required_id(attribute(item, "guid"), path(item, "guid")), path(item, "guid"))
    status = _status(child(meta, "pubStatus"))
    embargo = child(meta, "embargoed")
    revision, at = _version(item)
    if status == "usable" and embargo is not None and text(embargo) is None:
        # The standard: withheld until further notice.
        status = "withheld"
    if status != "usable":
        yield telling.article(revision, at, status)
        return
    if _code(child(meta, "itemClass")) not in _STORIES:
        return
    if embargo is not None:
        telling.embargo(text(embargo) or "", path(embargo))
    _facts(item, meta, about, telling)
    heads = [(text(one), path(one)) for one in children(about, "headline")]
    spare = _content(item, telling)
    telling.headline([*heads, *spare] or [(None, f"{path(item)}/contentMeta/headline")])
    yield telling.article(revision, at)


def _code(element: Any) -> str | None:
    """The last part of a QCode or of a concept's URI."""
    said = attribute(element, "qcode") or attribute(element, "uri")
    return said.replace("/", ":").rsplit(":", 1)[-1].lower() if said else None


def _status(element: Any) -> str:
    said = _code(element)
    if element is not None and said not in {"usable", "withheld", "canceled", "cancelled"}:
        raise Refused(path(element, "qcode"), "is none of stat:usable, stat:withheld and stat:canceled: send one")
    return "canceled" if said == "cancelled" else said or "usable"


def _version(item: Any) -> tuple[int, str]:
    at, said = path(item, "version"), attribute(item, "version")
    if said is None:
        return 1, at  # as the standard has it
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise Refused(at, "is no whole number: number revisions 1, 2, 3")
    return int(said), at


def _facts(item: Any, meta: Any, about: Any, telling: Telling) -> None:
    said = attribute(child(about, "language"), "tag")
    telling.language(said or language(item), f"{path(item)}/@xml:lang")
    for name, tag in (("published_at", "firstCreated"), ("updated_at", "versionCreated")):
        found = child(meta, tag)
        if found is not None:
            telling.when(name, text(found), path(found))
    place = child(about, "dateline")
    place = place if place is not None else child(about, "located", "name")
    if place is not None:
        telling.line("dateline", text(place), path(place))
    kind = child(about, "genre", "name")
    telling.line("genre", text(kind), path(kind) if kind is not None else "")
    words = [*children(about, "keyword")] + [
        one for one in map(_first_name, children(about, "subject")) if one is not None
    ]
    telling.keywords((text(word), path(word)) for word in words)
    below = child(about, "description")
    if below is not None:
        telling.line("standfirst", text(below), path(below))
    for line in children(about, "by"):
        telling.byline(text(line), path(line))
    for link in children(meta, "link"):
        relation = (attribute(link, "rel") or "").rsplit(":", 1)[-1]
        other = attribute(link, "residref")
        if other and other != attribute(item, "guid") and relation in _PARENTS:
            telling.say("supersedes", telling.named(other), path(link, "residref"))
        elif other and relation == "translatedFrom":
            telling.say("translation_of", telling.named(other), path(link, "residref"))


def _first_name(subject: Any) -> Any:
    return child(subject, "name")


def _content(item: Any, telling: Telling) -> list[tuple[str | None, str]]:
    """The first rendition that is text; what in it could be a headline."""
    found: list[tuple[str | None, str]] = []
    for one in child(item, "contentSet") if child(item, "contentSet") is not None else ():
        inner = next(iter(one), None)
        kind = attribute(one, "contenttype") or ""
        if local(one) == "inlineXML" and inner is not None:
            found = _inline(inner, telling)
        elif local(one) == "inlineData" and (said := "".join(one.itertext()).strip()):
            telling.say("body_html", said if "html" in kind else paragraphs(said), path(one))
            found = [(opening(text_of(said)), path(one))]
        if "body_html" in telling.fields:
            break
    if "byline" not in telling.fields:
        for creator in children(child(item, "contentMeta"), "creator"):
            telling.byline(text(child(creator, "name")), path(creator))
    return found


def _inline(inner: Any, telling: Telling) -> list[tuple[str | None, str]]:
    if local(inner) == "nitf":
        tell_body(child(inner, "body"), telling)
        return headlines(child(inner, "body"))
    body = child(inner, "body") if local(inner) == "html" else inner
    if body is not None:
        telling.say("body_html", markup(body), path(body))
    return []
