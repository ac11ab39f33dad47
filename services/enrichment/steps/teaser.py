"""The beginning of a story, for lists and link cards."""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.enrichment.draft import Draft, House

_END = re.compile(r"[.!?؟۔…]+[\"'”’»)\]]*(?=\s|$)")
_ABBREVIATIONS = frozenset(
    {
        "adm",
        "apr",
        "aug",
        "capt",
        "col",
        "dec",
        "dr",
        "e.g",
        "feb",
        "fig",
        "gen",
        "gov",
        "i.e",
        "jan",
        "jr",
        "lt",
    }
    | {
        "maj",
        "mr",
        "mrs",
        "ms",
        "mt",
        "no",
        "nov",
        "oct",
        "prof",
        "rep",
        "rev",
        "sen",
        "sept",
        "sgt",
        "sr",
        "st",
    }
    | {"vs"}
)
_ELLIPSIS = "…"


def teaser(draft: Draft, house: House) -> Draft:
    """As many whole first sentences as fit; one that is too long by itself is cut between words.

    A story without text is announced by its standfirst, and without one by its headline.
    """
    limit = house.teaser_characters
    beginnings = draft.paragraphs or (draft.article.standfirst or draft.article.headline,)
    taken = ""
    for sentence in _sentences(beginnings, limit):
        longer = f"{taken} {sentence}" if taken else sentence
        if len(longer) > limit:
            return replace(draft, teaser=taken or _cut(sentence, limit))
        taken = longer
    return replace(draft, teaser=taken)


def _sentences(paragraphs: tuple[str, ...], limit: int) -> Iterator[str]:
    """Sentence by sentence; a paragraph's end is a sentence's end. Reads no further than a teaser can reach."""
    for paragraph in paragraphs[: limit + 1]:
        start = 0
        for end in _END.finditer(paragraph[: 4 * limit]):
            if not _goes_on(paragraph, start, end):
                yield paragraph[start : end.end()].strip()
                start = end.end()
        if rest := paragraph[start : start + 4 * limit].strip():
            yield rest


def _goes_on(paragraph: str, start: int, end: re.Match[str]) -> bool:
    """A full stop after an abbreviation or an initial, or before a small letter, ends nothing."""
    if end[0] != ".":
        return False
    following = paragraph[end.end() : end.end() + 2].strip()
    if following.islower():
        return True
    word = paragraph[start : end.start()].rsplit(None, 1)[-1:] or [""]
    last = word[0].lstrip("(\"'“‘«[").lower()
    return last in _ABBREVIATIONS or (len(last.rsplit(".", 1)[-1]) == 1 and last[-1].isascii() and last[-1].isalpha())


def _cut(sentence: str, limit: int) -> str:
    whole = sentence[: limit - 1].rsplit(None, 1)[0]
    return whole.rstrip(" ,;:،؛-–—") + _ELLIPSIS
