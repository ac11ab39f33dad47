"""Whether a site that has just started may show its pages yet."""

from collections.abc import Mapping
from time import monotonic

PATIENCE_S = 30.0
"""So long at most are pages withheld while the site catches up."""


def order(id_: str) -> tuple[int, int]:
    """An entry id as something that can be compared."""
    milliseconds, _, number = id_.partition("-")
    return int(milliseconds), int(number or 0)


class Arrival:
    """From the start of the site to the moment it has read what was already written when it started.

    What it kept from last time may contain stories that were killed while it was down, and a fresh one reads old
    stories before their withdrawals. So it shows nothing until its cursors have reached the newest entry each stream
    had at the start. Two things end the wait early, because an old page is worth more than none: ``PATIENCE_S`` have
    passed, or Redis turned out to be away at the start. Once pages are shown they stay shown, whatever Redis does
    later; ``reached`` goes on telling the truth until everything has been read.
    """

    def __init__(self) -> None:
        self._began = monotonic()
        self._aims: dict[str, str] | None = None
        self._alone = False

    @property
    def reached(self) -> bool:
        """True once everything written before the start has been read."""
        return self._aims == {}

    @property
    def shows(self) -> bool:
        """True if pages may be served."""
        return self.reached or self._alone or monotonic() - self._began >= PATIENCE_S

    def aim(self, newest: Mapping[str, str]) -> None:
        """Stream → the newest id it ever had; only the first call counts."""
        if self._aims is None:
            self._aims = dict(newest)

    def read(self, cursors: Mapping[str, str]) -> None:
        """So far has been read."""
        if self._aims and all(order(cursors[stream]) >= order(aim) for stream, aim in self._aims.items()):
            self._aims = {}

    def read_all(self) -> None:
        """Nothing is left to read: the newest entries may have been deleted, and no cursor ever gets to them."""
        self._aims = {}

    def away(self) -> None:
        """Redis cannot be asked; counts only before it has answered for the first time."""
        self._alone |= self._aims is None
