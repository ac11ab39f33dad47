"""A picture is made anew from its pixels: nothing else of the original leaves, whatever was sent."""

import json
import subprocess
from base64 import b64decode
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.enrichment.darkroom.develop import develop
from services.enrichment.darkroom.limits import Limits, Unusable
from services.enrichment.darkroom.sniff import kind_of
from shared.articles import ImageFormat
from shared.pictures import MAX_LIGHT, Developed
from tests.originals import BAD, CANARIES, GOOD, SIZE, exif, saved, scene

STRUCTURAL = {
    "SourceFile", "ExifToolVersion", "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate",
    "FileInodeChangeDate", "FilePermissions", "FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight",
    "ImageSize", "Megapixels",
    # JPEG's and JFIF's own fields.
    "JFIFVersion", "ResolutionUnit", "XResolution", "YResolution", "EncodingProcess", "BitsPerSample",
    "ColorComponents", "YCbCrSubSampling",
    # WebP's.
    "VP8Version", "HorizontalScale", "VerticalScale", "AlphaIsUsed", "WebP_Flags",
    # AVIF's: boxes every file must have.
    "MajorBrand", "MinorVersion", "CompatibleBrands", "HandlerType", "PrimaryItemReference", "ImageSpatialExtent",
    "ImagePixelDepth", "MetaImageSize", "AV1ConfigurationVersion", "ChromaFormat", "ChromaSamplePosition",
    "MediaDataSize", "MediaDataOffset", "ColorProfiles", "ColorPrimaries", "TransferCharacteristics",
    "MatrixCoefficients", "VideoFullRangeFlag", "HandlerDescription", "SeqProfile", "SeqTier0", "InitialDelaySamples",
    "MediaData", "QuickTime_ColorRep_0x000a",
}  # fmt: skip
"""What exiftool says of a file that holds a picture and nothing else."""


def outputs(developed: Developed, files: dict[str, bytes]) -> dict[str, bytes]:
    """Every file that leaves, by a name with the right ending."""
    endings = {ImageFormat.AVIF: "avif", ImageFormat.WEBP: "webp", ImageFormat.JPEG: "jpg"}
    made = {f"{one.width}.{endings[one.media_type]}": files[one.media] for one in developed.sources}
    return {**made, "light.webp": b64decode(developed.light), "placeholder.webp": b64decode(developed.placeholder)}


@cache
def developed_once(name: str) -> tuple[Developed, dict[str, bytes]]:
    """One of the good ones; developing takes most of a second."""
    return develop(GOOD[name]())


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image


@pytest.mark.parametrize("original", GOOD)
def test_no_word_of_the_original_is_in_any_file(original: str) -> None:
    made = outputs(*developed_once(original))

    for name, content in made.items():
        for canary in CANARIES:
            assert canary.lower() not in content.lower(), (name, canary)
        image = opened(content)
        assert image.mode == "RGB"
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp"} & {
            key for key, value in image.info.items() if value
        }


@pytest.mark.needs("exiftool")
def test_exiftool_finds_nothing_but_the_picture(tmp_path: Path) -> None:
    for number, original in enumerate(GOOD):
        for name, content in outputs(*developed_once(original)).items():
            (tmp_path / f"{number}-{name}").write_bytes(content)

    told = subprocess.run(["exiftool", "-json", "-a", "-U", tmp_path], capture_output=True, check=True)

    found = json.loads(told.stdout)
    assert len(found) > 6 * len(GOOD)
    assert {tag for one in found for tag in one} - STRUCTURAL == set()


@pytest.mark.needs("exiftool")
def test_exiftool_would_have_found_what_was_planted(tmp_path: Path) -> None:
    (tmp_path / "original.jpg").write_bytes(GOOD["jpeg with everything"]())

    told = json.loads(
        subprocess.run(["exiftool", "-json", tmp_path / "original.jpg"], capture_output=True, check=True).stdout
    )[0]

    assert {"GPSLatitude", "Make", "Artist", "City", "Comment", "ThumbnailImage", "ProfileDescription"} <= set(told)


@pytest.mark.parametrize(("make", "says"), BAD.values(), ids=BAD)
def test_what_cannot_be_shown_is_refused_with_what_to_send(make: object, says: str) -> None:
    assert callable(make)

    with pytest.raises(Unusable, match=says):
        develop(make())


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_whatever_way_the_camera_was_held(turned: int) -> None:
    upright = scene()
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turned]  # fmt: skip
    held = upright if undo is None else upright.transpose(undo)

    developed, files = develop(saved(held, "JPEG", quality=95, exif=exif(turned)))

    assert (developed.width, developed.height) == SIZE
    for name, content in outputs(developed, files).items():
        image = opened(content)
        red, green, blue = image.getpixel((image.width // 12, image.height // 12))  # type: ignore[misc]
        assert red > 140 > 100 > green, (name, red, green, blue)


def test_an_avif_turned_by_its_container_is_turned_once() -> None:
    developed, files = develop(saved(scene().transpose(Image.Transpose.ROTATE_90), "AVIF", exif=exif(6)))

    red, green, _ = opened(next(iter(files.values()))).getpixel((10, 10))  # type: ignore[misc]
    assert (developed.width, developed.height) == SIZE
    assert red > 140 > green


@pytest.mark.parametrize(
    "name", ["cmyk jpeg", "png with alpha", "jpeg with everything", "avif", "gif", "png with a palette"]
)
def test_colours_are_what_they_were(name: str) -> None:
    _, files = develop(GOOD[name]())

    red, green, blue = opened(next(iter(files.values()))).getpixel((300, 20))  # type: ignore[misc]
    sky = (120, 170, 220) if name != "png with alpha" else (245, 249, 253)
    assert all(abs(found - told) < 30 for found, told in zip((red, green, blue), sky, strict=True)), (red, green, blue)


@pytest.mark.parametrize("name", ["gray 16 bit png", "colour 16 bit png"])
def test_sixteen_bits_become_eight_and_keep_their_tones(name: str) -> None:
    _, files = develop(GOOD[name]())

    image = opened(next(iter(files.values()))).convert("L")
    assert abs(int(image.getpixel((2, 20))) - 8) < 8  # type: ignore[arg-type]
    assert abs(int(image.getpixel((62, 20))) - 248) < 8  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((200, 150), [200]), ((320, 200), [320]), ((500, 400), [320, 500]), ((900, 400), [320, 640, 900]),
        ((3_000, 2_000), [320, 640, 1_280]), ((1, 4_000), [1]),
    ],
)  # fmt: skip
def test_widths_are_those_of_screens_and_never_more_than_there_is(size: tuple[int, int], widths: list[int]) -> None:
    developed, files = develop(saved(scene(size), "PNG"))

    assert sorted({one.width for one in developed.sources}) == widths
    assert {(one.width, one.media_type) for one in developed.sources} == {
        (w, kind) for w in widths for kind in ImageFormat
    }
    for one in developed.sources:
        assert opened(files[one.media]).size == (one.width, one.height)
        assert one.bytes == len(files[one.media])


@pytest.mark.parametrize("name", GOOD)
def test_the_light_picture_fits_into_a_light_page(name: str) -> None:
    developed, _ = developed_once(name)

    light = b64decode(developed.light)
    assert len(light) <= MAX_LIGHT
    assert opened(light).size == (developed.light_width, developed.light_height)
    assert opened(b64decode(developed.placeholder)).width <= 16


def test_the_light_picture_of_pure_noise_fits_too() -> None:
    noise = Image.effect_noise((1_200, 900), 120).convert("RGB")

    developed, _ = develop(saved(noise, "PNG"))

    assert len(b64decode(developed.light)) <= MAX_LIGHT
    assert developed.light_width < 320


def test_the_same_original_always_gives_the_same_files() -> None:
    original = GOOD["jpeg with everything"]()

    assert develop(original) == develop(original)


def test_the_dominant_colour_is_the_one_most_of_it_has() -> None:
    developed, _ = develop(saved(Image.new("RGB", (50, 50), (10, 200, 30)), "PNG"))

    assert developed.colour == "#0ac81e"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_damaged_file_is_shown_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    original = bytearray(_SMALL[name])
    for _ in range(data.draw(st.integers(1, 6))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))

    with suppress(Unusable):
        developed, _ = develop(bytes(original), Limits(max_pixels=2_000_000))
        assert developed.sources


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF0000WEBP"])
)
def test_any_bytes_are_sniffed_and_refused_in_words(noise: bytes, head: bytes) -> None:
    kind_of(head + noise)

    with pytest.raises(Unusable):
        develop(head + noise)


_SMALL = {name: make() for name, make in GOOD.items()}
