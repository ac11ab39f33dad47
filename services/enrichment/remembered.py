"""Answers that are kept, for questions that come again and again: a desk's words."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 65_536
LONGEST = 100
"""Letters without a space beyond which nobody calls it a word; what is longer is asked each time and not kept."""


class Remembered(dict[str, T], Generic[T]):
    """``remembered[text]`` is ``ask(text)``, asked once; made for ``map(remembered.__getitem__, texts)``.

    A dictionary that is emptied when full takes half the time of ``functools.lru_cache``, which writes at every look.
    """

    def __init__(self, ask: Callable[[str], T], most: int = MOST) -> None:
        super().__init__()
        self._ask, self._most = ask, most

    def __missing__(self, text: str) -> T:
        answer = self._ask(text)
        if len(text) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = answer
        return answer
