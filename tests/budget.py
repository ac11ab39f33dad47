"""What a page weighs, and what of that a reader sees."""

import gzip
import re

import brotli  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

PHOTO = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]*")
_HIDDEN = "script,style,[hidden],title"


def brotlied(text: str) -> int:
    """Bytes as brotli 11."""
    return len(brotli.compress(text.encode(), mode=brotli.MODE_TEXT, quality=11))


def gzipped(text: str) -> int:
    """Bytes as gzip 9."""
    return len(gzip.compress(text.encode(), 9, mtime=0))


def without_photo(html: str) -> str:
    """The page as it is where its photo stayed behind."""
    return PHOTO.sub("", html)


def visible(html: str) -> str:
    """The words a reader sees, a line for every block; what only describes a picture is not among them."""
    tree = LexborHTMLParser(html)
    for node in tree.css(_HIDDEN):
        node.decompose()
    body = tree.body
    return re.sub(r"[ \t]*\n\s*", "\n", body.text(separator="\n")).strip() if body else ""


def ratio(html: str) -> float:
    """Bytes of a page without a photo, for each byte its visible text would cost by itself."""
    return brotlied(html) / brotlied(visible(html))
