"""A sheet to look at: each photograph of a folder, its light picture and its placeholder, side by side.

``python -m tests.bench.contact_sheet FOLDER SHEET.png``; prints what each light picture weighs.
"""

import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from services.enrichment.darkroom.develop import develop
from services.enrichment.darkroom.limits import Unusable
from shared.pictures import Developed

CELL = (330, 260)
COLUMNS = 2


def sheet(folder: Path) -> Image.Image:
    """Every picture of the folder that can be developed, in the order of their names."""
    rows = []
    for file in sorted(folder.iterdir()):
        try:
            developed, files = develop(file.read_bytes())
        except Unusable as why:
            print(f"{file.name}: {why}")
            continue
        light = len(b64decode(developed.light))
        print(f"{file.name}: {light:,} B, {developed.light_width} × {developed.light_height}, {developed.colour}")
        rows.append((file.stem, developed, files))
    lines = -(-len(rows) // COLUMNS)
    paper = Image.new("RGB", (COLUMNS * 3 * CELL[0], max(1, lines) * CELL[1]), "white")
    for number, (name, developed, files) in enumerate(rows):
        at = (number % COLUMNS * 3 * CELL[0], number // COLUMNS * CELL[1])
        paper.paste(_row(name, developed, files), at)
    return paper


def _row(name: str, developed: Developed, files: dict[str, bytes]) -> Image.Image:
    """From left to right: the file of 320 pixels or less, the light one, the placeholder on its colour."""
    row = Image.new("RGB", (3 * CELL[0], CELL[1]), "white")
    pictures = (files[developed.sources[0].media], b64decode(developed.light), b64decode(developed.placeholder))
    for place, content in enumerate(pictures):
        with Image.open(BytesIO(content)) as picture:
            shown = picture.convert("RGB")
        scale = min(320 / shown.width, 230 / shown.height)
        size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
        row.paste(shown.resize(size, Image.Resampling.BICUBIC), (place * CELL[0], 20))
    ImageDraw.Draw(row).text((2, 4), f"{name}  {len(pictures[1]):,} B, {developed.light_width} px wide", fill="black")
    return row


if __name__ == "__main__":
    sheet(Path(sys.argv[1])).save(sys.argv[2])
