"""Between markup and plain text, for fields that are one and come as the other."""

import html
import re

import nh3

from services.ingest.markup import Unreadable, tame

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/blockquote|/h[1-6])\b", re.IGNORECASE)
_UNSEEN = {"script", "style", "template", "noscript", "iframe", "object", "title"}
_GAP = re.compile(r"\n[ \t]*\n")


def text_of(markup: str) -> str:
    """The words without their markup, on one line; none of markup nobody can read, which is refused where it counts."""
    return " ".join(_words(markup).split())


def lines_of(markup: str) -> str:
    """The words without their markup, a line for each block and break."""
    # The source's own line ends are no breaks: WordPress keeps them beside the markup they were typed as.
    flat = _BREAK.sub(lambda found: "\n" + found[0], " ".join(markup.split()))
    return "\n".join(line.strip() for line in _words(flat).split("\n") if line.strip())


def _words(markup: str) -> str:
    if "<" not in markup:
        return html.unescape(markup)
    try:
        return html.unescape(nh3.clean(tame(markup), tags=set(), clean_content_tags=_UNSEEN))
    except Unreadable:
        return ""


def paragraphs(text: str) -> str:
    """Plain text as markup: a blank line parts paragraphs, a line end is a break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = (part.strip("\n") for part in _GAP.split(text))
    return "".join(
        f"<p>{html.escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts if part.strip()
    )


def opening(text: str, limit: int = 100) -> str:
    """The first words, for what has no headline."""
    line = " ".join(text[: limit * 20].split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0]
    return f"{cut}…"
