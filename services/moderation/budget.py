"""The time a check may take, kept by an alarm: one that hangs is left, and its comment waits for a person.

What counts is the processor's time, so that a machine that is busy elsewhere holds nobody's comment. A check that
waits instead of working is left by the clock. One that is stuck in C, where no alarm of Python's reaches it, ends the
process: it is started again, and the entry goes to a worker that counts the attempt.
"""

import faulthandler
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from services.moderation.subject import Check, Limit, Subject, unlimited
from shared.comments import Evidence

T = TypeVar("T")
_STDERR = 2
LEAST_S = 0.001
LAST_RESORT_S = 10.0
"""Of the processor, for one comment: forty times what it may take."""


class Overtime(Exception):  # noqa: N818 - an answer, not a fault
    """The check took longer than it may."""


class Budget:
    """How long each check may take, and all checks of one comment together."""

    def __init__(self, check_ms: int, comment_ms: int, last_resort_s: float = LAST_RESORT_S) -> None:
        self._check_s, self._comment_s, self._last_resort_s = check_ms / 1000, comment_ms / 1000, last_resort_s
        if _in_main_thread():
            # Written by C, whatever holds the interpreter: where the check was, then the end. Lines, never values.
            faulthandler.register(signal.SIGPROF, file=_STDERR, all_threads=False, chain=True)

    @contextmanager
    def of_one_comment(self) -> Iterator[Limit]:
        """What each check of this comment is called by. Outside, no alarm rings.

        Alarms belong to the main thread; in any other, checks take as long as they like.
        """
        with self._kept() as alarm:
            yield alarm.limited if alarm else unlimited

    def spend(self, look: Callable[[], T]) -> T:
        """What ``look`` answers, as one check of a comment of its own. Raises ``Overtime``."""
        with self._kept() as alarm:
            return alarm.within(look) if alarm else look()

    @contextmanager
    def _kept(self) -> "Iterator[_Alarm | None]":
        if not _in_main_thread():
            yield None
            return
        alarm = _Alarm(self._check_s, self._comment_s)
        before = signal.signal(signal.SIGALRM, alarm.ring)
        signal.setitimer(signal.ITIMER_PROF, self._last_resort_s)
        try:
            yield alarm
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


class _Alarm:
    """Of one comment."""

    def __init__(self, check_s: float, comment_s: float) -> None:
        self._check_s, self._left_s = check_s, comment_s
        # Each time it rings a while has passed by the clock, a while that a stopped process did not see counted once.
        self._rings_left = max(1, round(comment_s / check_s))
        self._armed = self._over = False
        self._began = self._may_s = 0.0

    def limited(self, check: Check, subject: Subject) -> tuple[Evidence, ...]:
        """What the check answers. Raises ``Overtime``."""
        return self.within(lambda: check(subject))

    def within(self, look: Callable[[], T]) -> T:
        """What ``look`` answers. Raises ``Overtime``, also where it swallowed the alarm."""
        self._may_s = min(self._check_s, self._left_s)
        if self._may_s <= 0 or self._rings_left <= 0:
            raise Overtime
        self._over, self._began = False, time.thread_time()
        try:
            try:
                self._armed = True
                signal.setitimer(signal.ITIMER_REAL, self._may_s)
                found = look()
            finally:
                self._armed = False
        finally:
            # Again, for an alarm that rings just before the line above; the next one is far away.
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._left_s -= time.thread_time() - self._began
        if self._over:
            raise Overtime
        return found

    def ring(self, _: int, __: FrameType | None) -> None:
        """Python's handler: between two instructions of whatever runs."""
        if not self._armed:
            return
        self._rings_left -= 1
        spare = self._may_s - (time.thread_time() - self._began)
        if spare > 0 and self._rings_left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(spare, LEAST_S))
            return
        self._over = True
        # Once more, if this one is swallowed: by a check that catches everything, or a finaliser that happens to run.
        signal.setitimer(signal.ITIMER_REAL, self._check_s)
        raise Overtime


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
