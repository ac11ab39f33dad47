"""``renditions.sms``: headline and short address in at most two segments, counted as networks count."""

from services.delivery.page import Notice, Page
from services.delivery.place import short_path
from services.delivery.renditions.spec import Spec
from services.delivery.typeset import page_words

SEGMENTS = 2
# 3GPP TS 23.038, 6.2.1: the default alphabet, and those that take an escape before them.
_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = set("^{}\\[~]|€")
_PLAINER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def segments(text: str) -> int:
    """Messages a network sends: 160 septets or 70 UTF-16 units alone, 153 or 67 each when joined."""
    if all(sign in _BASIC or sign in _ESCAPED for sign in text):
        length, alone, joined = sum(2 if sign in _ESCAPED else 1 for sign in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def render(page: Page) -> str:
    """The headline, shortened between words where it must be, and never the address."""
    base = page.house.base_url
    link = f"\n{base}{short_path(page.place)}" if base else ""
    return shortened(page.article.headline, link)


def shortened(headline: str, link: str) -> str:
    """As many whole words as fit. Typographic signs are made plain where that keeps a Latin text in the alphabet."""
    text = " ".join(headline.split())
    plainer = text.translate(_PLAINER)
    if all(sign in _BASIC or sign in _ESCAPED for sign in plainer):
        text = plainer
    dots = "..." if text == plainer else "…"
    words, kept = text.split(" "), len(text.split(" "))
    while segments(text + link) > SEGMENTS and kept > 1:
        kept -= 1
        text = " ".join(words[:kept]).rstrip(" ,;:،؛-") + dots
    while segments(text + link) > SEGMENTS and len(text) > 1:
        text = text.removesuffix(dots)[:-1] + dots
    return text + link


def withdrawal(notice: Notice) -> str:
    """The notice, with the id cut to what fits: a channel knows the story by the entry's own fields."""
    words = page_words(notice.language, notice.direction)
    return shortened(words.killed if notice.killed else words.withheld, "")


SMS = Spec("sms", "text/plain; charset=utf-8", 480, render, withdrawal, extension="sms.txt")
