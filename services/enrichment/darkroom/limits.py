"""How large a picture may be, and what developing it may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a picture is refused; see the darkroom's settings."""

    max_bytes: int = 20 * 2**20
    """Length of the original."""
    max_pixels: int = 50_000_000
    """Width times height, as its header says, before anything is decoded."""
    memory_bytes: int = 768 * 2**20
    """Address space of the process that decodes it."""
    seconds: int = 60
    """Time that process may take, by the clock and of a core alike."""


class Unusable(Exception):  # noqa: N818 - an answer to the newsroom, not a fault of ours
    """The picture cannot be shown; the message says what is wrong and what to send instead."""
