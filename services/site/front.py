"""Front pages, and the few plain pages beside them: from what is listed to HTML. No clock, no transport."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.site.addresses import href
from services.site.answers import hashed, own_policy
from services.site.catalogue import Listed, Page
from services.site.dates import counted, day, number
from services.site.entries import FULL, LIGHT
from services.site.holdings import Leaf
from services.site.words import ENGLISH, WORDS, Words, words_for
from shared.signatures import PublicKey

_PAGES = Environment(
    loader=PackageLoader("services.site", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _ours(name: str) -> str:
    return files("services.site").joinpath("templates", name).read_text("utf-8").strip()


PLAIN_CSS = _ours("plain.css")
FRONT_CSS = f"{PLAIN_CSS}\n{_ours('front.css')}"
PLAIN_POLICY, FRONT_POLICY = own_policy(PLAIN_CSS), own_policy(FRONT_CSS)
FORM_POLICY = PLAIN_POLICY
PROSE_CSS = f"{PLAIN_CSS}\n{_ours('prose.css')}"
PROSE_POLICY = own_policy(PROSE_CSS)
OFFLINE_CSS, OFFLINE_SCRIPT = f"{PLAIN_CSS}\n{_ours('offline.css')}", _ours("offline_page.js")
OFFLINE_POLICY = own_policy(
    OFFLINE_CSS,
    f"script-src {hashed(OFFLINE_SCRIPT)}; worker-src 'self'; connect-src 'self'; form-action 'self'",
)
WORKER = _ours("offline.js")
"""What keeps pages in a browser whose reader asked for that."""


def _minutes(story: Listed, language: str, words: Words) -> str:
    return counted(story.reading_minutes, words.minutes, language) if story.reading_minutes else ""


def _comments(story: Listed, language: str, words: Words) -> str:
    return counted(story.comments, words.comments, language) if story.comments else ""


LEADERS = 4
"""Among so many of the newest, the first with a picture leads."""


def led(stories: Sequence[Listed]) -> Sequence[Listed]:
    """Newest first, but with a picture at the head: without one the widest place of the page would be a hole."""
    for position, story in enumerate(stories[:LEADERS]):
        if story.lead:
            return [story, *stories[:position], *stories[position + 1 :]]
    return stories


@dataclass(frozen=True, slots=True)
class Front:
    """Which front page: of a language, or of one section of it; ``number`` counts from 1, the newest first."""

    language: str
    rendition: str
    section: str | None = None
    number: int = 1

    @property
    def address(self) -> str:
        """Of its first page."""
        section = f"section/{quote(self.section, safe='')}/" if self.section else ""
        return f"{home(self.language, self.rendition)}{section}"


def home(language: str, rendition: str) -> str:
    """The address of a language's front page."""
    return f"/{language}/light/" if rendition == LIGHT else f"/{language}/"


def front_page(
    name: str, front: Front, stories: Sequence[Listed], languages: Sequence[str], sections: Sequence[str],
    today: datetime, *, more: bool = False, base: str = "",
) -> str:  # fmt: skip
    """The front page of a language or a section; the light one carries no picture and names no other host.

    ``more``: older stories follow on the next page. ``base``: the site's public address, where it is known.
    """
    language, light = front.language, front.rendition == LIGHT
    words = words_for(language)
    turned = {"older": front.number + 1 if more else 0, "newer": front.number - 1}
    return _PAGES.get_template("light.html" if light else "front.html").render(
        **_common(name, language, front.rendition, words),
        dir=stories[0].direction if stories else words.direction,
        css=Markup(PLAIN_CSS if light else FRONT_CSS),  # noqa: S704 - our own file
        front=front,
        base=base.rstrip("/"),
        stories=stories if light or front.number > 1 else led(stories),
        others=[(other, words_for(other).own_name if other in WORDS else other) for other in languages
                if other != language],
        sections=[(section, Front(language, front.rendition, section).address) for section in sections],
        turned={word: f"{front.address}?page={number}" if number > 1 else front.address
                for word, number in turned.items() if number},
        today=day(today, language, weekday=True),
    )  # fmt: skip


def search_page(name: str, front: Front, asked: str, stories: Sequence[Listed]) -> str:
    """The search form, and what was found for what was asked, if anything was."""
    words = words_for(front.language)
    return _PAGES.get_template("search.html").render(
        **_common(name, front.language, front.rendition, words),
        dir=words.direction, css=Markup(PLAIN_CSS), asked=asked, stories=stories,  # noqa: S704 - our own file
        found=counted(len(stories), words.found, front.language),
    )  # fmt: skip


def comment_page(name: str, page: Page, **facts: object) -> str:
    """The form under a story's headline; what was written is still in it when something was wrong."""
    words = words_for(page.language)
    return _PAGES.get_template("comment.html").render(
        **_common(name, page.language, FULL, words),
        dir=words.direction, css=Markup(PLAIN_CSS), page=page, **facts,  # noqa: S704 - our own file
    )  # fmt: skip


def report_page(name: str, page: Page, **facts: object) -> str:
    """The form on which a reader says what is wrong with a comment."""
    words = words_for(page.language)
    return _PAGES.get_template("report.html").render(
        **_common(name, page.language, FULL, words),
        dir=words.direction, css=Markup(PLAIN_CSS), page=page, **facts,  # noqa: S704 - our own file
    )  # fmt: skip


def bundle_page(
    name: str, language: str, lines: Sequence[tuple[Leaf, Leaf | None]], made_at: datetime, *, root: str, signed: bool
) -> str:
    """The list of stories in a bundle, each with its light page where it has one beside it.

    ``root``: from where the page stands to the top of the folder, such as ``../``.
    """
    words = words_for(language)
    return _PAGES.get_template("bundle.html").render(
        **_common(name, language, FULL, words),
        css=Markup(PROSE_CSS), stories=lines, made=day(made_at, language), root=root, signed=signed,  # noqa: S704
    )  # fmt: skip


def trust_page(name: str, language: str, rendition: str, keys: Sequence[PublicKey], *, indexed: bool) -> str:
    """How a reader checks a copy that came another way, and with which keys."""
    words = words_for(language)
    return _PAGES.get_template("trust.html").render(
        **_common(name, language, rendition, words),
        dir=words.direction, css=Markup(PROSE_CSS), keys=keys, indexed=indexed,  # noqa: S704 - our own file
    )  # fmt: skip


def plain_page(name: str, language: str, headline: str, text: str) -> str:
    """A page that says one thing: that nothing is here, or not any more."""
    words = words_for(language)
    return _PAGES.get_template("plain.html").render(
        **_common(name, language if language in WORDS else ENGLISH.language, FULL, words),
        dir=words.direction, css=Markup(PLAIN_CSS), headline=headline, text=text,  # noqa: S704 - our own file
    )  # fmt: skip


def offline_page(name: str, language: str, stories: int, days: int) -> str:
    """What is kept for reading offline, what the risk is, and the buttons that keep and delete it."""
    words = words_for(language)
    return _PAGES.get_template("offline.html").render(
        **_common(name, language, FULL, words),
        dir=words.direction, css=Markup(OFFLINE_CSS), script=Markup(OFFLINE_SCRIPT),  # noqa: S704 - our own files
        stories=number(stories, language), days=number(days, language),
    )  # fmt: skip


def away_page(name: str, language: str) -> str:
    """Shown without a connection in place of a page that is not kept; leads to those that are."""
    words = words_for(language)
    return _PAGES.get_template("away.html").render(
        **_common(name, language, LIGHT, words), dir=words.direction, css=Markup(PLAIN_CSS),  # noqa: S704 - our own file
    )  # fmt: skip


def _common(name: str, language: str, rendition: str, words: Words) -> dict[str, object]:
    return {
        "name": name,
        "lang": language,
        "words": words,
        "home": home(language, rendition),
        "href": href,
        "day": lambda at: day(at, language),
        "minutes": lambda story: _minutes(story, language, words),
        "comments": lambda story: _comments(story, language, words),
    }
