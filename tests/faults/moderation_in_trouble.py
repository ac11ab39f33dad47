"""Moderation with checks that never return: ``python -m tests.faults.moderation_in_trouble``."""

from collections import deque
from functools import partial
from itertools import repeat

from services.moderation import app
from services.moderation.budget import Budget
from services.moderation.checks import CHECKS
from services.moderation.settings import Settings
from services.moderation.subject import Subject
from shared.comments import Evidence
from shared.run import main
from shared.stage import Stage

STUCK, BUSY = "Stuck in C.", "Busy in Python."


def never_back(subject: Subject) -> tuple[Evidence, ...]:
    """One comment ends in a loop of Python, where an alarm reaches it; one in a loop of C, where none does."""
    while subject.text == BUSY:
        pass
    if subject.text == STUCK:
        deque(repeat(0), maxlen=0)
    return ()


def build(settings: Settings) -> Stage:
    """The real stage, its last resort sooner."""
    vars(app)["Budget"] = partial(Budget, last_resort_s=0.3)
    return app.build(settings, (("never_back", never_back), *CHECKS))


if __name__ == "__main__":
    main("moderation", build, Settings)
