"""``renditions.email``: the story as a message, in HTML with its style set into every element, and as text."""

import hashlib
from datetime import UTC
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache
from urllib.parse import quote, urlsplit

from css_inline import CSSInliner

from services.delivery.page import Notice, Page
from services.delivery.place import path_of
from services.delivery.renditions import text
from services.delivery.renditions.light import without_media
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import inline, page_words, typeset

CLIPPED = 102_000
"""Bytes of HTML above which Gmail hides the rest of a message."""
MAX_BYTES = 400_000
STYLE = inline("email.css")
_LINES = compat32.clone(linesep="\r\n")


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    return CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


def render(page: Page) -> str:
    """As RFC 5322 writes it, without a recipient: who sends it adds ``To`` and the addresses of their house.

    A story above ``CLIPPED`` ends with the address of its page instead of the text.
    """
    words = page_words(page.enrichment.language, page.enrichment.direction)
    base = page.house.base_url
    facts = {
        "page": page, "words": words, "style": STYLE, "link": base + path_of(page.place, "light") if base else None,
    }  # fmt: skip
    html = _inliner().inline(typeset("email.html", body_html=without_media(page.article.body_html), **facts))
    if len(html.encode()) > CLIPPED:
        html = _inliner().inline(typeset("email.html", body_html="", **facts))
    message = MIMEMultipart("alternative", boundary="=_" + _digest(page.article.id, page.article.revision)[:32])
    _address(message, page.house.name, base, page.article.id, page.article.revision, page.article.headline)
    message["Date"] = format_datetime((page.updated_at or page.published_at).astimezone(UTC))
    message["Content-Language"] = page.enrichment.language
    message.attach(MIMEText(text.render(page), "plain", "utf-8"))
    message.attach(MIMEText(html, "html", "utf-8"))
    return message.as_string(policy=_LINES)


def _address(message: Message, house: str, base: str, article_id: str, revision: int, subject: str) -> None:
    """Header objects, not EmailMessage: its folding loses spaces between encoded words, and so words of a headline."""
    host = urlsplit(base).hostname or "lightwire.invalid"
    message["From"] = formataddr((" ".join(house.split()), f"news@{host}"), "utf-8")
    message["Subject"] = Header(" ".join(subject.split()), "utf-8", header_name="Subject")  # type: ignore[assignment]
    message["Message-ID"] = f"<{_digest(article_id, revision)[:32]}@{host}>"
    message["Lightwire-Article"] = f"{quote(article_id, safe=':')}; revision={revision}"
    # A mail program shows revisions of a story as one conversation.
    message["References"] = f"<{_digest(article_id, None)[:32]}@{host}>"


def _digest(article_id: str, revision: int | None) -> str:
    return hashlib.sha256(f"{article_id}\n{revision}".encode()).hexdigest()


def withdrawal(notice: Notice) -> str:
    """A message for those who were sent the story."""
    words = page_words(notice.language, notice.direction)
    headline = words.killed if notice.killed else words.withheld
    message = MIMEText(text.withdrawal(notice), "plain", "utf-8")
    _address(message, notice.house.name, notice.house.base_url, notice.article_id, notice.revision, headline)
    message["Content-Language"] = notice.language
    return message.as_string(policy=_LINES)


EMAIL = Spec("email", "message/rfc822", MAX_BYTES, render, withdrawal, extension="eml")
