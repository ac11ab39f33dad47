"""An XML document without document type and entities, and its text as HTML."""

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from services.ingest.adapters.intake import Document, Refused

_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([A-Za-z0-9._-]{1,40})""")
_READABLE = re.compile(r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_NAMES = frozenset({b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"})
_COUNTED = 50
"""Siblings looked at to say the how manieth an element is."""
_VOID = frozenset({"br", "hr", "wbr", "img", "col"})


def read_xml(document: Document, *, html_names: bool = False) -> Any:
    """The root element; with ``html_names``, HTML's names of characters are read too. Raises ``Refused``."""
    body = document.body
    if len(body) > document.limits.event_bytes:
        raise Refused("", f"has {len(body)} bytes: send at most {document.limits.event_bytes}")
    # Looked for before parsing, and without the zeros that UTF-16 and UTF-32 put between letters.
    plain = body.replace(b"\x00", b"")
    if _DECLARED.search(plain):
        raise Refused("", "declares a document type or an entity: send it without <!DOCTYPE")
    named = _ENCODING.match(plain[3:] if plain.startswith(b"\xef\xbb\xbf") else plain)
    if named and not _READABLE.fullmatch(named[1].decode()):
        raise Refused("", "has an encoding that is not read here: send UTF-8")
    if html_names:
        # Many feeds write &nbsp; and declare nothing. As numbers, such characters need no declaration.
        body = _NAMED.sub(_numbered, body)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("", f"is not well-formed XML at line {error.lineno or 1}: send it whole and escaped") from None
    except (ValueError, LookupError):
        raise Refused("", "is not XML that can be read: send UTF-8") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("", "declares a document type: send it without <!DOCTYPE")
    _limit_depth(root, document.limits.depth)
    return root


def _numbered(found: re.Match[bytes]) -> bytes:
    meant = "" if found[1] in _XML_NAMES else html5.get(found[1].decode(), "")
    return "".join(f"&#{ord(character)};" for character in meant).encode() or found[0]


def _limit_depth(root: Any, limit: int) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            raise Refused("", f"nests deeper than {limit} levels at line {element.sourceline}: send it flatter")


def local(element: Any) -> str:
    """A name without its namespace."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def path(element: Any, attribute: str = "") -> str:
    """Where it stands, as an XPath of local names."""
    names: list[str] = []
    while element is not None:
        # Bounded, for it is asked of every element of a document that may have a hundred thousand of them.
        before = list(islice(element.itersiblings(preceding=True), _COUNTED))
        after = islice(element.itersiblings(), _COUNTED)
        position = sum(one.tag == element.tag for one in before)
        alone = position == 0 and not any(one.tag == element.tag for one in after)
        counted = not alone and len(before) < _COUNTED
        names.append(local(element) + (f"[{position + 1}]" if counted else ""))
        element = element.getparent()
    return "/" + "/".join(reversed(names)) + (f"/@{attribute}" if attribute else "")


def children(element: Any, *names: str) -> Iterator[Any]:
    """Descendants along these local names, whatever their namespace."""
    if element is None:
        return
    if not names:
        yield element
        return
    for child in element:
        if local(child) == names[0]:
            yield from children(child, *names[1:])


def child(element: Any, *names: str) -> Any:
    """The first of them, or ``None``."""
    return next(children(element, *names), None)


def text(element: Any) -> str | None:
    """All words in it on one line; ``None`` where there are none."""
    return None if element is None else " ".join("".join(element.itertext()).split()) or None


def attribute(element: Any, name: str) -> str | None:
    """Its value without the spaces around it; ``None`` where it is missing or empty."""
    return None if element is None else (element.get(name) or "").strip() or None


def language(element: Any) -> str | None:
    """Its ``xml:lang``."""
    return attribute(element, _LANG)


def markup(element: Any, names: Mapping[str, str] | None = None, left_out: frozenset[str] = frozenset()) -> str:
    """What is in it as HTML: elements by their local names or by those ``names`` gives them, all else just as words.

    ``names`` maps to an empty string where the words stay and the element goes. Only attributes a text needs come
    along.
    """
    names = {} if names is None else names
    parts = [html.escape(element.text or "", quote=False)]
    skipped = 0
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if one is element:
            continue
        gone, name = local(one) in left_out, names.get(local(one), local(one))
        if event == "start":
            skipped += gone
            if not skipped:
                parts += [_open(name, one), html.escape(one.text or "", quote=False)]
        else:
            if not skipped and name and name not in _VOID:
                parts.append(f"</{name}>")
            skipped -= gone
            if not skipped:
                parts.append(html.escape(one.tail or "", quote=False))
    return "".join(parts).strip()


def _open(name: str, one: Any) -> str:
    if not name:
        return ""
    told = {key: one.get(key) for key in ("href", "title", "colspan", "rowspan", "dir", "start", "cite")}
    told["lang"] = one.get(_LANG) or one.get("lang")
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in told.items() if value)
    return f"<{name}{attributes}>"
