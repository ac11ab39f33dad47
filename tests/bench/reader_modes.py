"""The full page as reader modes serve it: its text, found again by a library."""

from collections.abc import Callable, Sequence
from html import escape

from selectolax.lexbor import LexborHTMLParser

from services.delivery.page import Page
from services.delivery.renditions.full import FULL
from tests.budget import visible


def readability(page: Page) -> str:
    """By readability-lxml."""
    from readability import Document  # only `make bench` installs it

    document = Document(FULL.render(page))
    # The summary changes the document, so it comes last.
    title, author = document.short_title(), document.author()
    facts = [] if author == "[no-author]" else [author]
    return _frame(page, title, facts, document.summary(html_partial=True))


def trafilatura(page: Page) -> str:
    """By trafilatura; what it finds out but leaves in the head is printed, as its readers would want."""
    from trafilatura import extract  # only `make bench` installs it

    made = extract(
        FULL.render(page),
        output_format="html",
        include_links=True,
        include_tables=True,
        include_comments=True,
        with_metadata=True,
    )
    tree = LexborHTMLParser(made or "")
    found = {node.attributes.get("name"): node.attributes.get("content") or "" for node in tree.css("meta")}
    facts = [found[name] for name in ("author", "date", "categories") if found.get(name)]
    body = tree.body
    return _frame(page, found.get("title", ""), facts, (body.inner_html if body else None) or "")


def _frame(page: Page, title: str, facts: Sequence[str], text: str) -> str:
    """The least that can stand around a text: its title and what was found out about it, unless the text says that.

    No style and no way on, which is to its advantage here.
    """
    rtl = " dir=rtl" if page.enrichment.direction == "rtl" else ""
    heading = "" if "<h1" in text else f"<h1>{escape(title)}</h1>"
    seen = visible(text)
    line = " · ".join(escape(fact) for fact in facts if fact not in seen)
    return (
        f"<!doctype html><html lang={page.enrichment.language}{rtl}><meta charset=utf-8>"
        f"<meta name=viewport content=width=device-width><title>{escape(title)}</title>"
        f"{heading}{f'<p>{line}</p>' if line else ''}{text}"
    )


READER_MODES: dict[str, Callable[[Page], str]] = {"readability-lxml": readability, "trafilatura": trafilatura}
