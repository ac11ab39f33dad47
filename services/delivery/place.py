"""Where a story is found. The one place that knows what an address looks like."""

import hashlib
import re
import unicodedata

MAX_SLUG = 80
LIGHT = "light"


def place_of(article_id: str, language: str, slug: str) -> str:
    """``fa/slug-0123456789``: language, readable words, and ten digits of the id's SHA-256 that make it unique.

    Letters of any script stay as they are; a browser encodes them where it must.
    """
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", slug)[:MAX_SLUG]).strip("-") or "story"
    digest = hashlib.sha256(article_id.encode()).hexdigest()[:10]
    return f"{language.split('-')[0].lower()}/{words}-{digest}"


def path_of(place: str, rendition: str, extension: str = "html") -> str:
    """``/fa/slug-….html`` for the full page, ``/fa/light/0123456789.html``, ``/fa/text/slug-….txt`` for the others.

    A light page has no words in its address: each costs bytes in every page that links to it, and is said there anyway.
    """
    language, name = place.split("/")
    if rendition == LIGHT:
        name = digits_of(place)
    folder = "" if rendition == "full" else f"{rendition}/"
    return f"/{language}/{folder}{name}.{extension}"


def digits_of(place: str) -> str:
    """The ten digits by which a place is told from every other."""
    return place.rsplit("-", 1)[-1]


def light_file_of(place: str) -> str:
    """The last part of a light page's path."""
    return f"{digits_of(place)}.html"


def file_of(place: str) -> str:
    """The last part of the path. Pages link by it, so they also work from a mirror or a USB stick."""
    return place.split("/")[1] + ".html"


def short_path(place: str) -> str:
    """``/s/0123456789``: the digits alone, for where every letter costs; a site leads it to the full page."""
    return f"/s/{digits_of(place)}"
