"""A small canvas for flat illustrations: gradients, shapes, light and haze, saved within a byte budget."""

import math
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 480, 270
SCALE = 3
"""Everything is drawn three times as large and scaled down, which smooths the edges."""

MAX_BYTES = 4_096
"""What an image may weigh to be carried inside a light page."""

Point = tuple[float, float]


class Canvas:
    """Draws in units of the finished picture; colours are hexadecimal, ``alpha`` is 0 to 1."""

    def __init__(self, top: str, bottom: str) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), top)
        self.gradient((0, 0, WIDTH, HEIGHT), top, bottom)

    def gradient(self, box: tuple[int, int, int, int], top: str, bottom: str) -> None:
        """Fill a box from one colour above to another below."""
        left, upper, right, lower = (side * SCALE for side in box)
        size = (right - left, lower - upper)
        ramp = Image.linear_gradient("L").resize(size)
        filled = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)
        self.image.paste(filled, (left, upper))

    def polygon(self, points: list[Point], colour: str, alpha: float = 1.0) -> None:
        """Fill a shape; below 1, ``alpha`` lets what is behind shine through."""
        mask = Image.new("L", self.image.size, 0)
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        ImageDraw.Draw(mask).polygon(scaled, fill=round(255 * alpha))
        self.image.paste(Image.new("RGB", self.image.size, colour), (0, 0), mask)

    def box(self, x: float, y: float, width: float, height: float, colour: str, alpha: float = 1.0) -> None:
        """Fill a rectangle, given its upper left corner."""
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour, alpha)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle around a centre."""
        sides = [math.tau * step / 48 for step in range(48)]
        self.polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in sides], colour)

    def line(self, points: list[Point], colour: str, width: float) -> None:
        """Join points by a line."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        ImageDraw.Draw(self.image).line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: str, alpha: float) -> None:
        """Lay soft light around a point."""
        side = round(radius * 2 * SCALE)
        # The gradient is white in the corners; the rim of the circle is at 255 / sqrt(2).
        fall = Image.radial_gradient("L").resize((side, side))
        mask = fall.point(lambda v: round(255 * alpha * max(0.0, 1 - v * math.sqrt(2) / 255) ** 1.5))
        corner = (round((x - radius) * SCALE), round((y - radius) * SCALE))
        self.image.paste(Image.new("RGB", (side, side), colour), corner, mask)

    def ridge(self, height: float, swing: float, phase: float, colour: str, alpha: float = 1.0) -> None:
        """Draw a range of hills across the picture, its mean at ``height``, down to the lower edge."""
        tops = [
            (x, height + swing * (math.sin(x / 61 + phase) + 0.5 * math.sin(x / 23 + 2.3 * phase)))
            for x in range(0, WIDTH + 8, 8)
        ]
        self.polygon([(0, HEIGHT), *tops, (WIDTH, HEIGHT)], colour, alpha)

    def soften(self, radius: float) -> None:
        """Blur what is there so far: distance."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius * SCALE))

    def save(self, path: Path) -> None:
        """Write the best WebP within the budget, built from bare pixels, so without any metadata."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        bare = Image.frombytes("RGB", small.size, small.tobytes())
        for quality in range(90, 0, -2):
            encoded = BytesIO()
            bare.save(encoded, "WEBP", quality=quality, method=6)
            if encoded.tell() <= MAX_BYTES:
                path.write_bytes(encoded.getvalue())
                return
        raise ValueError(f"{path.name} does not fit into {MAX_BYTES} bytes: draw less detail")
