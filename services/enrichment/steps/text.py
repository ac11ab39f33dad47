"""The words of a story, block by block."""

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from services.enrichment.draft import Draft, House

# Ingest has removed control characters, so this one marks the edges of blocks and nothing else.
_EDGE = "\x1e"
_BLOCK = re.compile(
    r"(?P<open><(?:p|div|section|aside|h[1-6]|blockquote|pre|li|dt|dd|figcaption|caption|td|th|summary|br|hr)\b[^>]*>)"
    r"|(?P<close></(?:p|div|section|aside|h[1-6]|blockquote|pre|li|dt|dd|figcaption|caption|td|th|summary)>)"
)


def text(draft: Draft, _: House) -> Draft:
    """Visible text of ``body_html`` as paragraphs, white space collapsed, entities resolved.

    Edges are marked inside their block, where a parser leaves text in place; between a table and its cells
    it would move it.
    """
    marked = _BLOCK.sub(_mark, draft.article.body_html)
    body = LexborHTMLParser(marked).body
    blocks = (body.text() if body else "").split(_EDGE)
    return replace(draft, paragraphs=tuple(words for block in blocks if (words := " ".join(block.split()))))


def _mark(tag: re.Match[str]) -> str:
    return f"{tag['open']}{_EDGE}" if tag["open"] else f"{_EDGE}{tag['close']}"
