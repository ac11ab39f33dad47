"""``renditions.light``: one HTML file, one request, no script, no font; small enough for a single flight of packets."""

import re
import zlib

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from services.delivery.page import Notice, Page
from services.delivery.renditions.spec import Spec
from services.delivery.threads import threads
from services.delivery.typeset import data_uri, inline, page_words, typeset

STYLE = inline("light.css")
RTL = Markup("html{line-height:1.9}")
PHOTO_STYLE = Markup("img{width:100%}")
POLICY = Markup("default-src 'none';img-src data:;style-src 'unsafe-inline'")
"""The empty icon is an image too. Nothing of a story is a form or a base (ingest sees to that), and every byte of this
is sent with every story."""

ROOM_FOR_A_PHOTO = 4_500
"""Compressed bytes of text up to which a photo of 4,096 bytes still fits into the limit of 9,000."""

MARK, BODY = "photo:here", Markup("<story-text>")
"""Where the photo and the text go. No word can say the same: around the text, quotes and angles are escaped."""
_BETWEEN = re.compile(r"(?<=>)\s*\n\s*(?=<)|\s*\n\s*(?=</?(?:p|ul|li)>)")
"""A new line between tags of ours, or where a paragraph or a list begins or ends."""

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
        "body_html": BODY,
        "style": STYLE,
        "rtl": RTL,
        "policy": POLICY,
        "photo_style": PHOTO_STYLE,
    }
    body_html = without_media(page.article.body_html)

    def whole(photo: str | None) -> str:
        # There a new line is nothing but bytes; in a newsroom's text, which comes later, it may be a space.
        return _BETWEEN.sub("", typeset("light.html", photo=photo, **facts))

    if page.photo is None:
        return whole(None).replace(BODY, body_html, 1)
    # Set once, with a mark where the photo goes: whether there is room for it shows only when all else is there.
    frame = whole(MARK)
    if len(zlib.compress(frame.replace(BODY, body_html, 1).encode(), 9)) > ROOM_FOR_A_PHOTO:
        return whole(None).replace(BODY, body_html, 1)
    return frame.replace(f'src="{MARK}"', f'src="{data_uri(page.photo.light)}"', 1).replace(BODY, body_html, 1)


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
