"""What developing a photograph costs, part by part, and how many stories a core enriches with and without theirs."""

import asyncio
import random
from collections.abc import Callable
from io import BytesIO
from statistics import median
from time import perf_counter

from PIL import Image

from services.enrichment.darkroom.apart import develop_apart
from services.enrichment.darkroom.decode import decode
from services.enrichment.darkroom.develop import develop
from services.enrichment.darkroom.limits import Limits
from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.enrichment.gazetteer.files import load
from tests.originals import exif
from tests.stories import stories

ROUNDS = 5
CAMERA = (6_000, 4_000)
AGENCY = (2_000, 1_333)


def picture_rates() -> str:
    """A section in Markdown."""
    rows = []
    for name, size in (("a camera's, 24 megapixels", CAMERA), ("an agency's, 2,000 pixels wide", AGENCY)):
        original = _photo(size)
        parts = (
            _ms(lambda one=original: decode(one, Limits())),  # type: ignore[misc]
            _ms(lambda one=original: develop(one)),  # type: ignore[misc]
            _ms(lambda one=original: asyncio.run(develop_apart(one, Limits()))),  # type: ignore[misc]
            _ms(lambda one=original: _resaved(one)),  # type: ignore[misc]
        )
        _, files = develop(original)
        weight = sum(map(len, files.values()))
        rows.append((name, len(original), *parts, len(files), weight))
    whole = rows[-1][4]
    house = House(gazetteer=load())
    told = [page.article for page in stories("en", 60) if 500 <= page.enrichment.word_count <= 700]
    text = median(_each(lambda: [enrich(article, house) for article in told]) for _ in range(ROUNDS)) / len(told)
    return "\n".join(
        [
            "## Pictures",
            "",
            f"Made photographs with noise, as JPEG of quality 90; milliseconds, the median of {ROUNDS} rounds.",
            "`apart` is all of it: a process started, confined, its answer checked. The peer is what many systems do",
            "instead: Pillow opens the file, makes a thumbnail of 1,280 pixels and saves one JPEG.",
            "",
            "| original | bytes | decode | develop | apart | the peer | apart ÷ peer | files | bytes of all |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
            *(
                f"| {name} | {size:,} | {first:,.0f} | {made:,.0f} | {apart:,.0f} | {peer:,.0f} | {apart / peer:.1f} "
                f"| {files} | {weight:,} |"
                for name, size, first, made, apart, peer, files, weight in rows
            ),
            "",
            f"Stories of about 600 words a second and core: **{1 / text:,.0f}** without image work;",
            f"**{1 / (text + whole / 1_000):.2f}** if each had an agency's photo developed on the same core. So the",
            "darkroom is a process of its own, and no story waits for it.",
        ]
    )


def _photo(size: tuple[int, int]) -> bytes:
    """Soft shapes under the noise of a sensor: a flat drawing would flatter the encoders."""
    dice = random.Random(7)
    rough = Image.new("RGB", (48, 32))
    rough.putdata([(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(48 * 32)])
    smooth = rough.resize(size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(size, 24).convert("RGB")
    out = BytesIO()
    Image.blend(smooth, grain, 0.15).save(out, "JPEG", quality=90, exif=exif(6))
    return out.getvalue()


def _resaved(original: bytes) -> bytes:
    with Image.open(BytesIO(original)) as picture:
        picture.thumbnail((1_280, 1_280))
        out = BytesIO()
        picture.save(out, "JPEG", quality=78)
    return out.getvalue()


def _ms(work: Callable[[], object]) -> float:
    return median(_each(work) for _ in range(ROUNDS)) * 1_000


def _each(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    print(picture_rates())
