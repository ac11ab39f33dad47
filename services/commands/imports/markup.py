"""What a reader saw of a comment that was stored as HTML: pages here show text, never markup."""

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from services.commands.imports.told import Refused

MOST = 100_000
"""Characters of markup."""
_BLOCKS = frozenset({"p", "div", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"})
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript", "iframe", "object"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(r"[ \t\r\f]+")


def text_of(html: str, *, lines: bool) -> str:
    """The words, a line for each block and break. ``lines``: a line end in the source is one too, as in WordPress.

    Raises ``Refused`` for more markup than any comment has: its parser takes quadratic time for what is nested.
    An address behind other words follows them in brackets: a reader could click on it, and moderation must see it.
    """
    if len(html) > MOST:
        raise Refused(f"its body has {len(html):,} characters with its markup, and at most {MOST:,} are read")
    if not html.strip():
        return ""
    body = LexborHTMLParser(html).body
    parts: list[str] = []
    # A stack of our own: what a stranger nests ten thousand deep must not end the program.
    left: list[Any] = [body] if body is not None else []
    while left:
        node = left.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "-text":
            parts.append((_SPACES if lines else _SPACE).sub(" ", node.text(deep=False)))
        elif node.tag == "br":
            # WordPress keeps the line end beside the break it was typed as.
            parts.append("" if lines and _line_follows(node) else "\n")
        elif node.tag not in _UNSEEN:
            before, after = _around(node)
            parts.append(before)
            left += [after, *reversed(list(node.iter(include_text=True)))]
    text = "".join(parts)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", text)).strip()


def _around(node: Any) -> tuple[str, str]:
    """What stands before and after what is in it."""
    if node.tag == "a":
        address, words = str(node.attributes.get("href") or "").strip(), node.text(deep=True).strip()
        bare = address.split("://", 1)[-1].rstrip("/")
        return "", f" ({address})" if address and bare not in words else ""
    if node.tag == "li":
        return "\n- ", "\n"
    if node.tag == "blockquote":
        return "\n«", "»\n"
    return ("\n", "\n") if node.tag in _BLOCKS else ("", "")


def _line_follows(node: Any) -> bool:
    following = node.next
    return following is not None and following.tag == "-text" and following.text(deep=False).startswith(("\n", "\r\n"))
