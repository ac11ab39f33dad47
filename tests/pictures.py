"""Pictures as the darkroom hands them on, made without it."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from services.delivery.page import Page
from shared.articles import Image, ImageFormat, ImageSource
from shared.media import SHOWN
from shared.pictures import Developed, known_by

TINY = bytes.fromhex("524946461a00000057454250565038200e0000003001009d012a01000100010007002500")
"""Starts as a WebP does."""
WIDTHS = (320, 640, 1_280)


def developed(light: bytes = TINY, size: tuple[int, int] = (320, 213), digests: str = "abc") -> Developed:
    """In three formats and three widths; digests that say which is which: ``a`` for AVIF, then the width."""
    sources = tuple(
        ImageSource(
            media=f"{kind}{width:0>{64 - len(kind)}}", media_type=media_type, width=width, height=width * 2 // 3,
            bytes=width * 90,
        )
        for kind, media_type in zip(digests, ImageFormat, strict=True)
        for width in WIDTHS
    )  # fmt: skip
    return Developed(
        width=1_920, height=1_280, colour="#3a5f7d", placeholder=b64encode(TINY).decode(),
        light=b64encode(light).decode(), light_width=size[0], light_height=size[1], sources=sources,
    )  # fmt: skip


def shown(images: Iterable[Image], light: bytes = TINY) -> dict[str, Developed]:
    """All of these, as a page takes them."""
    return {known_by(image): developed(light) for image in images}


def light_of(page: Page) -> bytes:
    """The photo inside its light page."""
    return b64decode(page.photo.light) if page.photo else b""


def stored(folder: Path, content: bytes) -> str:
    """Put a picture that may be shown into the media store in ``folder``; its digest."""
    digest = sha256(content).hexdigest()
    (folder / SHOWN).mkdir(parents=True, exist_ok=True)
    (folder / SHOWN / digest).write_bytes(content)
    return digest
