"""When to stop asking somebody who does not answer, and when to try again."""

from dataclasses import dataclass


@dataclass(slots=True)
class Circuit:
    """Opens after so many failures in a row; after a rest one is let through, and its end is everybody's.

    Times are seconds of any clock that only grows.
    """

    failures_to_open: int = 5
    rest_s: float = 10.0
    _failures: int = 0
    _closed_again_at: float = 0.0
    _trying: bool = False

    @property
    def open(self) -> bool:
        """True while nobody, or one alone, is let through."""
        return self._failures >= self.failures_to_open

    def lets(self, now: float) -> bool:
        """True for who may ask. They must say how it ended: ``went_well``, ``failed`` or ``given_up``."""
        if not self.open:
            return True
        if self._trying or now < self._closed_again_at:
            return False
        self._trying = True
        return True

    def went_well(self) -> bool:
        """True where this closes it."""
        was_open, self._failures, self._trying = self.open, 0, False
        return was_open

    def failed(self, now: float) -> bool:
        """True where this opens it; one that was asked before it opened, and fails later, does not open it again."""
        was_open = self.open
        self._failures, self._trying = self._failures + 1, False
        if self.open:
            self._closed_again_at = now + self.rest_s
        return self.open and not was_open

    def given_up(self) -> None:
        """Whoever was let through was stopped before there was an answer."""
        self._trying = False
