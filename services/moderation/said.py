"""Everything a story says to anybody, field by field: a field that is added tomorrow is looked at, too."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from html import unescape
from urllib.parse import unquote

from pydantic import BaseModel
from selectolax.lexbor import LexborHTMLParser

from shared.blocks import blocks_of
from shared.events import ArticleEnriched

NOT_LOOKED_AT = frozenset({
    "protected_terms",  # is what is looked for, and stays here
    "body_html",  # is read as a browser reads it, see below
    # Words of a closed list, digests and codes: there is no room in them for anybody's name.
    "language", "images.media", "images.sources.media", "enrichment.language", "enrichment.fingerprint",
    "enrichment.entities.wikidata", "enrichment.missing", "enrichment.failed_steps",
})  # fmt: skip
NUMBERS_OF_NOBODY = frozenset({
    # Ids and slugs are full of numbers.
    "id", "supersedes", "translation_of", "slug", "enrichment.slug", "enrichment.entities.id", "enrichment.terms.text",
    # Where readers are to call: it stands there for everybody.
    "accountability.contact_url", "accountability.campaign_url",
    "enrichment.accountability.contact_url", "enrichment.accountability.campaign_url",
})  # fmt: skip
"""Names are looked for here, data of persons is not."""
ADDRESSES = frozenset({"canonical_url", "byline.url", "images.href"})
BODY, MARKUP = "body_html", "body_html (markup)"
_ADDRESS_ATTRIBUTES = frozenset({"href", "src", "srcset", "cite", "action", "formaction", "poster", "data"})
_WORDED_ATTRIBUTES = frozenset({"title", "alt", "label", "summary", "content", "aria-label", "placeholder", "value"})
_DIALLED = re.compile(
    r"(?:tel|sms|callto|whatsapp|viber|signal):|//(?:wa\.me|signal\.me|(?:api|web)\.whatsapp\.com)/", re.IGNORECASE
)
_COUNTRY_CODE = re.compile(r"\+[0-9]{7,15}(?![0-9])")
_NUMBER = re.compile(r"[0-9][0-9().\s-]{5,30}[0-9]")
_POSITION = re.compile(r"(?<![0-9.])-?[0-9]{1,2}\.[0-9]{3,12},-?[0-9]{1,3}\.[0-9]{3,12}(?![0-9])")
MOST_LAYERS = 3
"""Times an address may be quoted into another one."""
WINDOW, OVERLAP = 2_000, 200
"""Characters in which data of a person is looked for at once, and those that are looked at twice: more than any has."""


@dataclass(frozen=True, slots=True)
class Text:
    """``names``, ``personal``: what is looked for in it."""

    field: str
    text: str
    names: bool = True
    personal: bool = True


def texts(fact: ArticleEnriched) -> Iterator[Text]:
    """In every spelling a reader's program makes the same words of."""
    told: list[tuple[str, str, str]] = list(strings(fact.article)) if fact.article else []
    if fact.enrichment:
        told += [(f"enrichment.{at}", f"enrichment.{path}", text) for at, path, text in strings(fact.enrichment)]
    for at, path, text in told:
        if path not in NOT_LOOKED_AT:
            numbers = path not in NUMBERS_OF_NOBODY
            yield from _address(at, text) if path in ADDRESSES else _spellings(at, text, personal=numbers)
    if fact.article and fact.article.body_html:
        yield from _body(fact.article.body_html)


def strings(model: BaseModel, at: str = "", path: str = "") -> Iterator[tuple[str, str, str]]:
    """Of every string in it where it stands, the same without positions, and what it says."""
    for name in type(model).model_fields:
        yield from _strings(getattr(model, name), f"{at}{name}", f"{path}{name}")


def _strings(value: object, at: str, path: str) -> Iterator[tuple[str, str, str]]:
    match value:
        case Enum():
            return
        case str():
            if value:
                yield at, path, value
        case BaseModel():
            yield from strings(value, f"{at}.", f"{path}.")
        case Mapping():
            yield from _strings(tuple(value.items()), at, path)
        case tuple() | list() | set() | frozenset():
            for number, one in enumerate(value):
                yield from _strings(one, f"{at}[{number}]", path)


def _body(body_html: str) -> Iterator[Text]:
    """Its lines one by one, and all of them at once: a name may stand on two."""
    lines = [line for block in blocks_of(body_html) for line in (block.items or (block.text,)) if line]
    yield from _spellings(BODY, "\n".join(lines), personal=False)
    for line in lines:
        yield Text(BODY, line, names=False)
    root = LexborHTMLParser(body_html).root
    for node in root.traverse(include_text=True) if root else ():
        if node.tag == "-comment":
            yield from _spellings(MARKUP, node.comment_content or "", personal=True)
        for name, value in node.attributes.items():
            if not value:
                continue
            if name in _ADDRESS_ATTRIBUTES:
                yield from _address(MARKUP, value)
            else:
                yield from _spellings(MARKUP, value, personal=name in _WORDED_ATTRIBUTES)


def _address(field: str, text: str) -> Iterator[Text]:
    """An address is full of numbers; those that are dialled, and those on a map, may be somebody's."""
    yield from _spellings(field, text, personal=False)
    plain = _unquoted(text)[-1]
    found: Iterable[str] = [one[0] for one in _COUNTRY_CODE.finditer(plain)]
    found = [*found, *(one[0] for one in _POSITION.finditer(plain))]
    if dialled := _DIALLED.search(plain):
        number = _NUMBER.search(plain, dialled.end())
        # As it stands there, and as messengers write it: with the country's code, and no sign before it.
        found = [*found, *((number[0], f"+{number[0]}") if number else ())]
    for one in dict.fromkeys(found):
        yield Text(field, one, names=False)


def _spellings(field: str, text: str, *, personal: bool) -> Iterator[Text]:
    layers = _unquoted(text)
    for way in dict.fromkeys((*layers, *map(unescape, layers))):
        yield Text(field, way, personal=False)
    for way in dict.fromkeys((text, unescape(text))) if personal else ():
        yield Text(field, way, names=False)


def _unquoted(text: str) -> list[str]:
    """`%2541` is `%41` is `A`: each layer taken off."""
    layers = [text]
    while len(layers) <= MOST_LAYERS and (plain := unquote(layers[-1])) != layers[-1]:
        layers.append(plain)
    return layers


def windows(text: str) -> Iterator[str]:
    """Parts of a long text that overlap, each cut where a word without a number begins, if there is such a place."""
    at = 0
    while at < len(text):
        end = _cut(text, at + WINDOW)
        yield text[at:end]
        if end >= len(text):
            return
        at = _cut(text, end - OVERLAP)


_WORD = re.compile(r"(?<=\s)[^\W\d_]")


def _cut(text: str, wanted: int) -> int:
    if wanted >= len(text):
        return len(text)
    found = _WORD.search(text, wanted - OVERLAP, wanted)
    return found.start() if found else wanted
