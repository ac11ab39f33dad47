"""``renditions.full``: the page most readers see. Nothing in it blocks, and nothing comes from a third party."""

from markupsafe import Markup

from services.delivery.linked_data import address, linked_data
from services.delivery.page import Notice, Page
from services.delivery.renditions.spec import Spec
from services.delivery.threads import threads
from services.delivery.typeset import csp_hash, data_uri, inline, page_words, typeset
from shared.pictures import Developed

STYLE = inline("full.css")
SCRIPT = inline("page.js")
_SCRIPT_HASH = csp_hash(SCRIPT)


def policy(style: str) -> str:
    """Of a page with this style: nothing comes from elsewhere, pictures neither."""
    return "; ".join(
        (
            "default-src 'none'",
            "img-src 'self' data:",
            f"style-src {csp_hash(style)}",
            f"script-src {_SCRIPT_HASH}",
            # To see whether comments came, or the story was corrected or withdrawn.
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


POLICY = policy(STYLE)


def _placeholder(photo: Developed | None) -> Markup:
    """What stands in the photo's place until it comes: its colour at once, and the photo itself, 16 pixels wide."""
    if photo is None:
        return Markup()
    return Markup(f".lead img{{background:{photo.colour} url({data_uri(photo.placeholder)}) 0/cover}}")  # noqa: S704 - colour and base64


def render(page: Page) -> str:
    """A complete HTML document."""
    style = STYLE + _placeholder(page.photo)
    return typeset(
        "full.html",
        page=page,
        words=page_words(page.enrichment.language, page.enrichment.direction),
        threads=threads(page.comments, most=50, characters=20_000),
        style=style,
        script=SCRIPT,
        data=linked_data(page),
        own_address=address(page, page.place),
        policy=policy(style) if page.photo else POLICY,
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
