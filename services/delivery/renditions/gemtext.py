"""``renditions.gemtext``: the story for Gemini: lines of text, links on lines of their own."""

import re
from collections.abc import Iterator

from services.delivery.dates import counted, shown_date
from services.delivery.page import Notice, Page
from services.delivery.place import file_of
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import page_words, safe_url
from services.delivery.words import Words
from shared.blocks import blocks_of
from shared.document import Block, BlockKind

MAX_BYTES = 64_000
_MARKUP = re.compile(r"^(=>|```|#|\*|>)")


def render(page: Page) -> str:
    """Of a story too long for the limit, the last parts are left out."""
    words = page_words(page.enrichment.language, page.enrichment.direction)
    text = [_set(block) for block in blocks_of(page.article.body_html)]
    head, end = list(_head(page, words)), list(_end(page, words))
    whole = _joined([*head, *text, *end])
    while len(whole.encode()) > MAX_BYTES and text:
        text = text[: len(text) * 9 // 10]
        whole = _joined([*head, *text, "[…]", *end])
    return whole


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def said(text: str) -> str:
    """A line that says what it says: what only looks like Gemini's markup is moved from the margin."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(f"\u200b{line}" if _MARKUP.match(line) else line for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _link(address: str | None, label: str) -> str:
    followed = safe_url(address)
    return f"=> {followed.replace(' ', '%20')} {_line(label)}" if followed else ""


def _head(page: Page, words: Words) -> Iterator[str]:
    article, spoken = page.article, words.language
    yield f"# {_line(article.headline)}"
    yield said(" · ".join(part for part in (article.section, article.kicker) if part))
    yield said(article.standfirst or "")
    comma = "، " if words.direction == "rtl" else ", "
    by = f"{words.by} {comma.join(who.name for who in article.byline)} · " if article.byline else ""
    minutes = counted(page.enrichment.reading_minutes, words.minutes, spoken)
    yield said(f"{by}{shown_date(page.published_at, spoken)} · {minutes}")
    if article.correction:
        yield f"> {words.correction}: {_line(article.correction.note)}"
    if page.lead and page.lead.caption:
        yield said(f"[{words.photo}: {page.lead.caption}]")
    yield said(article.dateline or "")


def _set(block: Block) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return f"{'##' if block.level == 2 else '###'} {_line(block.text)}"
        case BlockKind.LIST if block.ordered:
            return "\n".join(said(f"{number}. {item}") for number, item in enumerate(block.items, 1))
        case BlockKind.LIST:
            return "\n".join(f"* {_line(item)}" for item in block.items)
        case BlockKind.QUOTE:
            return "\n".join(f"> {_line(line)}" for line in block.text.splitlines())
        case BlockKind.CODE | BlockKind.TABLE:
            lines = (line.replace("\t", " | ") for line in block.text.splitlines())
            return "\n".join(["```", *(f" {line}" if line.startswith("```") else line for line in lines), "```"])
        case BlockKind.EMBED:
            return _link(block.href, block.text or (block.href or "")) or said(block.text)
        case BlockKind.RULE:
            return "———"
        case _:
            return said(block.text)


def _end(page: Page, words: Words) -> Iterator[str]:
    if page.accountability:
        yield f"## {words.act}"
        for who in page.accountability:
            name = f"{who.official} ({who.office})" if who.office and who.office != who.official else who.official
            asked = (_link(who.contact_url, words.write), _link(who.campaign_url, words.campaign))
            yield "\n".join(line for line in (said(name), *asked) if line)
    for title, stories in ((words.same, page.same), (words.related, page.related)):
        if stories:
            links = [f"=> {file_of(one.place).removesuffix('.html')}.gmi {_line(one.headline)}" for one in stories]
            yield "\n".join([f"## {title}", *links])
    yield said(f"{page.house.name} · {_line(page.article.id)} · {page.article.revision}")


def withdrawal(notice: Notice) -> str:
    """The notice as a page."""
    words = page_words(notice.language, notice.direction)
    headline, text = (words.killed, words.killed_text) if notice.killed else (words.withheld, words.withheld_text)
    about = f"{notice.house.name} · {_line(notice.article_id)} · {notice.revision}"
    return f"# {headline}\n\n{text}\n\n{said(about)}\n"


GEMTEXT = Spec("gemtext", "text/gemini; charset=utf-8", MAX_BYTES, render, withdrawal, extension="gmi", lives=True)
