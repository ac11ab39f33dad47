"""The pictures of the example stories; ``python examples/media/draw.py`` draws them anew, always the same."""

from collections.abc import Callable
from pathlib import Path

from canvas import HEIGHT, WIDTH, Canvas, Point


def river_dam() -> Canvas:
    """A dam across a valley at dusk, the water low."""
    c = Canvas("#2d2f5e", "#f0a06a")
    c.glow(330, 120, 180, "#ffd9a0", 0.95)
    c.disc(330, 118, 17, "#fff0cf")
    c.ridge(120, 16, 0.6, "#8a6a86", 0.85)
    c.ridge(142, 14, 2.1, "#5b4a72")
    c.soften(0.8)
    c.polygon([(95, 128), (385, 128), (350, 205), (130, 205)], "#b9a79c")
    c.polygon([(95, 128), (385, 128), (383, 136), (97, 136)], "#dccbb8")
    for x in (190, 225, 260):
        c.polygon([(x, 138), (x + 18, 138), (x + 15, 205), (x + 3, 205)], "#8d7d7c")
    c.polygon([(228, 160), (240, 160), (250, 210), (220, 210)], "#dfe9ee", 0.9)
    c.polygon([(0, 100), (95, 125), (140, 210), (150, 270), (0, 270)], "#3b2f4f")
    c.polygon([(480, 92), (385, 125), (345, 210), (330, 270), (480, 270)], "#34294a")
    c.polygon([(138, 206), (347, 206), (332, 270), (150, 270)], "#4f6f92")
    for row in range(4):
        c.box(175 + 9 * row, 216 + 13 * row, 120 - 17 * row, 2, "#f2b98c", 0.6)
    return c


def ferry() -> Canvas:
    """A small ferry on a calm strait in the morning."""
    c = Canvas("#8fc7e0", "#fbe9cf")
    c.glow(95, 92, 130, "#fff6df", 0.95)
    c.ridge(138, 9, 1.3, "#9db4bd", 0.9)
    c.ridge(148, 5, 3.4, "#6f93a0")
    c.gradient((0, 155, WIDTH, HEIGHT), "#4f9db0", "#1f5f7c")
    c.polygon([(120, 172), (372, 172), (346, 206), (150, 206)], "#1d3b53")
    c.polygon([(120, 172), (372, 172), (369, 178), (124, 178)], "#d8563f")
    c.box(160, 142, 170, 30, "#f7f3ea")
    c.box(195, 118, 92, 24, "#ece5d6")
    c.box(262, 92, 18, 26, "#d8563f")
    c.box(262, 92, 18, 6, "#1d3b53")
    for index in range(7):
        c.box(170 + 22 * index, 150, 13, 11, "#3f6b82")
    for index in range(4):
        c.box(202 + 20 * index, 124, 12, 9, "#3f6b82")
    c.line([(205, 118), (205, 86)], "#1d3b53", 1.6)
    c.polygon([(120, 206), (380, 206), (420, 213), (90, 213)], "#d9eef2", 0.75)
    for row in range(4):
        c.box(40 + 37 * row, 225 + 11 * row, 90, 2, "#8fc9d4", 0.6)
    return c


def smog_skyline() -> Canvas:
    """A city under smog, mountains barely visible behind."""
    c = Canvas("#b8a58d", "#dcc7a2")
    c.disc(352, 62, 20, "#f6dfae")
    c.ridge(112, 22, 0.2, "#a8987f", 0.7)
    c.soften(1.6)
    heights = (70, 96, 58, 118, 82, 64, 132, 90, 60, 104, 76, 122, 66, 88, 54, 100)
    for index, height in enumerate(heights):
        c.box(index * 31 - 6, 222 - height, 26, height + 50, "#948672", 0.85)
    c.box(0, 0, WIDTH, HEIGHT, "#cdb692", 0.35)
    c.soften(0.7)
    for index, height in enumerate((52, 84, 60, 98, 46, 74, 90, 56, 80)):
        x = index * 55 - 8
        c.box(x, 236 - height, 44, height + 40, "#6e6253")
        for storey in range(height // 16):
            c.box(x + 7, 243 - height + 16 * storey, 30, 5, "#877a67")
    c.line([(150, 222), (150, 52)], "#7d705e", 5)
    c.polygon([(136, 76), (164, 76), (158, 64), (142, 64)], "#7d705e")
    c.line([(150, 64), (150, 30)], "#7d705e", 2)
    for x in (352, 400):
        c.box(x, 118, 10, 90, "#5f5447")
        for puff in range(4):
            c.glow(x + 8 + 13 * puff, 110 - 17 * puff, 26 + 8 * puff, "#7b6f61", 0.8)
    c.ridge(226, 7, 0.4, "#c2aa85", 0.5)
    return c


def court() -> Canvas:
    """A court building with columns and a wide stair."""
    c = Canvas("#7fb2d9", "#e9f1f2")
    c.disc(420, 48, 16, "#fff7dc")
    c.ridge(178, 6, 1.8, "#9dba9a")
    c.box(0, 206, WIDTH, 64, "#c9c1b2")
    c.polygon([(96, 108), (240, 52), (384, 108)], "#efe6d4")
    c.polygon([(128, 102), (240, 60), (352, 102)], "#d6c8ae")
    c.box(96, 108, 288, 13, "#f7f0e2")
    c.box(108, 121, 264, 80, "#a99a83")
    c.box(216, 140, 48, 61, "#5a4636")
    for x in (114, 154, 194, 268, 308, 348):
        c.box(x, 121, 17, 80, "#f5ecdc")
        c.box(x + 12, 121, 5, 80, "#d9cbb2")
    for step in range(4):
        c.box(90 - 12 * step, 201 + 9 * step, 300 + 24 * step, 9, ("#efe6d6", "#ddd2bf")[step % 2])
    for x in (34, 446):
        c.box(x - 3, 165, 6, 45, "#6a5442")
        c.disc(x, 150, 24, "#5f8d63")
        c.disc(x - 6, 144, 14, "#74a374")
    return c


def classroom() -> Canvas:
    """An empty classroom, sun through the window."""
    c = Canvas("#f3e3c4", "#e5cda3")
    c.box(0, 200, WIDTH, 70, "#b98a5c")
    c.box(150, 44, 200, 96, "#6d4e36")
    c.box(156, 50, 188, 84, "#2f5a4c")
    c.line([(176, 76), (258, 76)], "#dfe9e0", 2)
    c.line([(176, 92), (300, 92)], "#dfe9e0", 2)
    c.line([(176, 108), (232, 108)], "#dfe9e0", 2)
    c.box(26, 40, 90, 104, "#fffaf0")
    c.gradient((32, 46, 110, 138), "#8ecae6", "#dff2f7")
    c.box(69, 46, 4, 92, "#fffaf0")
    c.box(32, 90, 78, 4, "#fffaf0")
    c.polygon([(32, 138), (110, 138), (270, 270), (120, 270)], "#fff4cf", 0.35)
    c.box(386, 60, 66, 140, "#8f6844")
    c.disc(442, 132, 3, "#e8c86a")
    near, far = 1.25, 1.0
    for x, y, size in (
        (80, 186, far), (200, 186, far), (320, 186, far), (20, 218, near), (180, 218, near), (340, 218, near),
    ):  # fmt: skip
        c.box(x, y, 84 * size, 8 * size, "#8a5a35")
        c.box(x, y + 8 * size, 84 * size, 5 * size, "#6e4527")
        for leg in (6, 72):
            c.box(x + leg * size, y + 13 * size, 5 * size, 30 * size, "#55361f")
    return c


def mountain_village() -> Canvas:
    """Houses of clay stepping up a slope below snow."""
    c = Canvas("#6aa5d6", "#f4e6d2")
    peaks: list[Point] = [(0, 175), (90, 85), (150, 130), (255, 35), (370, 140), (420, 105), (480, 150)]
    c.polygon([*peaks, (WIDTH, HEIGHT), (0, HEIGHT)], "#7a86a6")
    c.polygon([(255, 35), (292, 69), (272, 66), (258, 82), (244, 64), (222, 66)], "#f8fbff")
    c.polygon([(90, 85), (110, 101), (95, 103), (84, 112), (70, 105)], "#f1f6fb")
    c.soften(0.6)
    c.ridge(178, 9, 0.9, "#8d9a6c")
    c.ridge(205, 8, 2.7, "#a98f5f")
    for row, (y, shift) in enumerate(((150, 190), (174, 150), (200, 110))):
        for index in range(5 + row):
            x = shift + index * 46
            c.box(x, y + 3 * (index % 2), 40, 30, ("#d9b382", "#cfa672", "#e2bf91")[(index + row) % 3])
            c.box(x - 2, y + 3 * (index % 2) - 4, 44, 5, "#8a6644")
            c.box(x + 8, y + 9, 8, 9, "#4d3a2c")
            c.box(x + 25, y + 9, 8, 9, "#4d3a2c")
    for x in (60, 84, 436, 460):
        c.polygon([(x - 7, 236), (x, 165), (x + 7, 236)], "#4c6b46")
    c.ridge(243, 4, 4.0, "#7d7a45")
    return c


def antenna_night() -> Canvas:
    """A mast at night above dark roofs, one window lit."""
    c = Canvas("#0d1533", "#37416f")
    for index in range(26):
        c.disc((index * 97) % WIDTH, 12 + (index * 53) % 120, 0.9, "#c9d4f5")
    c.disc(400, 52, 19, "#f1eccd")
    c.disc(392, 47, 17, "#161f42")
    c.ridge(196, 8, 1.1, "#232b52")
    for side in (-1, 1):
        c.line([(235 + 30 * side, 238), (235 + 3 * side, 52)], "#a4aecb", 2.4)
    for step in range(8):
        y, reach = 232 - 24 * step, 29 - 3.5 * step
        c.line([(235 - reach, y), (235 + reach - 3.5, y - 24)], "#8691b4", 1.5)
        c.line([(235 + reach, y), (235 - reach + 3.5, y - 24)], "#8691b4", 1.5)
    c.line([(235, 54), (235, 26)], "#a4aecb", 2)
    c.disc(214, 84, 11, "#d8deee")
    c.disc(257, 104, 9, "#d8deee")
    c.glow(235, 26, 44, "#ff4a3d", 0.9)
    c.disc(235, 26, 3, "#ff8b7d")
    for x, y, width in ((0, 214, 96), (88, 224, 84), (166, 232, 130), (290, 220, 78), (360, 210, 120)):
        c.box(x, y, width, HEIGHT - y, "#0f1630")
    c.glow(404, 232, 40, "#ffc864", 0.7)
    c.box(397, 225, 14, 15, "#ffd98a")
    return c


def flooded_street() -> Canvas:
    """Water between the houses of a street, a boat, lamps mirrored."""
    c = Canvas("#76879a", "#c8cfd2")
    c.polygon([(0, 20), (150, 95), (150, 190), (0, 235)], "#b06f55")
    c.polygon([(480, 10), (325, 95), (325, 190), (480, 240)], "#8d7f8f")
    c.box(150, 105, 175, 80, "#a9b4ba")
    for column in range(3):
        x, top, bottom = 16 + 46 * column, 70 + 15 * column, 118 + 6 * column
        c.polygon([(x, top), (x + 24, top + 8), (x + 24, bottom), (x, bottom - 1)], "#4f4550")
        c.polygon([(480 - x, top), (456 - x, top + 8), (456 - x, bottom), (480 - x, bottom - 1)], "#4c5566")
    c.gradient((0, 182, WIDTH, HEIGHT), "#8e9a94", "#5c6f70")
    c.polygon([(0, 182), (150, 182), (60, 270), (0, 270)], "#7d5a4c", 0.45)
    c.polygon([(480, 182), (325, 182), (420, 270), (480, 270)], "#5d5968", 0.45)
    for x in (178, 300):
        c.line([(x, 184), (x, 96), (x + 12, 92)], "#333b44", 2.4)
        c.disc(x + 13, 94, 4, "#ffe7a8")
        c.line([(x, 186), (x, 228)], "#4b5a5e", 2)
    c.polygon([(196, 212), (300, 212), (286, 230), (208, 230)], "#c2452f")
    c.polygon([(196, 212), (300, 212), (298, 216), (198, 216)], "#f0dfc4")
    for x, coat in ((228, "#f2b134"), (262, "#2f6690")):
        c.polygon([(x - 9, 213), (x - 6, 192), (x + 6, 192), (x + 9, 213)], coat)
        c.disc(x, 186, 6, "#7a5440")
    for row in range(4):
        c.box(70 + 95 * (row % 3), 238 + 8 * row, 110, 1.6, "#aab8b4", 0.7)
    return c


PICTURES: tuple[Callable[[], Canvas], ...] = (
    river_dam, ferry, smog_skyline, court, classroom, mountain_village, antenna_night, flooded_street,
)  # fmt: skip

if __name__ == "__main__":
    for picture in PICTURES:
        name = picture.__name__.replace("_", "-")
        picture().save(Path(__file__).with_name(f"{name}.webp"))
