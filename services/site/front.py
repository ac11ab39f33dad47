"""Front pages, and the few plain pages beside them: from what is listed to HTML. No clock, no transport."""

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.site.catalogue import Listed
from services.site.dates import counted, day
from services.site.entries import LIGHT
from services.site.words import ENGLISH, WORDS, Words, words_for

_PAGES = Environment(
    loader=PackageLoader("services.site", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _css(name: str) -> str:
    return files("services.site").joinpath("templates", name).read_text("utf-8").strip()


PLAIN_CSS = _css("plain.css")
FRONT_CSS = f"{PLAIN_CSS}\n{_css('front.css')}"


def href(path: str) -> str:
    """An address for a decoded path."""
    return "/" + quote(path, safe="/-._~!$&'()*+,;=:@")


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


def front_page(
    name: str, language: str, rendition: str, stories: Sequence[Listed], languages: Sequence[str], today: datetime
) -> str:
    """The front page of ``language``; the light one carries no picture and names no other host."""
    words = words_for(language)
    light = rendition == LIGHT
    return _PAGES.get_template("light.html" if light else "front.html").render(
        name=name,
        lang=language,
        dir=stories[0].direction if stories else words.direction,
        words=words,
        css=Markup(PLAIN_CSS if light else FRONT_CSS),  # noqa: S704 - our own file
        stories=stories if light else led(stories),
        others=[(other, words_for(other).own_name if other in WORDS else other) for other in languages
                if other != language],
        today=day(today, language, weekday=True),
        href=href,
        day=lambda at: day(at, language),
        minutes=lambda story: _minutes(story, language, words),
        comments=lambda story: _comments(story, language, words),
    )  # fmt: skip


def plain_page(name: str, language: str, headline: str, text: str) -> str:
    """A page that says one thing: that nothing is here, or not any more."""
    words = words_for(language)
    return _PAGES.get_template("plain.html").render(
        name=name, words=words, css=Markup(PLAIN_CSS), headline=headline, text=text,  # noqa: S704 - our own file
        front=language if language in WORDS else ENGLISH.language,
    )  # fmt: skip
