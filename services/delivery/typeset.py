"""Templates, set with the words, dates and numbers of a language."""

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from operator import attrgetter
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.delivery.dates import counted, shown_date, shown_number
from services.delivery.pictures import largest, plain
from services.delivery.place import file_of, light_file_of, path_of
from services.delivery.words import Words, words_for
from shared.articles import Byline, Direction, ImageFormat
from shared.catalogues import own_name
from shared.pictures import Developed

TEMPLATES = files("services.delivery").joinpath("templates")


def inline(name: str) -> Markup:
    """A style or script as it stands in the page: ours, so it needs no escaping, and without what is for us alone."""
    source = TEMPLATES.joinpath(name).read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    lines = (line.strip() for line in source.splitlines())
    return Markup("".join(line for line in lines if line))  # noqa: S704 - a file of this package


def csp_hash(source: str) -> str:
    """The source expression that lets exactly this style or script run."""
    return f"'sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def page_words(language: str, direction: Direction) -> Words:
    """The words of a page.

    Where they are in another language than the story, they still run the way of the story; ``lang`` tells them apart.
    """
    words = words_for(language)
    return words if words.direction is direction else replace(words, direction=direction)


_NO_URL = re.compile(r"[\s\"<>\\^`{|}]")
"""What no address may hold, and some newsrooms' do."""


def safe_url(url: str | None) -> str | None:
    """The address, if following it cannot run anything; escaping alone lets ``javascript:`` through."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    web = parts.scheme in {"http", "https"} and parts.netloc
    return _NO_URL.sub(lambda odd: quote(odd[0]), url.strip()) if web or parts.scheme == "mailto" else None


def data_uri(webp: str) -> str:
    """A picture in base64 as an address, so that no further request is made for it."""
    return f"data:image/webp;base64,{webp}"


def srcsets(picture: Developed) -> list[tuple[str, str]]:
    """Media type and ``srcset`` of each format a picture comes in, the smallest format first."""
    found: dict[ImageFormat, list[str]] = {kind: [] for kind in ImageFormat}
    for one in sorted(picture.sources, key=attrgetter("width")):
        found[one.media_type].append(f"../media/{one.media} {one.width}w")
    return [(kind.value, ", ".join(widths)) for kind, widths in found.items() if widths]


def quoted(text: str) -> str:
    """As one part of a path or of a query: slashes and ampersands too."""
    return quote(text, safe="")


def iso(moment: datetime) -> str:
    """To the second, as newsrooms wrote it."""
    return moment.isoformat(timespec="seconds")


def iso_utc(moment: datetime) -> str:
    """To the second, in UTC; with its own offset where UTC would leave the calendar."""
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return iso(moment)


def authors(byline: tuple[Byline, ...]) -> list[dict[str, str]]:
    """As schema.org wants them."""
    return [
        {"@type": "Person", "name": who.name} | ({"url": url} if (url := safe_url(who.url)) else {}) for who in byline
    ]


def anchor(comment_id: str) -> str:
    """A name for a comment inside its page, safe in an address whatever its id is."""
    return "c" + hashlib.sha256(comment_id.encode()).hexdigest()[:8]


def paragraphs(text: str) -> list[str]:
    """Plain text split where its writer left a blank line."""
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.delivery"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    environment.filters.update(
        {
            "day": shown_date, "number": shown_number, "counted": counted, "iso": iso, "iso_utc": iso_utc,
            "url": safe_url, "plain": plain, "largest": largest, "file": file_of, "light_file": light_file_of,
            "paragraphs": paragraphs,
            "anchor": anchor, "srcsets": srcsets, "own_name": own_name, "quoted": quoted,
        }
    )  # fmt: skip
    environment.globals["path_of"] = path_of
    return environment


def typeset(template: str, **facts: object) -> str:
    """The template filled in; every value escaped unless it is Markup of our own."""
    return _environment().get_template(template).render(**facts)
