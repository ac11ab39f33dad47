"""A picture as it may be shown: made anew from its pixels, in several widths and formats."""

from hashlib import sha256
from typing import Annotated

from pydantic import Field

from shared.articles import Image, ImageSource
from shared.model import Model

MAX_LIGHT = 4_096
"""Bytes of the picture inside a light page; renditions, "The light budget"."""


def picture_of(media: str | None, href: str | None) -> str:
    """What a picture is known by while its story is on its way: the digest of its bytes, else of its address."""
    return media or sha256((href or "").encode()).hexdigest()


def known_by(image: Image) -> str:
    """The same, of an image."""
    return picture_of(image.media, image.href)


def shows_key(file: str) -> str:
    """Articles that show a picture, by its first file: the same pixels are the same files, whoever sent them."""
    return f"shows:{file}"


class Developed(Model):
    """What became of an original. Nothing of the original file but its pixels is in any of these."""

    width: Annotated[int, Field(ge=1)]
    """Pixels of the original, upright."""
    height: Annotated[int, Field(ge=1)]
    """Pixels of the original, upright."""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    """Its dominant colour, for the place it will stand in."""
    placeholder: str
    """A WebP 16 pixels wide, base64."""
    light: str
    """A WebP of at most 4,096 bytes, base64; it travels inside light pages."""
    light_width: Annotated[int, Field(ge=1)]
    """Pixels."""
    light_height: Annotated[int, Field(ge=1)]
    """Pixels."""
    sources: Annotated[tuple[ImageSource, ...], Field(min_length=1)]
    """The files, by format and width; their bytes are in the media store at `media/<sha256>`."""
