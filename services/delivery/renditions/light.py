"""``renditions.light``: one HTML file, one request, no script, no font; small enough for a single flight of packets."""

import zlib

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from services.delivery.page import Notice, Page
from services.delivery.photo import data_uri
from services.delivery.renditions.spec import Spec
from services.delivery.threads import threads
from services.delivery.typeset import inline, page_words, typeset

STYLE = inline("light.css")
RTL = Markup("html{line-height:1.9}")
POLICY = Markup("default-src 'none';img-src data:;style-src 'unsafe-inline'")
"""Nothing of a story is a form or a base (ingest sees to that), and every byte of this is sent with every story."""

ROOM_FOR_A_PHOTO = 4_500
"""Compressed bytes of text up to which a photo of 4,096 bytes still fits into the limit of 9,000."""

MARK = "photo:here"
"""The first ``src`` of the page, before any word of the story that might say the same."""

_HEAVY = "img,picture,video,audio,source,track,iframe,object,embed,svg"


def without_media(body_html: str) -> str:
    """The same text without anything a browser would fetch; captions stay."""
    tree = LexborHTMLParser(body_html)
    body = tree.body
    if body is None:
        return ""
    for node in tree.css(_HEAVY):
        node.decompose()
    for node in tree.css("figure"):
        if not node.text(strip=True):
            node.decompose()
    return body.inner_html or ""


def render(page: Page) -> str:
    """A complete HTML document with its photo inside, or without it where the text alone fills the budget."""
    facts = {
        "page": page,
        "words": page_words(page.enrichment.language, page.enrichment.direction),
        "threads": threads(page.comments, most=20, characters=3_000),
        "body_html": without_media(page.article.body_html),
        "style": STYLE,
        "rtl": RTL,
        "policy": POLICY,
    }
    if page.photo is None:
        return typeset("light.html", photo=None, **facts)
    # Set once, with a mark where the photo goes: whether there is room for it shows only when all else is there.
    html = typeset("light.html", photo=MARK, **facts)
    if len(zlib.compress(html.encode(), 9)) <= ROOM_FOR_A_PHOTO:
        return html.replace(f'src="{MARK}"', f'src="{data_uri(page.photo)}"', 1)
    return typeset("light.html", photo=None, **facts)


def withdrawal(notice: Notice) -> str:
    """The same house, without the story."""
    return typeset(
        "withdrawn.html",
        notice=notice,
        words=page_words(notice.language, notice.direction),
        style=STYLE,
        policy=POLICY,
    )


LIGHT = Spec("light", "text/html; charset=utf-8", 9_000, render, withdrawal, lives=True, pressed=True)
