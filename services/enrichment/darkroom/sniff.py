"""What kind of file some bytes are, by the first of them; names and declared types are not believed."""

from collections.abc import Callable

TAKEN = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
"""What is decoded, by the names Pillow has for them."""

_BRANDS = {b"avif": "AVIF", b"avis": "AVIF"} | dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"mif1"), "HEIC")
_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("JPEG", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("PNG", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("GIF", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("WEBP", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("TIFF", lambda head: head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))),
    ("PDF", lambda head: head.startswith(b"%PDF-")),
    ("BMP", lambda head: head.startswith(b"BM")),
    ("JPEG XL", lambda head: head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL "))),
    ("SVG or HTML", lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")),
)


def kind_of(content: bytes) -> str | None:
    """The name of its format, ``None`` where it is none of those newsrooms send."""
    head = content[:64]
    if head[4:8] == b"ftyp":
        brands = (head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), head[3]), 4)))
        # An AVIF may call itself a mere image collection (mif1) first, and what it is after that.
        found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
        return "AVIF" if "AVIF" in found else next(iter(found), None)
    return next((name for name, fits in _KINDS if fits(head)), None)
