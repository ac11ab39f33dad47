"""What must hold of the streams as they are; pure: events in, what is wrong out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]


@dataclass
class Check:
    """One promise: how many things were looked at, and each that broke it."""

    promise: str
    looked_at: int = 0
    broken: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        """Count one; remember ``what`` where it does not hold."""
        self.looked_at += 1
        if not holds:
            self.broken.append(what)


@dataclass(frozen=True, slots=True)
class Fact:
    """The part of an event the auditor judges. ``item``: what its revisions are counted of."""

    stream: str
    entry: str
    event: str
    item: str
    article: str
    revision: int
    sequence: int | None
    withdrawn: bool
    killed: bool
    comment: bool


def fact(stream: str, entry: str, event: dict[str, Any], data: dict[str, Any]) -> Fact | None:
    """None where the event has no revision, so nothing about order can be asked of it."""
    if data.get("if_known") is True and stream.endswith(".submitted"):
        # Where the id never came it has no outcome, and none is owed.
        return None
    revision, sequence = data.get("revision"), data.get("sequence")
    article = str(data.get("article_id") or data.get("id") or "")
    item = str(data.get("comment_id") or data.get("id") or article)
    if not isinstance(revision, int) or isinstance(revision, bool) or not item:
        return None
    killed = "killed" in (data.get("change"), data.get("action"))
    withdrawn = killed or str(event.get("type", "")).startswith("lightwire.rendition.withdrawn")
    comment = bool(data.get("comment_id")) or stream.startswith("comments.")
    sequence = sequence if isinstance(sequence, int) else None
    return Fact(stream, entry, str(event.get("id")), item, article, revision, sequence, withdrawn, killed, comment)


class Auditor:
    """Takes the facts of each stream in their order, judges at once what can be, the rest in ``finish``."""

    def __init__(self) -> None:
        self.backwards = Check("revisions never go backwards on a stream")
        self.sequences = Check("sequences grow with every rendition of an article")
        self.twice = Check("no event is on a stream twice")
        self.killed = Check("nothing is shown after a kill until a greater revision")
        self.outcomes = Check("every submitted revision has an outcome")
        self._newest: dict[Key, int] = {}
        self._sequence: dict[Key, int] = {}
        self._kill: dict[Key, int] = {}
        self._ids: dict[str, set[str]] = {}
        self._passed: dict[Key, int] = {}
        self._submitted: list[Fact] = []

    @property
    def checks(self) -> Iterator[Check]:
        """All of them, in the order a reader wants."""
        yield from (self.outcomes, self.twice, self.backwards, self.sequences, self.killed)

    def see(self, seen: Fact) -> None:
        """Take the next fact of a stream."""
        noun = "comments" if seen.comment else "articles"
        if seen.stream.endswith(".submitted"):
            self._submitted.append(seen)
            return
        if seen.stream.endswith(".ingested"):
            key = (noun, seen.item)
            self._passed[key] = max(self._passed.get(key, -1), seen.revision)
        where = f"{seen.stream} {seen.entry} {seen.item}"
        ids = self._ids.setdefault(seen.stream, set())
        self.twice.expect(seen.event not in ids, f"{where}: event {seen.event} again")
        ids.add(seen.event)
        self._order(seen, where)
        if seen.stream in ("renditions.full", "renditions.light"):
            self._after_kill(seen, where)

    def _order(self, seen: Fact, where: str) -> None:
        key = (seen.stream, seen.item)
        newest = self._newest.get(key, -1)
        self.backwards.expect(seen.revision >= newest, f"{where}: revision {seen.revision} after {newest}")
        self._newest[key] = max(newest, seen.revision)
        if seen.sequence is not None:
            key = (seen.stream, seen.article)
            last = self._sequence.get(key, -1)
            self.sequences.expect(seen.sequence > last, f"{where}: sequence {seen.sequence} after {last}")
            self._sequence[key] = max(last, seen.sequence)

    def _after_kill(self, seen: Fact, where: str) -> None:
        key = (seen.stream, seen.article)
        kill = self._kill.get(key, -1)
        if seen.killed:
            self._kill[key] = max(kill, seen.revision)
        elif not seen.withdrawn:
            self.killed.expect(
                seen.revision > kill, f"{where}: revision {seen.revision} shown after the kill of {kill}"
            )

    def finish(self, unfinished: set[tuple[str, str]], dead: set[tuple[str, str]], ledgers: dict[Key, int]) -> None:
        """Judge outcomes. ``unfinished`` and ``dead`` hold (stream, entry id); ledgers (noun, id) → newest revision."""
        for seen in self._submitted:
            key = ("comments" if seen.comment else "articles", seen.item)
            # Passed itself, or overtaken by a greater revision; the ledger knows what trimmed streams no longer tell.
            known = max(self._passed.get(key, -1), ledgers.get(key, -1)) >= seen.revision
            settled = known or (seen.stream, seen.entry) in unfinished | dead
            self.outcomes.expect(settled, f"{seen.stream} {seen.entry} {seen.item}: revision {seen.revision} is lost")

    @property
    def items(self) -> set[Key]:
        """(noun, id) of everything submitted whose outcome the streams alone do not tell."""
        found = {("comments" if seen.comment else "articles", seen.item): seen.revision for seen in self._submitted}
        return {key for key, revision in found.items() if self._passed.get(key, -1) < revision}
