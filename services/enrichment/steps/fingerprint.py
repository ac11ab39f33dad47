"""What tells copies of one report from two reports on one matter."""

from dataclasses import replace
from hashlib import blake2b
from itertools import chain, islice

from services.enrichment.draft import Draft, House
from services.enrichment.folded import words_of
from services.enrichment.remembered import Remembered

HASHES = 64
"""Bins, by the first six bits of a hash."""
LEAST_WORDS = 40
"""In less there is too little that could differ; notices of one form would all be the same."""
MOST_WORDS = 20_000
_ODD_1, _ODD_2, _ODD_3 = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35
"""Well spread, so that words in another order are another shingle; the golden ratio's, and two of MurmurHash3."""
_32_BITS = 0xFFFFFFFF
Codes = tuple[int, int, int]
"""What a word adds to a shingle as its first, its second and its third."""


def fingerprint(draft: Draft, _: House) -> Draft:
    """A MinHash over every three words in a row of the text, headline not among them; docs/decisions/0018."""
    chunks = chain.from_iterable(map(str.split, draft.paragraphs))
    codes = list(islice(chain.from_iterable(map(_CODES.__getitem__, chunks)), MOST_WORDS))
    if len(codes) < LEAST_WORDS:
        return replace(draft, fingerprint="")
    return replace(draft, fingerprint="".join(f"{value:08x}" for value in minhash(codes)))


def minhash(codes: list[Codes]) -> list[int]:
    """One permutation hashing (Li, Owen and Zhang, 2012): each shingle is hashed once and falls into one of the bins,
    where the least stays. A bin that got none borrows from one that did, chosen by its own number (Shrivastava, 2017).
    """
    shingles = zip(codes, codes[1:], codes[2:], strict=False)
    values = [(first[0] + second[1] + third[2]) & _32_BITS for first, second, third in shingles]
    # The greatest first: of each bin the least is written last, and stays.
    bins = {value >> 26: value for value in sorted(values, reverse=True)}
    return [bins[at] if at in bins else _borrowed(bins, at) for at in range(HASHES)]


def codes_of(word: str) -> Codes:
    """A word at each of three places. Sums of what is well mixed are well mixed."""
    code = int.from_bytes(blake2b(word.encode(), digest_size=4).digest())
    return code * _ODD_1, code * _ODD_2, code * _ODD_3


_CODES = Remembered(lambda chunk: tuple(map(codes_of, words_of(chunk))))


def _borrowed(bins: dict[int, int], at: int) -> int:
    for attempt in range(1, 4_096):
        asked = (((at + 1) * _ODD_1 + attempt * _ODD_3) & _32_BITS) >> 26
        if asked in bins:
            return bins[asked]
    return 0
