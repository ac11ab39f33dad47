"""Where a sentence ends."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?؟۔…]+[\"'”’»)\]]*(?=\s|$)")
_TITLES = (
    "adm", "capt", "col", "dr", "gen", "gov", "jr", "lt", "maj", "mr", "mrs", "ms", "prof", "rep", "rev",
    "sen", "sgt", "sr",
)  # fmt: skip
_MONTHS = ("apr", "aug", "dec", "feb", "jan", "nov", "oct", "sept")
_ABBREVIATIONS = frozenset((*_TITLES, *_MONTHS, "e.g", "fig", "i.e", "mt", "no", "st", "vs"))


def sentences(paragraph: str, reach: int | None = None) -> Iterator[str]:
    """The sentences of a paragraph; its end is a sentence's end. ``reach``: characters looked at, all without it."""
    paragraph = paragraph if reach is None else paragraph[:reach]
    start = 0
    for end in _END.finditer(paragraph):
        if not _goes_on(paragraph, start, end):
            yield paragraph[start : end.end()].strip()
            start = end.end()
    if rest := paragraph[start:].strip():
        yield rest


def _goes_on(paragraph: str, start: int, end: re.Match[str]) -> bool:
    """A full stop after an abbreviation or an initial, or before a small letter, ends nothing."""
    if end[0] != ".":
        return False
    following = paragraph[end.end() : end.end() + 2].strip()
    if following.islower():
        return True
    word = paragraph[max(start, end.start() - 40) : end.start()].rsplit(None, 1)[-1:] or [""]
    last = word[0].lstrip("(\"'“‘«[").lower()
    return last in _ABBREVIATIONS or (len(last.rsplit(".", 1)[-1]) == 1 and last[-1].isascii() and last[-1].isalpha())
