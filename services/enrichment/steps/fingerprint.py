"""What tells copies of one report from two reports on one matter."""

from dataclasses import replace
from functools import lru_cache
from zlib import crc32

from services.enrichment.draft import Draft, House
from services.enrichment.folded import folded_words

HASHES = 64
"""Bins, by the first six bits of a hash."""
LEAST_WORDS = 40
"""In less there is too little that could differ; notices of one form would all be the same."""
MOST_WORDS = 20_000
_EMPTY = 1 << 32
_MIX_1, _MIX_2, _MIX_3 = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35
"""Odd numbers with their bits well spread: the golden ratio's, and two of MurmurHash3."""


def fingerprint(draft: Draft, _: House) -> Draft:
    """A MinHash over every three words in a row of the text, headline not among them; docs/decisions/0019."""
    words = [word for found in folded_words(draft.paragraphs) for word in found][:MOST_WORDS]
    if len(words) < LEAST_WORDS:
        return replace(draft, fingerprint="")
    return replace(draft, fingerprint="".join(f"{value:08x}" for value in minhash(words)))


def minhash(words: list[str]) -> list[int]:
    """One permutation hashing (Li, Owen and Zhang, 2012): each shingle is hashed once and falls into one of the bins,
    where the least stays. A bin that got none borrows from one that did, chosen by its own number (Shrivastava, 2017).
    """
    codes = [_code(word) for word in words]
    bins = [_EMPTY] * HASHES
    for one, two, three in set(zip(codes, codes[1:], codes[2:], strict=False)):
        value = (one * _MIX_1 + two * _MIX_2 + three * _MIX_3) & 0xFFFFFFFF
        value = ((value ^ (value >> 15)) * _MIX_2) & 0xFFFFFFFF
        value ^= value >> 13
        at = value >> 26
        if value < bins[at]:
            bins[at] = value
    if _EMPTY not in bins:
        return bins
    return [value if value != _EMPTY else _borrowed(bins, at) for at, value in enumerate(bins)]


@lru_cache(maxsize=65_536)
def _code(word: str) -> int:
    return crc32(word.encode())


def _borrowed(bins: list[int], at: int) -> int:
    for attempt in range(1, 4_096):
        value = bins[(((at * _MIX_1 + attempt * _MIX_3) & 0xFFFFFFFF) >> 16) % HASHES]
        if value != _EMPTY:
            return value
    return 0
