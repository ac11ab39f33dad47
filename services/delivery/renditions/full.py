"""``renditions.full``: the page most readers see. Nothing in it blocks, and nothing comes from a third party."""

from services.delivery.linked_data import address, linked_data
from services.delivery.page import Notice, Page
from services.delivery.renditions.spec import Spec
from services.delivery.threads import threads
from services.delivery.typeset import csp_hash, inline, page_words, typeset

STYLE = inline("full.css")
SCRIPT = inline("page.js")
POLICY = "; ".join(
    (
        "default-src 'none'",
        # A newsroom may keep a picture on its own server; nothing else comes from elsewhere.
        "img-src 'self' data: https:",
        f"style-src {csp_hash(STYLE)}",
        f"script-src {csp_hash(SCRIPT)}",
        # To see whether comments came, or the story was corrected or withdrawn.
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


def render(page: Page) -> str:
    """A complete HTML document."""
    return typeset(
        "full.html",
        page=page,
        words=page_words(page.enrichment.language, page.enrichment.direction),
        threads=threads(page.comments, most=50, characters=20_000),
        style=STYLE,
        script=SCRIPT,
        data=linked_data(page),
        own_address=address(page, page.place),
        policy=POLICY,
    )


def withdrawal(notice: Notice) -> str:
    """The same house, without the story."""
    return typeset(
        "withdrawn.html",
        notice=notice,
        words=page_words(notice.language, notice.direction),
        style=STYLE,
        policy=f"default-src 'none'; img-src data:; style-src {csp_hash(STYLE)}",
    )


FULL = Spec("full", "text/html; charset=utf-8", 9_000, render, withdrawal, lives=True, pressed=True)
