"""What kind of picture some bytes are; nothing else is ever served as one."""

from collections.abc import Callable

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("image/jpeg", lambda head: head[:3] == b"\xff\xd8\xff"),
    ("image/png", lambda head: head[:8] == b"\x89PNG\r\n\x1a\n"),
    ("image/avif", lambda head: head[4:8] == b"ftyp" and head[8:12] in {b"avif", b"avis"}),
    ("image/gif", lambda head: head[:6] in {b"GIF87a", b"GIF89a"}),
)


def picture_type(content: bytes) -> str | None:
    """The media type by the first bytes; ``None`` for anything that is not one of five picture formats.

    An SVG is not among them: it is a document that may carry script.
    """
    head = content[:16]
    return next((media_type for media_type, fits in _KINDS if fits(head)), None)
