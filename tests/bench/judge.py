"""Whether a page of a story, whoever made it, still tells the story."""

from collections.abc import Callable
from datetime import date

from selectolax.lexbor import LexborHTMLParser

from services.delivery.page import Page
from shared.articles import Article
from tests.budget import visible

REQUIRED = ("headline", "byline", "date", "section")
"""Beside the text itself."""
BESIDES = ("caption", "correction", "call-out", "related", "comments")
LEAST_SHARE = 0.995
"""Of the words of the text."""
RUN = 5
"""Words."""
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‘’'", '"'))
"""However they are drawn, they say the same."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def told(page: Page, html: str) -> dict[str, bool]:
    """Each fact this story has → whether a reader of this page is told. What only the head or a menu says, is not."""
    article, tree = page.article, LexborHTMLParser(html)
    seen, text = _one_line(visible(html)), _one_line(visible(article.body_html))

    def shown(fact: str) -> bool:
        # A heading in the text may happen to say the same: finding that proves nothing.
        one = _one_line(fact)
        return seen.count(one) > text.count(one)

    if article.standfirst and shown(article.standfirst):
        # Nor does finding it in the standfirst.
        seen = seen.replace(_one_line(article.standfirst), "", 1)
    found = {
        "headline": shown(article.headline),
        "byline": all(shown(who.name) for who in article.byline),
        "date": _tells_the_day(page.published_at.date(), seen, tree),
        "section": _one_line(article.section or "") in _one_line(visible(_without_menus(html))),
    }
    if page.lead and page.lead.caption:
        found["caption"] = shown(page.lead.caption)
    if article.correction:
        found["correction"] = shown(article.correction.note)
    if article.accountability:
        found["call-out"] = _calls_out(article, shown, tree)
    if page.related:
        found["related"] = all(shown(story.headline) for story in page.related)
    if page.comments:
        found["comments"] = all(shown(comment.body) for comment in page.comments)
    return found


def share_of_words(body_html: str, html: str) -> float:
    """How much of a text stands in a page, 0 to 1.

    A word counts where it stands in a run of five that the text has too, or in a whole line shorter than that: common
    words, strewn over a page, prove nothing.
    """
    words = visible(html).split()
    lines = [line.split() for line in visible(body_html).splitlines()]
    runs = {n: {tuple(words[at : at + n]) for at in range(len(words) - n + 1)} for n in range(1, RUN + 1)}
    total = sum(map(len, lines))
    return sum(_found(line, runs) for line in lines) / total if total else 1.0


def _found(line: list[str], runs: dict[int, set[tuple[str, ...]]]) -> int:
    length = min(RUN, len(line))
    found: set[int] = set()
    for at in range(len(line) - length + 1):
        if tuple(line[at : at + length]) in runs[length]:
            found.update(range(at, at + length))
    return len(found)


def _tells_the_day(day: date, seen: str, tree: LexborHTMLParser) -> bool:
    # In whatever calendar a date is written, its markup says which day is meant.
    marked = any(
        (node.attributes.get("datetime") or "").startswith(day.isoformat()) and node.text(strip=True)
        for node in tree.css("time")
    )
    return marked or day.isoformat() in seen or f"{day.day} {_MONTHS[day.month - 1]} {day.year}" in seen


def _calls_out(article: Article, shown: Callable[[str], bool], tree: LexborHTMLParser) -> bool:
    links = {node.attributes.get("href") for node in tree.css("a[href]")}
    return all(
        shown(who.official) and {who.contact_url, who.campaign_url} - {None} <= links for who in article.accountability
    )


def _without_menus(html: str) -> str:
    tree = LexborHTMLParser(html)
    for node in tree.css("nav"):
        node.decompose()
    return tree.html or ""


def _one_line(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())
