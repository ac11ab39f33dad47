"""The same stories as articles of Pelican, with everything that Pelican has a place for."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from services.delivery.dates import shown_date
from services.delivery.page import Page
from services.delivery.threads import Remark, threads
from services.delivery.typeset import page_words
from tests.pictures import light_of

THEMES = ("simple", "notmyidea")
"""The two that come with it."""


@contextmanager
def published(pages: Sequence[Page], theme: str) -> Iterator[Path]:
    """A folder with the site; story number n is ``n.html``. The settings are those that ``pelican-quickstart`` writes
    for an author without feeds, links and social widgets, which would only add bytes."""
    settings = {
        "SITENAME": pages[0].house.name,
        "SITEURL": "",
        "TIMEZONE": "UTC",
        "DEFAULT_LANG": pages[0].enrichment.language,
        "FEED_ALL_ATOM": None,
        "CATEGORY_FEED_ATOM": None,
        "TRANSLATION_FEED_ATOM": None,
        "AUTHOR_FEED_ATOM": None,
        "AUTHOR_FEED_RSS": None,
    }
    with TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "content" / "images").mkdir(parents=True)
        (top / "pelicanconf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
        for number, page in enumerate(pages):
            (top / "content" / f"{number}.html").write_text(_article(page, number), "utf-8")
            (top / "content" / "images" / f"{number}.webp").write_bytes(light_of(page))
        command = [sys.executable, "-m", "pelican", "content", "-o", "output", "-s", "pelicanconf.py", "-t", theme]
        subprocess.run(command, cwd=top, check=True, capture_output=True)
        yield top / "output"


def _article(page: Page, number: int) -> str:
    article = page.article
    facts = {
        "date": f"{page.published_at:%Y-%m-%d %H:%M}",
        "authors": "; ".join(who.name for who in article.byline),
        "category": article.section or "",
        "summary": article.standfirst or "",
        "slug": str(number),
    }
    head = "".join(f'<meta name="{name}" content="{escape(value)}">\n' for name, value in facts.items())
    body = "\n".join(_body(page, number))
    return f"<html><head><title>{escape(article.headline)}</title>\n{head}</head><body>\n{body}\n</body></html>\n"


def _body(page: Page, number: int) -> Iterator[str]:
    """What its themes have no place for stands where an author would put it: around the text."""
    article, words = page.article, page_words(page.enrichment.language, page.enrichment.direction)
    if article.correction:
        yield f"<p><strong>{words.correction}: {escape(article.correction.note)}</strong></p>"
    if page.lead and page.photo:
        width, height = page.photo.light_width, page.photo.light_height
        alt, caption = escape(page.lead.alt or ""), escape(page.lead.caption or "")
        yield (
            f'<figure><img src="{{static}}/images/{number}.webp" alt="{alt}" width="{width}" height="{height}">'
            f"<figcaption>{caption} ({page.lead.credit})</figcaption></figure>"
        )
    yield f"<p><b>{escape(article.dateline or '')}</b></p>"
    yield article.body_html
    yield f"<h2>{words.act}</h2>\n<p>{words.act_text}</p>"
    for who in article.accountability:
        yield (
            f"<p><b>{escape(who.official)}</b>, {escape(who.office or '')} · "
            f'<a href="{who.contact_url}">{words.write}</a> · <a href="{who.campaign_url}">{words.campaign}</a></p>'
        )
    yield f"<h2>{words.related}</h2>\n<ul>"
    for at, story in enumerate(page.related):
        yield f'<li><a href="/{number + at + 1}.html">{escape(story.headline)}</a></li>'
    yield f"</ul>\n<h2>{words.comments}</h2>"
    yield _answers(threads(page.comments, most=20, characters=3_000).shown, page.enrichment.language)


def _answers(remarks: Sequence[Remark], language: str) -> str:
    if not remarks:
        return ""
    items = "".join(
        f"<li><b>{escape(one.comment.author_name)}</b> · {shown_date(one.comment.created_at, language)}"
        f"<p>{escape(one.comment.body)}</p>{_answers(one.replies, language)}</li>\n"
        for one in remarks
    )
    return f"<ul>\n{items}</ul>"
