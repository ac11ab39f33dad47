"""Pictures as cameras, agencies and attackers send them, each made here: no file of anybody else's is needed.

Whatever is not a pixel in them carries a canary, a word that must be in nothing that leaves.
"""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import ClassVar

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

CANARIES = (b"CANARY", b"52.5200", b"Nikon", b"photoshop", b"GPSLatitude")
SIZE = (400, 300)
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52.5200N" '
    b'xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="CANARY-XMP"/></rdf:RDF></x:xmpmeta>'
)


def scene(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Something to recognise, red at the top left: a sky, a hill, a house."""
    width, height = size
    picture = Image.new("RGB", size, (120, 170, 220))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, height), (width // 2, height // 3), (width, height)], fill=(70, 110, 60))
    draw.rectangle((0, 0, max(1, width // 4), max(1, height // 4)), fill=(200, 30, 30))
    draw.rectangle((width // 2, height // 2, width * 3 // 4, height * 7 // 8), fill=(230, 220, 200))
    return picture if mode == "RGB" else picture.convert(mode)


def exif(orientation: int = 1, *, thumbnail: bool = True) -> bytes:
    """A camera's Exif: make, GPS position, maker's note, and a thumbnail of its own."""
    small = BytesIO()
    scene((160, 120)).save(small, "JPEG", comment=b"CANARY-THUMBNAIL")
    writer = _Tiff()
    gps = writer.directory(
        [(1, 2, b"N\0"), (2, 5, _rationals(52, 31, 12)), (3, 2, b"E\0"), (4, 5, _rationals(13, 24, 18))]
    )
    details = writer.directory([(0x927C, 7, b"CANARY-MAKERNOTE" * 4), (0x9286, 7, b"ASCII\0\0\0CANARY-COMMENT")])
    entries = [
        (0x010F, 2, b"Nikon CANARY\0"), (0x0112, 3, struct.pack("<H", orientation)), (0x013B, 2, b"CANARY-ARTIST\0"),
        (0x8769, 4, struct.pack("<I", details)), (0x8825, 4, struct.pack("<I", gps)),
    ]  # fmt: skip
    second = 0
    if thumbnail:
        at = writer.blob(small.getvalue())
        length = len(small.getvalue())
        second = writer.directory([(0x0201, 4, struct.pack("<I", at)), (0x0202, 4, struct.pack("<I", length))])
    return writer.whole(entries, second)


class _Tiff:
    """A TIFF file, written back to front: what is pointed to comes before what points."""

    _WIDTH: ClassVar = {2: 1, 3: 2, 4: 4, 5: 8, 7: 1}

    def __init__(self) -> None:
        self._body = bytearray(b"II*\0\0\0\0\0")

    def blob(self, content: bytes) -> int:
        at = len(self._body)
        self._body += content + b"\0" * (len(content) % 2)
        return at

    def directory(self, entries: list[tuple[int, int, bytes]], following: int = 0) -> int:
        rows = b""
        for tag, kind, value in entries:
            inline = value if len(value) <= 4 else struct.pack("<I", self.blob(value))
            rows += struct.pack("<HHI", tag, kind, len(value) // self._WIDTH[kind]) + inline.ljust(4, b"\0")
        return self.blob(struct.pack("<H", len(entries)) + rows + struct.pack("<I", following))

    def whole(self, entries: list[tuple[int, int, bytes]], following: int) -> bytes:
        self._body[4:8] = struct.pack("<I", self.directory(entries, following))
        return b"Exif\0\0" + bytes(self._body)


def _rationals(*numbers: int) -> bytes:
    return b"".join(struct.pack("<II", number, 1) for number in numbers)


def profile() -> bytes:
    """A colour profile with words in it."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(made.replace(b"sRGB built-in", b"CANARY-ICC123"))


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    """As a file of this kind."""
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(*segments: bytes, body: bytes | None = None) -> bytes:
    """A JPEG with these segments at its head."""
    plain = body or saved(scene(), "JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG, its checksum right."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _iptc() -> bytes:
    record = (
        b"\x1c\x02\x5a" + struct.pack(">H", 11) + b"CANARY-CITY" + b"\x1c\x02\x78" + struct.pack(">H", 6) + b"CANARY"
    )
    return segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record)


def _png_texts() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "CANARY-TEXT")
    info.add_text("Comment", "CANARY-ZTXT", zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    return info


def _sixteen_bits(colour_type: int) -> bytes:
    width, height, channels = 64, 48, {0: 1, 2: 3}[colour_type]
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">H", (x * 1024) % 65_536) * channels for x in range(width)) for _ in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"tEXt", b"Comment\0CANARY")
        + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )  # fmt: skip


def _moving(kind: str) -> bytes:
    frames = [scene().rotate(90 * turn) for turn in range(3)]
    how = {"comment": b"CANARY-GIF"} if kind == "GIF" else {"exif": exif(), "xmp": XMP}
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **how)


def _see_through() -> Image.Image:
    picture = scene(mode="RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    return picture


def _tagged(kind: str, picture: Image.Image | None = None, **how: object) -> bytes:
    return saved(picture or scene(), kind, exif=exif(), xmp=XMP, icc_profile=profile(), **how)


GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(scene(), "JPEG"),
    "jpeg with everything": lambda: jpeg_with(_iptc(), segment(0xFE, b"CANARY-COM"), body=_tagged("JPEG")),
    "jpeg with a thumbnail": lambda: saved(scene(), "JPEG", exif=exif()),
    "jpeg with broken exif": lambda: jpeg_with(segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xffCANARY")),
    "jpeg with two exifs": lambda: jpeg_with(segment(0xE1, exif(6)), segment(0xE1, exif(3))),
    "jpeg with extended xmp": lambda: jpeg_with(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + b"\0\0\0\x06\0\0\0\0CANARY"),
    ),
    "jpeg with c2pa": lambda: jpeg_with(segment(0xEB, b"JP\0\x01\0\0\0\x01CANARY-JUMBF")),
    "jpeg with unknown segments": lambda: jpeg_with(*(segment(0xE3 + n, b"CANARY") for n in range(8))),
    "jpeg before a zip": lambda: saved(scene(), "JPEG") + b"PK\x03\x04CANARY" * 100,
    "progressive jpeg": lambda: saved(scene(), "JPEG", progressive=True, exif=exif()),
    "gray jpeg": lambda: saved(scene(mode="L"), "JPEG", exif=exif()),
    "cmyk jpeg": lambda: saved(scene(mode="CMYK"), "JPEG", exif=exif()),
    "jpeg with a profile for another kind": lambda: saved(scene(mode="L"), "JPEG", icc_profile=profile()),
    "jpeg with a broken profile": lambda: saved(scene(), "JPEG", icc_profile=b"CANARY" * 40),
    "large jpeg": lambda: saved(scene((6_000, 4_000)), "JPEG", exif=exif()),
    "png": lambda: saved(scene(), "PNG"),
    "png with everything": lambda: _tagged("PNG", pnginfo=_png_texts()),
    "png with a palette": lambda: saved(scene(mode="P"), "PNG", exif=exif()),
    "png with a see-through palette": lambda: saved(scene().quantize(16), "PNG", transparency=3, pnginfo=_png_texts()),
    "png with alpha": lambda: saved(_see_through(), "PNG", exif=exif()),
    "gray png with alpha": lambda: saved(_see_through().convert("LA"), "PNG"),
    "black and white png": lambda: saved(scene(mode="1"), "PNG"),
    "gray 16 bit png": lambda: _sixteen_bits(0),
    "colour 16 bit png": lambda: _sixteen_bits(2),
    "png with data after its end": lambda: saved(scene(), "PNG") + b"CANARY" * 100,
    "webp": lambda: saved(scene(), "WEBP"),
    "webp with everything": lambda: _tagged("WEBP"),
    "lossless webp with alpha": lambda: saved(_see_through(), "WEBP", lossless=True, exif=exif()),
    "moving webp": lambda: _moving("WEBP"),
    "avif": lambda: saved(scene(), "AVIF"),
    "avif with everything": lambda: _tagged("AVIF"),
    "avif with alpha": lambda: saved(_see_through(), "AVIF", xmp=XMP),
    "gif": lambda: saved(scene(), "GIF", comment=b"CANARY-GIF"),
    "moving gif": lambda: _moving("GIF"),
    "one pixel": lambda: saved(scene((1, 1)), "PNG"),
    "one pixel wide": lambda: saved(scene((1, 4_000)), "PNG"),
    "one pixel high": lambda: saved(scene((4_000, 1)), "PNG"),
    "a long strip": lambda: saved(scene((300, 9_000)), "JPEG", exif=exif()),
    **{f"jpeg turned {n}": lambda n=n: saved(scene(), "JPEG", exif=exif(n)) for n in range(1, 9)},  # type: ignore[misc]
}
"""Pictures that can be shown, by what is odd about them."""


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose head alone says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(b"\0" * 1_000))


def bomb(width: int, height: int) -> bytes:
    """A PNG that really is so large, in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (3 * width + 1)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    )  # fmt: skip


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "no picture we know"),
    "text": (lambda: b"This is not a picture.", "no picture we know"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "SVG or HTML"),
    "html called jpg": (lambda: b"<!doctype html><script>1</script>", "SVG or HTML"),
    "tiff": (lambda: saved(scene(), "TIFF"), "TIFF"),
    "pdf": (lambda: b"%PDF-1.7\n%...", "PDF"),
    "bmp": (lambda: saved(scene(), "BMP"), "BMP"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "HEIC"),
    "half a jpeg": (lambda: saved(scene(), "JPEG")[:2_000], "cut off or damaged"),
    "the head of a jpeg": (lambda: saved(scene(), "JPEG")[:20], "cut off or damaged"),
    "half a png": (lambda: saved(scene(), "PNG")[:-600], "cut off or damaged"),
    "half a webp": (lambda: saved(scene(), "WEBP")[:600], "cut off or damaged"),
    "half an avif": (lambda: saved(scene(), "AVIF")[:400], "cut off or damaged"),
    "a huge png's head": (lambda: png_claiming(60_000, 60_000), "send a smaller one"),
    "a bomb": (lambda: bomb(20_000, 20_000), "send a smaller one"),
    "a gif on a huge canvas": (
        lambda: (
            b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
        ),
        "send a smaller one",
    ),
    "too many bytes": (lambda: b"\xff\xd8\xff" + b"\0" * (20 * 2**20), "send a smaller one"),
}
"""What is refused, and what its message says."""
