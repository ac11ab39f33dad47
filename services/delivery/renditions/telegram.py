"""``renditions.telegram``: the story as messages in Telegram's HTML, numbered where it takes several."""

import json
from collections.abc import Iterator
from html import escape

from services.delivery.dates import shown_date
from services.delivery.page import Notice, Page
from services.delivery.pictures import largest
from services.delivery.place import path_of
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import page_words, safe_url
from services.delivery.words import Words
from shared.blocks import blocks_of
from shared.document import Block, BlockKind

MESSAGE, CAPTION = 4_096, 1_024
"""UTF-16 units after entities are parsed, which is how Telegram counts."""
NUMBERED = 16
"""Room for ``(12/34)`` and the empty line after it."""
MAX_BYTES = 256_000


def length(text: str) -> int:
    """Of plain text, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def render(page: Page) -> str:
    """``parts``: messages to send in their order. ``caption``: all there is room for under a photo."""
    words = page_words(page.enrichment.language, page.enrichment.direction)
    chunks = [*_head(page, words), *_body(page), *_end(page, words)]
    parts = _filled(chunks)
    if len(parts) > 1:
        parts = [f"({number}/{len(parts)})\n\n{part}" for number, part in enumerate(parts, 1)]
    photo = largest(page.photo).media if page.photo else None
    return _json(page.article.id, page.article.revision, {
        "parts": parts,
        "caption": _caption(page),
        "photo": f"/media/{photo}" if photo else None,
    })  # fmt: skip


Chunk = tuple[str, str]
"""Plain text, by which it is counted, and the same with markup."""


def _wrap(text: str, tag: str = "") -> Iterator[Chunk]:
    """Plain text with its markup around each piece that fits one message; pieces end after a sentence or a word."""
    while length(text) > MESSAGE - NUMBERED:
        piece = text[: (MESSAGE - NUMBERED) // 2]
        cut = (
            max(piece.rfind(sign) for sign in (". ", "؟ ", "! ", "? ", "\n")) + 1 or piece.rfind(" ") + 1 or len(piece)
        )
        yield _marked(text[:cut].strip(), tag)
        text = text[cut:].strip()
    if text:
        yield _marked(text, tag)


def _marked(text: str, tag: str) -> Chunk:
    html = escape(text, quote=False)
    return text, f"<{tag}>{html}</{tag}>" if tag else html


def _filled(chunks: list[Chunk]) -> list[str]:
    """Messages as full as they can be; no piece is torn."""
    parts: list[str] = []
    html, used = "", 0
    for plain, marked in chunks:
        more = length(plain) + (2 if html else 0)
        if html and used + more > MESSAGE - NUMBERED:
            parts.append(html)
            html, used, more = "", 0, length(plain)
        html, used = f"{html}\n\n{marked}" if html else marked, used + more
    return [*parts, html] if html else parts


def _head(page: Page, words: Words) -> Iterator[Chunk]:
    article = page.article
    yield from _wrap(article.headline, "b")
    if article.standfirst:
        yield from _wrap(article.standfirst, "i")
    comma = "، " if words.direction == "rtl" else ", "
    by = f"{words.by} {comma.join(who.name for who in article.byline)} · " if article.byline else ""
    yield from _wrap(f"{by}{shown_date(page.published_at, words.language)}")
    if article.correction:
        yield from _wrap(f"{words.correction}: {article.correction.note}", "blockquote")


def _body(page: Page) -> Iterator[Chunk]:
    for block in blocks_of(page.article.body_html):
        yield from _set(block)


def _set(block: Block) -> Iterator[Chunk]:
    match block.kind:
        case BlockKind.HEADING:
            yield from _wrap(block.text, "b")
        case BlockKind.QUOTE:
            yield from _wrap(block.text, "blockquote")
        case BlockKind.CODE | BlockKind.TABLE:
            yield from _wrap(block.text.replace("\t", " | "), "pre")
        case BlockKind.LIST:
            signs = [f"{number}. " if block.ordered else "• " for number in range(1, len(block.items) + 1)]
            yield from _wrap("\n".join(sign + item for sign, item in zip(signs, block.items, strict=True)))
        case BlockKind.RULE:
            yield "———", "———"
        case BlockKind.EMBED:
            yield from _wrap(" ".join(part for part in (block.text, safe_url(block.href)) if part))
        case _:
            yield from _wrap(block.text)


def _end(page: Page, words: Words) -> Iterator[Chunk]:
    for who in page.accountability:
        links = ((words.write, safe_url(who.contact_url)), (words.campaign, safe_url(who.campaign_url)))
        found = [(label, address) for label, address in links if address]
        plain = "\n".join([who.official, *(label for label, _ in found)])
        marked = "\n".join([
            f"<b>{escape(who.official, quote=False)}</b>",
            *(f'<a href="{escape(address)}">{escape(label, quote=False)}</a>' for label, address in found),
        ])  # fmt: skip
        yield plain, marked
    if page.house.base_url:
        yield from _link(page, words)


def _link(page: Page, words: Words) -> Iterator[Chunk]:
    address = escape(page.house.base_url + path_of(page.place, "light"))
    yield words.light, f'<a href="{address}">{escape(words.light, quote=False)}</a>'


def _caption(page: Page) -> str:
    """The headline and as much of the summary as fits, whole words."""
    headline, summary = page.article.headline, page.article.standfirst or page.enrichment.teaser or ""
    room = CAPTION - 2 - length(headline)
    if room < 0:
        return _marked(_cut(headline, CAPTION), "b")[1]
    more = _cut(summary, room)
    return _marked(headline, "b")[1] + (f"\n\n{escape(more, quote=False)}" if more else "")


def _cut(text: str, most: int) -> str:
    if length(text) <= most:
        return text
    while length(text) > most - 1:
        shorter = text.rpartition(" ")[0]
        text = shorter if shorter and length(text) - length(shorter) < 40 else text[:-1]
    return text.rstrip(" ,;:،؛") + "…" if text else ""


def withdrawal(notice: Notice) -> str:
    """One message that says so; a channel edits the old ones or deletes them."""
    words = page_words(notice.language, notice.direction)
    headline, text = (words.killed, words.killed_text) if notice.killed else (words.withheld, words.withheld_text)
    part = f"<b>{escape(headline, quote=False)}</b>\n\n{escape(text, quote=False)}"
    return _json(
        notice.article_id, notice.revision, {"withdrawn": True, "parts": [part], "caption": part, "photo": None}
    )


def _json(article_id: str, revision: int, facts: dict[str, object]) -> str:
    return json.dumps({"id": article_id, "revision": revision, **facts}, ensure_ascii=False)


TELEGRAM = Spec("telegram", "application/json", MAX_BYTES, render, withdrawal, extension="json")
