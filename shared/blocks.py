"""A sanitised text in parts: what has no HTML, and what sets a story in its own way, reads it from here."""

from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from shared.document import Block, BlockKind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = {"div", "section", "article", "main", "aside", "header", "footer", "center", "details", "body", "picture"}
_EMBEDS = {"iframe", "video", "audio", "object", "embed"}
_SILENT = {"img", "source", "track", "script", "style", "template", "hr"}
_BREAK = "\u2028"
"""Stands for ``<br>`` while white space is folded."""


@lru_cache(maxsize=64)
def blocks_of(body_html: str) -> tuple[Block, ...]:
    """The parts in reading order. No word of the text is lost; what has no words is left out.

    Cached, because every rendition of a story asks for the same ones.
    """
    body = LexborHTMLParser(body_html).body
    return tuple(_blocks(body)) if body is not None else ()


def plain(node: LexborNode) -> str:
    """The text of a node with white space folded as a browser does; a line break stays one."""
    parts: list[str] = []
    _gather(node, parts)
    text = " ".join("".join(parts).split())
    return "\n".join(line.strip() for line in text.split(_BREAK)).strip()


def _gather(node: LexborNode, parts: list[str]) -> None:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            parts.append(child.text_content or "")
        elif child.tag == "br":
            parts.append(_BREAK)
        elif child.tag not in {"script", "style", "template"}:
            block = child.tag in _CONTAINERS or child.tag in {"p", "li", "tr", "td", "th", "figcaption"}
            if block:
                parts.append(" ")
            _gather(child, parts)
            if block:
                parts.append(" ")


def _blocks(parent: LexborNode) -> Iterator[Block]:
    run: list[LexborNode] = []
    for child in parent.iter(include_text=True):
        if _is_inline(child):
            run.append(child)
            continue
        yield from _paragraph(run)
        run = []
        yield from _block(child)
    yield from _paragraph(run)


def _is_inline(node: LexborNode) -> bool:
    known = {
        "p",
        "ul",
        "ol",
        "dl",
        "blockquote",
        "figure",
        "pre",
        "table",
        "hr",
        "figcaption",
        "li",
        "dt",
        "dd",
        "summary",
    }
    tag = node.tag or ""
    return tag not in known and tag not in _HEADINGS and tag not in _CONTAINERS and tag not in _EMBEDS


def _paragraph(run: list[LexborNode]) -> Iterator[Block]:
    """Words that stand in no paragraph make one of their own."""
    parts: list[str] = []
    for node in run:
        if node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag == "br":
            parts.append(_BREAK)
        elif node.tag not in _SILENT:
            _gather(node, parts)
    text = "\n".join(line.strip() for line in " ".join("".join(parts).split()).split(_BREAK)).strip()
    if text:
        yield Block(kind=BlockKind.PARAGRAPH, text=text, html="".join(node.html or "" for node in run).strip())


def _block(node: LexborNode) -> Iterator[Block]:
    tag = node.tag or ""
    if tag in _CONTAINERS:
        yield from _blocks(node)
    elif tag in _HEADINGS:
        yield from _worded(BlockKind.HEADING, node, level=max(2, _HEADINGS[tag]))
    elif tag in {"ul", "ol", "dl"}:
        yield from _list(node)
    elif tag == "hr":
        yield Block(kind=BlockKind.RULE)
    elif tag == "table":
        yield from _table(node)
    elif tag in _EMBEDS:
        href = node.attributes.get("src")
        text = plain(node)
        if text or href:
            yield Block(kind=BlockKind.EMBED, text=text, href=href[:2_000] if href else None)
    else:
        kinds = {"blockquote": BlockKind.QUOTE, "pre": BlockKind.CODE, "figure": BlockKind.FIGURE}
        yield from _worded(kinds.get(tag, BlockKind.FIGURE if tag == "figcaption" else BlockKind.PARAGRAPH), node)


def _worded(kind: BlockKind, node: LexborNode, level: int = 0) -> Iterator[Block]:
    text = (node.text() or "").strip("\n") if kind is BlockKind.CODE else plain(node)
    if text.strip():
        yield Block(kind=kind, text=text, html=(node.inner_html or "").strip(), level=level)


def _list(node: LexborNode) -> Iterator[Block]:
    items = tuple(text for child in node.iter(include_text=True) if (text := _item(child)))
    if items:
        yield Block(
            kind=BlockKind.LIST, text="\n".join(items), html=node.html or "", ordered=node.tag == "ol", items=items
        )


def _item(node: LexborNode) -> str:
    return " ".join((node.text_content or "").split()) if node.tag == "-text" else plain(node)


def _table(node: LexborNode) -> Iterator[Block]:
    caption = [plain(one) for one in node.css("caption")]
    rows = ["\t".join(plain(cell) for cell in row.css("td,th")) for row in node.css("tr")]
    items = tuple(line for line in (*caption, *rows) if line.strip())
    if items:
        yield Block(kind=BlockKind.TABLE, text="\n".join(items), html=node.html or "", items=items)
