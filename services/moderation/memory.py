"""A state in memory that moves on as a commit moves the one in Redis: for replaying what happened, and for tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.events import Event
from shared.outcome import Given, Outcome, Reads, Record


class Memory:
    """Records, lists by score, and plain values."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.lists: dict[str, dict[bytes, float]] = {}
        self.blobs: dict[str, bytes | None] = {}
        self.fades: dict[str, int] = {}
        """Key → milliseconds it was to live from its newest change on."""
        self.unsure: set[str] = set()
        """Keys of records that what happened does not tell for certain; they are in no list of ``records``."""

    def given(self, reads: Reads, event: Event[Any], now: datetime) -> Given:
        """What a decision that reads this is given: the fields it named, no others."""
        records = {key: self._seen(key, fields) for key, fields in reads.records.items()}
        newest = {key: self._newest(key)[:count] for key, count in reads.newest.items()}
        return Given(now, event, records, newest, {key: self.blobs.get(key) for key in reads.blobs})

    def apply(self, outcome: Outcome) -> None:
        """Everything an outcome writes. Raises ``ValueError`` for a record that would go backwards."""
        for save in outcome.save:
            before = self.records.get(save.key, Record())
            if before.exists and (save.revision, save.seq) <= (before.revision, before.seq):
                raise ValueError(f"{save.key}: {save.revision}.{save.seq} after {before.version}")
            fields = {k: v for k, v in {**before.fields, **save.fields}.items() if k not in save.unset}
            self.records[save.key] = Record(f"{save.revision}.{save.seq}", fields)
        self.blobs.update({blob.key: blob.content for blob in outcome.blobs})
        self.blobs.update(dict.fromkeys(outcome.drop))
        self.fades.update({one.key: one.keep_ms for one in outcome.expire})
        for gone in outcome.unindex:
            self.lists.get(gone.key, {}).pop(gone.member, None)
        for index in outcome.index:
            self.lists.setdefault(index.key, {})[index.member] = index.score
            for member in self._newest(index.key)[index.keep :]:
                del self.lists[index.key][member]

    def _newest(self, key: str) -> list[bytes]:
        found = self.lists.get(key, {})
        return sorted(found, key=lambda member: (found[member], member), reverse=True)

    def _seen(self, key: str, fields: Sequence[str] | None) -> Record:
        record = self.records.get(key, Record())
        if fields is None:
            return record
        return Record(record.version, {name: value for name, value in record.fields.items() if name in fields})
