"""An ANS story's elements as HTML."""

import html

from services.ingest.adapters.json_document import Node
from services.ingest.adapters.telling import Telling
from services.ingest.adapters.text import text_of

_SILENT = frozenset({"correction", "interstitial_link", "reference", "additional_content", "custom_embed", "ad"})
"""Not part of the text: read elsewhere, or an address of something that is not here."""


def markup(elements: Node, telling: Telling) -> str:
    """The text of the story; its pictures and its correction go to their own fields."""
    # The door allows 64 levels, so calling itself is bounded.
    return "".join(_element(one, telling) for one in elements)


def _element(one: Node, telling: Telling) -> str:
    content = one["content"].text or ""
    match one["type"].text:
        case "text":
            return f"<p>{content}</p>"
        case "header":
            level = one["level"].value
            size = level if isinstance(level, int) and 2 <= level <= 6 else 2
            return f"<h{size}>{content}</h{size}>"
        case "raw_html":
            return content
        case "list":
            return _list(one, telling)
        case "blockquote" | "quote":
            citation = one["citation"]["content"].text
            cited = f"<p><cite>{citation}</cite></p>" if citation else ""
            return f"<blockquote>{content}{markup(one['content_elements'], telling)}{cited}</blockquote>"
        case "code":
            return f"<pre><code>{html.escape(content)}</code></pre>"
        case "divider":
            return "<hr>"
        case "table":
            return _table(one)
        case "image":
            image(one, telling)
        case "element_group":
            return markup(one["content_elements"], telling)
        case kind if kind not in _SILENT:
            telling.warn(one.at, "is of a type that has no place in a story here and was left out")
        case _:
            pass
    return ""


def _list(one: Node, telling: Telling) -> str:
    tag = "ol" if one["list_type"].text == "ordered" else "ul"
    items = (
        (item["content"].text or "") if item["type"].text == "text" else _element(item, telling)
        for item in one["items"]
    )
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _table(one: Node) -> str:
    head = "".join(f"<th>{cell['content'].text or ''}</th>" for cell in one["header"])
    rows = ("".join(f"<td>{cell['content'].text or ''}</td>" for cell in row) for row in one["rows"])
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def image(one: Node, telling: Telling, *, lead: bool = False) -> None:
    """A picture beside or in the text."""
    credit = next((by["name"].text for by in one["credits"]["by"] if by["name"].text), None)
    caption = one["caption"].text
    telling.image(
        one["url"].text, one["url"].at, role="lead" if lead else "inline",
        caption=text_of(caption) if caption else None, alt=one["alt_text"].text, credit=credit,
    )  # fmt: skip
