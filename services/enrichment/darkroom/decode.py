"""From hostile bytes to upright pixels in sRGB, with nothing else of the file."""

import warnings
from io import BytesIO

from PIL import Image, ImageCms

from services.enrichment.darkroom.limits import Limits, Unusable
from services.enrichment.darkroom.sniff import TAKEN, kind_of

LARGEST = 2_560
"""Pixels kept for the largest output, twice its width; what is finer would never be seen."""

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each value of Exif's Orientation (CIPA DC-008, 4.6.4)."""
_SIDEWAYS = {5, 6, 7, 8}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def decode(original: bytes, limits: Limits) -> tuple[Image.Image, tuple[int, int]]:
    """Upright RGB pixels, at most ``LARGEST`` wide and high, and the upright size of the original.

    Raises ``Unusable``, and nothing else whatever the bytes are.
    """
    _check(original, limits)
    try:
        with warnings.catch_warnings():
            # What Pillow finds odd about a file is decided on here, not told on a console.
            warnings.simplefilter("ignore")
            return _decoded(original, limits)
    except Unusable:
        raise
    except MemoryError:
        raise Unusable("decoding it takes more memory than a picture may: send a smaller one") from None
    except Image.DecompressionBombError:
        raise Unusable(_too_large(limits)) from None
    except Exception as error:  # noqa: BLE001 - decoders raise whatever broken bytes lead them to
        raise Unusable(
            f"is cut off or damaged ({type(error).__name__}): open and save it once more, then send it"
        ) from None


def _check(original: bytes, limits: Limits) -> None:
    if len(original) > limits.max_bytes:
        raise Unusable(f"has {len(original):,} bytes, more than {limits.max_bytes:,}: send a smaller one")
    kind = kind_of(original)
    if kind not in TAKEN:
        raise Unusable(f"is {kind or 'no picture we know'}: send a JPEG, PNG, WebP, AVIF or GIF")


def _decoded(original: bytes, limits: Limits) -> tuple[Image.Image, tuple[int, int]]:
    with Image.open(BytesIO(original), formats=TAKEN) as image:
        width, height = image.size
        if width * height > limits.max_pixels:
            raise Unusable(_too_large(limits, width, height))
        turned = _orientation(image)
        # A JPEG decodes to a half, a quarter, an eighth at once: a large one costs no more than a small one.
        image.draft(image.mode, (LARGEST, LARGEST))
        image.load()
        profile = image.info.get("icc_profile")
        pixels = _shrunk(_eight_bits(image))
    pixels = _srgb(pixels, profile if isinstance(profile, bytes) else None)
    if turned in _UPRIGHT:
        pixels = pixels.transpose(_UPRIGHT[turned])
    # Pixels alone go on: what else a file carries hangs on the image object and would be written again.
    clean = Image.frombytes("RGB", pixels.size, pixels.tobytes())
    return clean, (height, width) if turned in _SIDEWAYS else (width, height)


def _too_large(limits: Limits, width: int = 0, height: int = 0) -> str:
    size = f"{width:,} × {height:,} pixels" if width else "far too many pixels"
    return f"has {size}, more than {limits.max_pixels / 1e6:g} million: send a smaller one"


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a picture with broken Exif is still a picture
        return 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """Palettes become colours, 16 bits 8: nothing else can be scaled or matched to a profile."""
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.mode in {"I", "F"}:
        return image.point(lambda value: value / 257).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _shrunk(image: Image.Image) -> Image.Image:
    if max(image.size) <= LARGEST:
        return image
    scale = LARGEST / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # Premultiplied, so that the colour of what cannot be seen does not bleed into what can.
    if image.mode in {"RGBA", "LA"}:
        through = image.convert("RGBa" if image.mode == "RGBA" else "La")
        return through.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert(image.mode)
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them; what is transparent is white, as paper is."""
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    opaque = image.convert(image.mode[:-1]) if alpha else image
    converted = _by_profile(opaque, profile) if profile else None
    colours = converted or opaque.convert("RGB")
    if alpha is None:
        return colours
    paper = Image.new("RGB", image.size, "white")
    paper.paste(colours, mask=alpha)
    return paper


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """``None`` where the profile is broken or for another kind of picture: then the plain values are the best guess."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
