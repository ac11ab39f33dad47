"""Copies of one report: found by parts of their fingerprints, told apart by the whole."""

from operator import eq
from string import ascii_letters, digits

from services.delivery.recent import Recent
from shared.articles import Enrichment
from shared.model import primary

BANDS, ROWS = 10, 2
"""Two texts of which half is the same meet in one of the lists with a likelihood of 0.94, of a tenth in 0.1."""
BAND_READ = 8
"""Copies of one report that are looked at; a list keeps no more."""
SAME = 0.45
"""Estimated share of common text from which on two stories are one report; tuned in tests/unit/test_near.py."""
_DIGITS = 8
_LETTERS = ascii_letters + digits + "+-"


def bands_of(enrichment: Enrichment) -> tuple[str, ...]:
    """Keys of the lists that copies of this text would stand on too; none of a text too short to tell."""
    print_ = enrichment.fingerprint
    width = ROWS * _DIGITS
    if len(print_) < BANDS * width:
        return ()
    spoken = primary(enrichment.language)
    return tuple(f"near:{spoken}:{band}:{print_[band * width : (band + 1) * width]}" for band in range(BANDS))


def sketch_of(fingerprint: str) -> str | None:
    """The last six bits of each of its values, a letter each: an eighth of the room, and wrong about one in 64."""
    return "".join(_LETTERS[byte & 63] for byte in bytes.fromhex(fingerprint)[3::4]) or None


def alike(one: str | None, other: str | None) -> float:
    """How much of both texts is the same, 0 to 1, give or take 0.06; 0 where either is too short to tell."""
    if one is None or other is None or len(one) != len(other):
        return 0.0
    return sum(1 for same in map(eq, one, other) if same) / len(one)


def is_copy(one: Recent, other: Recent) -> bool:
    """True where both are one report. Editions of a story, and a story and the one it replaces, are not copies."""
    if one.family == other.family or one.id == other.supersedes or other.id == one.supersedes:
        return False
    return alike(one.sketch, other.sketch) >= SAME
