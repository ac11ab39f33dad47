"""What a simulated newsroom does next: mostly publish, now and then correct, embargo and kill what it has out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

HELD_FOR = timedelta(seconds=20)
"""An embargo of the simulation: short enough that some end while it runs."""
MOST_OUT = 1_000
"""Stories it may still change; older ones are left alone, so that a long run stays small."""


class Deed(StrEnum):
    """What is done to a story."""

    PUBLISH = "publish"
    CORRECT = "correct"
    EMBARGO = "embargo"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Act:
    """One revision of one story, in no format yet."""

    deed: Deed
    id: str
    revision: int
    """Milliseconds since 1970, growing for each story: in most formats the time of the change is the revision."""
    number: int
    at: datetime
    embargoed_until: datetime | None = None

    @property
    def headline(self) -> str:
        """Told apart by number, so that a person finds it again."""
        said = {Deed.CORRECT: "corrected: ", Deed.EMBARGO: "not before its time: "}.get(self.deed, "")
        return f"Simulated story {self.number}, {said}the harbour opens its books"

    @property
    def body_html(self) -> str:
        """Two short paragraphs."""
        return (
            f"<p>Story {self.number} of a simulated newsroom. Nobody should read it as news.</p>"
            "<p>The harbour authority published twelve years of water samples on Monday.</p>"
        )


class Desk:
    """Decides by ``seed`` alone, so that the same run can be had again."""

    def __init__(self, run: str, seed: int) -> None:
        self._run, self._random = run, Random(seed)  # noqa: S311 - a play, not a secret
        self._out: dict[str, Act] = {}
        self._number = 0
        self.killed: dict[str, int] = {}
        """Id → revision of its kill."""

    def next(self, now: datetime) -> Act:
        """The next act. Whether it was accepted does not matter to what follows; see ``undone``."""
        deed = self._random.choices(list(Deed), (60, 20, 10, 10))[0]
        if deed in {Deed.CORRECT, Deed.KILL} and not self._out:
            deed = Deed.PUBLISH
        if deed in {Deed.PUBLISH, Deed.EMBARGO}:
            self._number += 1
            until = now + HELD_FOR if deed is Deed.EMBARGO else None
            act = Act(deed, f"urn:lightwire:simulated:{self._run}:{self._number}", _ms(now), self._number, now, until)
        else:
            before = self._out.pop(self._random.choice(list(self._out)))
            held = before.embargoed_until if deed is Deed.CORRECT else None
            act = Act(deed, before.id, max(_ms(now), before.revision + 1), before.number, now, held)
        if deed is Deed.KILL:
            self.killed[act.id] = act.revision
        else:
            self._out[act.id] = act
            if len(self._out) > MOST_OUT:
                self._out.pop(next(iter(self._out)))
        return act

    def undone(self, act: Act) -> None:
        """It was not accepted: a kill that nobody heard is none to look for."""
        if act.deed is Deed.KILL:
            self.killed.pop(act.id, None)


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
