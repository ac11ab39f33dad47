"""Which way a text runs."""

import unicodedata

from shared.articles import Direction


def direction_of(text: str) -> Direction:
    """By the first letter that has a direction, as Unicode's rule P2 and HTML's ``dir=auto`` do; else left to right."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "L":
                return Direction.LTR
            case "R" | "AL":
                return Direction.RTL
            case _:
                continue
    return Direction.LTR
