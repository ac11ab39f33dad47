"""So many requests a minute from each source; who sends more is told when to come back."""


class Rate:
    """A bucket that holds a quarter of a minute's requests and fills evenly."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute, self._most = per_minute, max(1.0, per_minute / 4)
        self._left, self._at = self._most, 0.0

    def wait_s(self, now: float, cost: int = 1) -> float:
        """0 where there is room, which is taken; else after how many seconds there will be.

        ``now`` is in seconds of a clock that only goes forward. What costs more than the bucket holds empties it.
        """
        self._left = min(self._most, self._left + (now - self._at) * self.per_minute / 60)
        self._at = now
        if self._left < min(cost, self._most):
            return (min(cost, self._most) - self._left) * 60 / self.per_minute
        self._left -= cost
        return 0.0
