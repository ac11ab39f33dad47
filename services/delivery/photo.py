"""A picture's size, and whether it is small enough to travel inside a page."""

import struct
from base64 import b64encode

MAX_INLINE = 4_096
"""Bytes; renditions, "The light budget"."""


def webp_size(image: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for anything but WebP. Format: RFC 9649, section 2."""
    if len(image) < 30 or image[:4] != b"RIFF" or image[8:12] != b"WEBP":
        return None
    match image[12:16]:
        case b"VP8 " if image[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", image[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if image[20] == 0x2F:
            bits = int.from_bytes(image[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(image[24:27], "little") + 1, int.from_bytes(image[27:30], "little") + 1
        case _:
            return None


def inline_webp(image: bytes | None) -> bytes | None:
    """The image itself where a light page may carry it."""
    return image if image and len(image) <= MAX_INLINE and webp_size(image) else None


def data_uri(image: bytes) -> str:
    """The image as an address, so that no further request is made for it."""
    return "data:image/webp;base64," + b64encode(image).decode()
