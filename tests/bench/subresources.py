"""What a browser asks for beside a page, read from the markup and from the styles it names."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from tests.budget import brotlied

_IMPORT = re.compile(r"@import\s+(?:url\()?\s*[\"']?([^\"')\s;]+)")
_FONT = re.compile(r"@font-face\s*\{[^}]*?url\(\s*[\"']?([^\"')]+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def subresources(html: str, address: str, fetch: Callable[[str], bytes]) -> list[int]:
    """The bytes of each: styles and scripts as brotli 11, pictures and fonts as they are.

    Of a font's forms the first counts, as every browser takes it. Backgrounds are left out: whether one is fetched,
    only a layout tells.
    """
    tree = LexborHTMLParser(html)
    named = [
        node.attributes.get("href" if node.tag == "link" else "src") or ""
        for node in tree.css("link[rel~=stylesheet][href],script[src],img[src],iframe[src]")
    ]
    inside = [ref for style in tree.css("style") for ref in _named_in_style(style.text())]
    waiting = [urljoin(address, ref) for ref in (*named, *inside) if not ref.startswith("data:")]
    sizes: dict[str, int] = {}
    while waiting:
        one = waiting.pop(0)
        if one in sizes:
            continue
        body = fetch(one)
        sizes[one] = brotlied(body.decode()) if one.endswith((".css", ".js")) else len(body)
        if one.endswith(".css"):
            waiting += [urljoin(one, ref) for ref in _named_in_style(body.decode())]
    return list(sizes.values())


def _named_in_style(style: str) -> list[str]:
    bare = _COMMENT.sub("", style)
    return [*_IMPORT.findall(bare), *_FONT.findall(bare)]
