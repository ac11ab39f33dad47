"""Bars for a page: rectangles with their places, so that a template draws them and no style is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT, LEFT, FOOT = 640, 200, 44, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of one column."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All of it, in units of its own."""

    bars: list[Bar]
    ticks: list[tuple[float, int]]
    """Height and number of each line across."""
    labels: list[tuple[float, datetime]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def stacked(columns: Sequence[tuple[datetime, Sequence[int]]], kinds: Sequence[str]) -> Chart:
    """The parts of each column one on the other, under a scale that ends with a round number."""
    most = _round(max((sum(parts) for _, parts in columns), default=0))
    room, step = HEIGHT - FOOT - 8, (WIDTH - LEFT) / max(1, len(columns))
    bars, labels = [], []
    every = max(1, len(columns) // 7)
    for nth, (at, parts) in enumerate(columns):
        y = float(HEIGHT - FOOT)
        for kind, part in zip(kinds, parts, strict=True):
            tall = room * part / most
            y -= tall
            if part:
                bars.append(
                    Bar(
                        kind,
                        round(LEFT + nth * step + step * 0.15, 1),
                        round(y, 1),
                        round(step * 0.7, 1),
                        round(tall, 1),
                    )
                )
        if nth % every == 0:
            labels.append((round(LEFT + (nth + 0.5) * step, 1), at))
    ticks = [(round(HEIGHT - FOOT - room * part, 1), int(most * part)) for part in (0, 0.5, 1)]
    return Chart(bars, ticks, labels)


def _round(most: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 …: its half is a whole number."""
    unit = 1
    while True:
        for step in (2, 4, 10):
            if most <= step * unit:
                return step * unit
        unit *= 10
