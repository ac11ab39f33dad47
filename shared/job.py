"""What is done with the entries of a stream, and what one commit finishes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.decode import Door
from shared.events import EventData
from shared.outcome import Given, Outcome, Reads
from shared.prepare import Prepare
from shared.streams import Batch, Entry, Op

Decide = Callable[[Any, Given], Outcome | EventData | None]


@dataclass(frozen=True, slots=True)
class Job:
    """One subscription: what is read, how it is decided."""

    kind: type[EventData]
    decide: Decide
    reads: Callable[[Any], Reads] | None = None
    order: Callable[[Any], tuple[str, int]] | None = None
    door: Door | None = None
    prepare: Prepare | None = None


@dataclass(slots=True)
class Portion:
    """What one commit finishes, and what has to wait."""

    batch: Batch
    entries: list[Entry] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    dying: set[str] = field(default_factory=set)
    failures: list[tuple[Entry, Exception]] = field(default_factory=list)

    def add(self, entry: Entry, ops: Sequence[Op], note: str) -> None:
        """Commit ``entry`` with these operations; ``note`` is its word in log and counters."""
        self.batch.add(entry.id, ops)
        self.entries.append(entry)
        self.notes[entry.id] = note
