"""What becomes of an original: files by width and format, one that fits into a light page, a place to stand in."""

from base64 import b64encode
from hashlib import sha256
from io import BytesIO

from PIL import Image

from services.enrichment.darkroom.decode import decode
from services.enrichment.darkroom.limits import Limits
from shared.articles import ImageFormat, ImageSource
from shared.pictures import MAX_LIGHT, Developed

WIDTHS = (320, 640, 1_280)
_QUALITY: dict[ImageFormat, dict[str, object]] = {
    # One thread: the same bytes on every machine, and a limit on memory that holds.
    ImageFormat.AVIF: {"quality": 55, "speed": 6, "subsampling": "4:2:0", "max_threads": 1, "autotiling": False},
    ImageFormat.WEBP: {"quality": 72, "method": 4},
    ImageFormat.JPEG: {"quality": 78, "progressive": True, "optimize": True, "subsampling": "4:2:0"},
}
_NAMES = {ImageFormat.AVIF: "AVIF", ImageFormat.WEBP: "WEBP", ImageFormat.JPEG: "JPEG"}

LIGHT_WIDTHS = (320, 288, 256, 224, 192, 160, 128, 96, 64, 32, 16)
"""Tried in turn until one fits at a quality that still shows what it was."""
_LIGHT_QUALITY = range(10, 86)
_PLACEHOLDER_WIDTH = 16
_COLOURS = 6


def develop(original: bytes, limits: Limits | None = None) -> tuple[Developed, dict[str, bytes]]:
    """The picture and its files by SHA-256; the same every time. Raises ``Unusable``, whatever the bytes are.

    Widths: 320, 640 and 1,280 pixels, never more than the original has; no file is taller than twice its width
    class, so that a strip of 1 × 16,000 pixels does not become a page of its own.
    """
    pixels, (width, height) = decode(original, limits or Limits())
    files: dict[str, bytes] = {}
    sources = []
    for size in dict.fromkeys(_fitted(pixels.size, wish, 2 * wish) for wish in WIDTHS):
        scaled = _scaled(pixels, size)
        for kind in ImageFormat:
            content = _encoded(scaled, kind, _QUALITY[kind])
            digest = sha256(content).hexdigest()
            files[digest] = content
            sources.append(
                ImageSource(media=digest, media_type=kind, width=size[0], height=size[1], bytes=len(content))
            )
    light, light_size = _light(pixels)
    developed = Developed(
        width=width,
        height=height,
        colour=_dominant(pixels),
        placeholder=_text(_placeholder(pixels)),
        light=_text(light),
        light_width=light_size[0],
        light_height=light_size[1],
        sources=tuple(sources),
    )
    return developed, files


def _fitted(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, width / size[0], height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scaled(pixels: Image.Image, size: tuple[int, int]) -> Image.Image:
    return pixels if pixels.size == size else pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(pixels: Image.Image, kind: ImageFormat, how: dict[str, object]) -> bytes:
    out = BytesIO()
    pixels.save(out, _NAMES[kind], **how)
    return out.getvalue()


def _light(pixels: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """The best WebP that fits: of the largest width at which the lowest quality does, the highest quality that does."""
    for width in LIGHT_WIDTHS:
        size = _fitted(pixels.size, width, width * 5 // 4)
        if (best := _best(_scaled(pixels, size))) is not None:
            return best, size
    size = (1, 1)
    return _encoded(_scaled(pixels, size), ImageFormat.WEBP, {"quality": 50, "method": 6}), size


def _best(scaled: Image.Image) -> bytes | None:
    """The file of the highest quality that fits, found by halving what is left; ``None`` where even the lowest does
    not.
    """
    best = None
    low, high = _LIGHT_QUALITY.start, _LIGHT_QUALITY.stop
    quality = low
    while low < high:
        content = _encoded(scaled, ImageFormat.WEBP, {"quality": quality, "method": 6})
        if len(content) <= MAX_LIGHT:
            best, low = content, quality + 1
        elif best is None:
            return None
        else:
            high = quality
        quality = (low + high) // 2
    return best


def _placeholder(pixels: Image.Image) -> bytes:
    size = _fitted(pixels.size, _PLACEHOLDER_WIDTH, 2 * _PLACEHOLDER_WIDTH)
    return _encoded(_scaled(pixels, size), ImageFormat.WEBP, {"quality": 40, "method": 6})


def _dominant(pixels: Image.Image) -> str:
    """The most frequent of its six most telling colours, by median cut."""
    small = pixels.resize((32, 32), Image.Resampling.BOX).quantize(_COLOURS, Image.Quantize.MEDIANCUT)
    counts = small.histogram()
    most = counts.index(max(counts))
    red, green, blue = (small.getpalette() or [])[3 * most : 3 * most + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _text(content: bytes) -> str:
    return b64encode(content).decode()
