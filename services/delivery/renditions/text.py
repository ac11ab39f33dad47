"""``renditions.text``: the story as plain text, for satellite filecasts, shortwave and mail."""

import textwrap
import unicodedata
from collections.abc import Iterator

from services.delivery.dates import counted, shown_date
from services.delivery.page import Notice, Page
from services.delivery.place import path_of
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import page_words, safe_url
from services.delivery.words import Words
from shared.blocks import blocks_of
from shared.document import Block, BlockKind

COLUMNS = 72
MAX_BYTES = 64_000
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


def render(page: Page) -> str:
    """UTF-8 in NFC, wrapped between words, an empty line between paragraphs. A story too long is cut before its end."""
    words = page_words(page.enrichment.language, page.enrichment.direction)
    head, text, end = list(_head(page, words)), list(_body(page)), list(_end(page, words))
    whole = _joined([*head, *text, *end])
    while len(whole.encode()) > MAX_BYTES and text:
        text = text[: max(len(text) * 9 // 10, len(text) - 50, 0)]
        whole = _joined([*head, *text, "[…]", *end])
    return whole


def _joined(parts: list[str]) -> str:
    return unicodedata.normalize("NFC", "\n\n".join(part for part in parts if part)).translate(_CONTROLS) + "\n"


def wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    """Broken between words only; a zero-width joint is part of its word."""
    lines = [
        textwrap.fill(
            line, COLUMNS, initial_indent=first if number == 0 else rest if rest is not None else first,
            subsequent_indent=rest if rest is not None else first, break_long_words=False, break_on_hyphens=False,
        )
        for number, line in enumerate(text.split("\n"))
    ]  # fmt: skip
    return "\n".join(lines)


def _head(page: Page, words: Words) -> Iterator[str]:
    article, spoken = page.article, words.language
    yield wrapped(" · ".join(part for part in (article.section, article.kicker) if part))
    yield wrapped(article.headline)
    if article.standfirst:
        yield wrapped(article.standfirst)
    comma = "، " if words.direction == "rtl" else ", "
    if article.byline:
        yield wrapped(f"{words.by} {comma.join(who.name for who in article.byline)}")
    minutes = counted(page.enrichment.reading_minutes, words.minutes, spoken)
    updated = f" · {words.updated} {shown_date(page.updated_at, spoken)}" if page.updated_at else ""
    yield wrapped(f"{shown_date(page.published_at, spoken)}{updated} · {minutes}")
    if article.correction:
        yield wrapped(f"{words.correction}: {article.correction.note}")
    lead = page.lead
    if lead and (lead.caption or lead.alt):
        credit = f" ({lead.credit})" if lead.credit else ""
        yield wrapped(f"[{words.photo}: {lead.caption or lead.alt}{credit}]")
    if article.dateline:
        yield wrapped(article.dateline)


def _body(page: Page) -> Iterator[str]:
    for block in blocks_of(page.article.body_html):
        yield set_block(block)


def set_block(block: Block) -> str:
    """One part of the text, set with nothing but signs and space."""
    match block.kind:
        case BlockKind.LIST:
            signs = [f"{number}. " if block.ordered else "- " for number in range(1, len(block.items) + 1)]
            pairs = zip(signs, block.items, strict=True)
            return "\n".join(wrapped(item, sign, " " * len(sign)) for sign, item in pairs)
        case BlockKind.QUOTE:
            return wrapped(block.text, "> ")
        case BlockKind.CODE:
            return textwrap.indent(block.text, "    ")
        case BlockKind.TABLE:
            return "\n".join(item.replace("\t", " | ") for item in block.items)
        case BlockKind.RULE:
            return "* * *"
        case BlockKind.EMBED:
            return wrapped(" ".join(part for part in (block.text, safe_url(block.href)) if part))
        case _:
            return wrapped(block.text)


def _end(page: Page, words: Words) -> Iterator[str]:
    if page.accountability:
        yield wrapped(words.act)
        for who in page.accountability:
            office = f" ({who.office})" if who.office and who.office != who.official else ""
            addresses = (safe_url(who.contact_url), safe_url(who.campaign_url))
            yield "\n".join([wrapped(f"- {who.official}{office}", "", "  "), *(f"  {one}" for one in addresses if one)])
    base = page.house.base_url
    yield page.house.name + (f"\n{base}{path_of(page.place, 'light')}" if base else "")
    yield f"{page.article.id} · {page.article.revision}"


def withdrawal(notice: Notice) -> str:
    """The notice in a sentence."""
    words = page_words(notice.language, notice.direction)
    headline, text = (words.killed, words.killed_text) if notice.killed else (words.withheld, words.withheld_text)
    about = f"{notice.article_id} · {notice.revision}"
    return f"{wrapped(headline)}\n\n{wrapped(text)}\n\n{notice.house.name}\n\n{about}\n"


TEXT = Spec("text", "text/plain; charset=utf-8", MAX_BYTES, render, withdrawal, extension="txt")
