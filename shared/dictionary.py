"""Dictionaries for light pages: what many pages of a language share, so that none has to send it again.

A dictionary lies on every reader's device for a month, withdrawn stories or not. So it holds nothing but strings that
stand in several different stories: what only one story said is never in it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

MAX_BYTES = 65_536
SHARED_BY = 3
"""Stories a string must stand in."""
_PHOTO = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]*")
_TOKEN = re.compile(r"<[^>]*>|[^<\s]+|\s+")
_LENGTHS = (12, 5, 2, 1)
"""Tokens in a row looked for, the longest first."""
NAME = re.compile(r"([a-z]{2,3})-(\d{4}-\d{2})-([0-9a-f]{8})\.dict")


def name_of(dictionary: bytes, language: str, month: str) -> str:
    """``fa-2026-11-0123abcd.dict``."""
    return f"{language}-{month}-{sha256(dictionary).hexdigest()[:8]}.dict"


def build(pages: Sequence[str], shared_by: int = SHARED_BY, limit: int = MAX_BYTES) -> bytes:
    """The dictionary of these pages, one for each story; the same for the same pages, whatever their order.

    Empty where too few pages share anything. The most useful comes last: the nearer, the cheaper to point to.
    """
    texts = sorted({_PHOTO.sub("", page) for page in pages})
    if len(texts) < shared_by:
        return b""
    cut = [_TOKEN.findall(text) for text in texts]
    chosen: list[tuple[int, str]] = []
    held = ""
    for length in _LENGTHS:
        found = _runs(cut, texts, length, shared_by)
        for worth, run in sorted(found, reverse=True):
            if run not in held:
                chosen.append((worth, run))
                held += "\0" + run
    kept, size = [], 0
    for _, run in sorted(chosen, reverse=True):
        if size + len(run.encode()) <= limit:
            kept.append(run)
            size += len(run.encode())
    return "".join(reversed(kept)).encode()


def _runs(cut: Sequence[list[str]], texts: Sequence[str], length: int, shared_by: int) -> set[tuple[int, str]]:
    """(worth, string): the longest rows of tokens of which every ``length`` in a row stand in enough texts, where the
    whole row does too."""
    counts: Counter[tuple[str, ...]] = Counter()
    for tokens in cut:
        counts.update({tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)})
    runs: set[str] = set()
    for tokens in cut:
        begun: int | None = None
        for at in range(len(tokens) - length + 2):
            common = at <= len(tokens) - length and counts[tuple(tokens[at : at + length])] >= shared_by
            if common and begun is None:
                begun = at
            elif not common and begun is not None:
                runs.update(_shared(tokens[begun : at + length - 1], texts, shared_by))
                begun = None
    return {(len(run) * sum(run in text for text in texts), run) for run in runs if len(run) > 3}


def _shared(tokens: list[str], texts: Sequence[str], shared_by: int) -> set[str]:
    """The row if it stands in enough texts as it is; else the halves of it that do."""
    run = "".join(tokens)
    if sum(run in text for text in texts) >= shared_by:
        return {run}
    if len(tokens) < 2:
        return set()
    middle = len(tokens) // 2
    return _shared(tokens[:middle], texts, shared_by) | _shared(tokens[middle:], texts, shared_by)
