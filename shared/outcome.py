"""What a decision is given and what it answers; pure data, so that decisions need no transport to be tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from shared.events import Event, EventData


@dataclass(frozen=True, slots=True)
class Record:
    """One stored thing: named fields under a version that only grows."""

    version: str = ""
    """``revision.seq``; empty where nothing is stored."""
    fields: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """False where nothing is stored."""
        return self.version != ""

    @property
    def revision(self) -> int:
        """0 where nothing is stored."""
        return int(self.version.split(".")[0]) if self.version else 0

    @property
    def seq(self) -> int:
        """0 where nothing is stored."""
        return int(self.version.split(".")[1]) if self.version else 0


@dataclass(frozen=True, slots=True)
class Reads:
    """What a decision must know; read in one round trip for a whole batch. Keys are names without the prefix."""

    records: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    """Key → the fields wanted, ``None`` for all. The version always comes along."""
    newest: Mapping[str, int] = field(default_factory=dict)
    """Key of an index → how many of its newest members."""
    blobs: Sequence[str] = ()
    """Keys of plain values."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a decision may know beside its event. Time arrives as data: the clock of Redis, one for all workers."""

    now: datetime
    event: Event[Any]
    records: Mapping[str, Record] = field(default_factory=dict)
    newest: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    blobs: Mapping[str, bytes | None] = field(default_factory=dict)
    found: object = None
    """What was prepared for it, where its job prepares anything."""


@dataclass(frozen=True, slots=True)
class Save:
    """Replace fields of a record that was read; refused if its version changed since.

    (revision, seq) must be greater than what is stored, so nothing ever goes backwards.
    """

    key: str
    revision: int
    seq: int
    fields: Mapping[str, bytes] = field(default_factory=dict)
    unset: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """Publish an event on its own stream at a time to come. Equal events at one time are one."""

    at: datetime
    data: EventData


@dataclass(frozen=True, slots=True)
class Blob:
    """Store a value; ``keep_ms`` of ``None`` keeps it until it is dropped."""

    key: str
    content: bytes
    keep_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Expire:
    """Let a key live for so much longer only."""

    key: str
    keep_ms: int


@dataclass(frozen=True, slots=True)
class Index:
    """Put a member into a list ordered by score, of which the ``keep`` greatest are kept."""

    key: str
    score: float
    member: bytes
    keep: int


@dataclass(frozen=True, slots=True)
class Unindex:
    """Take a member out of such a list."""

    key: str
    member: bytes


@dataclass(frozen=True, slots=True)
class Put:
    """Set one field of an unversioned hash; the last writer wins."""

    key: str
    field: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that happens when the cause is acknowledged: all of it or, if another was first, nothing."""

    publish: Sequence[EventData] = ()
    save: Sequence[Save] = ()
    later: Sequence[Later] = ()
    blobs: Sequence[Blob] = ()
    drop: Sequence[str] = ()
    expire: Sequence[Expire] = ()
    index: Sequence[Index] = ()
    unindex: Sequence[Unindex] = ()
    put: Sequence[Put] = ()
    note: str | None = None
    """A stable word for the log and the counters where nothing else tells: ``stale``, ``duplicate``."""


def together(*parts: Outcome) -> Outcome:
    """One outcome of several: everything any of them does, in their order, under the first note."""
    told = {field.name: tuple(one for part in parts for one in getattr(part, field.name))
            for field in fields(Outcome) if field.name != "note"}  # fmt: skip
    return Outcome(**told, note=next((part.note for part in parts if part.note), None))
