"""Hypothesis drives the function library against a model of what it promises, with and without versions."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import redis as sync_redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.streams import SOURCE
from tests.server import binaries, running

ITEMS = st.sampled_from("abc")
REVISIONS = st.integers(0, 12)
WORKERS = st.sampled_from(["w1", "w2"])
STREAM, GROUP, OUT = "m:in", "g", "m:out"


@dataclass
class Model:
    """What must be true, in plain Python."""

    pending: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Entry → (owner, attempts)."""
    unread: list[str] = field(default_factory=list)
    parked: set[str] = field(default_factory=set)
    out: list[str] = field(default_factory=list)
    records: dict[str, tuple[int, int]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)


class Library(RuleBasedStateMachine):
    """Two workers, three items, any interleaving."""

    client: Any

    @initialize()
    def begin(self) -> None:
        self.client.flushall()
        self.client.function_load(SOURCE, replace=True)
        self.client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        self.model = Model()

    @rule()
    def a_producer_publishes(self) -> None:
        self.model.unread.append(self.client.xadd(STREAM, {"event": "x"}).decode())

    @rule(worker=WORKERS, count=st.integers(1, 3))
    def a_worker_reads(self, worker: str, count: int) -> None:
        answer = self.client.xreadgroup(GROUP, worker, {STREAM: ">"}, count=count)
        rows = answer.items() if isinstance(answer, dict) else answer or ()
        ids = [id_.decode() for _, found in rows for id_, _ in (found[0] if isinstance(found[0], list) else found)]
        expected = self.model.unread[:count]
        assert ids == expected
        del self.model.unread[:count]
        self.model.pending.update(dict.fromkeys(ids, (worker, 1)))

    def _commit(self, *entries: list[Any]) -> list[str]:
        args = [part for entry in entries for part in entry]
        keys = [STREAM, OUT, "m:r:a", "m:r:b", "m:r:c", "m:o:a", "m:o:b", "m:o:c"]
        answer = self.client.fcall("lightwire_commit_v1", len(keys), *keys, GROUP, len(entries), *args)
        return [word.decode() for word in answer]

    def _any_entry(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted({*self.model.pending, *self.model.done})))

    @precondition(lambda self: self.model.pending or self.model.done)
    @rule(data=st.data())
    def a_worker_commits_without_a_version(self, data: st.DataObject) -> None:
        id_ = self._any_entry(data)

        (answer,) = self._commit([id_, 1, "add", 2, 2, "event", id_])

        assert answer == ("OK" if id_ in self.model.pending else "GONE")
        if answer == "OK":
            self._finish(id_)
            self.model.out.append(id_)

    @precondition(lambda self: self.model.pending or self.model.done)
    @rule(data=st.data(), item=ITEMS, revision=REVISIONS, honest=st.booleans())
    def a_worker_commits_on_state(self, data: st.DataObject, item: str, revision: int, honest: bool) -> None:
        id_ = self._any_entry(data)
        stored = self.model.records.get(item)
        seen = stored if honest else data.draw(st.sampled_from([None, (0, 0), (3, 3), stored]))
        expected = "" if seen is None else f"{seen[0]}.{seen[1]}"
        new = (revision, (seen[1] if seen else 0) + 1)
        key = 3 + "abc".index(item)

        (answer,) = self._commit(
            [id_, 2, "add", 2, 2, "event", id_, "save", key, expected, f"{new[0]}.{new[1]}", 2, "f", id_]
        )

        applies = seen == stored and (stored is None or new > stored)
        wanted = "GONE" if id_ not in self.model.pending else "OK" if applies else "STALE"
        assert answer == wanted
        if answer == "OK":
            self._finish(id_)
            self.model.out.append(id_)
            self.model.records[item] = new

    @precondition(lambda self: self.model.pending)
    @rule(data=st.data(), item=ITEMS, revision=REVISIONS)
    def a_worker_commits_in_order(self, data: st.DataObject, item: str, revision: int) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.model.pending)))
        key = 6 + "abc".index(item)

        answers = self._commit(*[[id_, 2, "order", key, f"{revision}.0", "add", 2, 2, "event", id_]] * 2)

        newer = revision > self.model.order.get(item, -1)
        assert answers == ["OK" if newer else "SUPERSEDED", "GONE"]
        self._finish(id_)
        if newer:
            self.model.out.append(id_)
            self.model.order[item] = revision

    def _finish(self, id_: str) -> None:
        del self.model.pending[id_]
        self.model.parked.discard(id_)
        self.model.done.add(id_)

    @precondition(lambda self: self.model.pending or self.model.done)
    @rule(data=st.data(), attempts=st.integers(1, 5), delay=st.sampled_from([0, 3_600_000]))
    def a_worker_parks(self, data: st.DataObject, attempts: int, delay: int) -> None:
        id_ = self._any_entry(data)

        parked = self.client.fcall("lightwire_park_v1", 3, STREAM, "m:due", "m:why", GROUP, id_, attempts, delay, "why")

        assert parked == (1 if id_ in self.model.pending else 0)
        if parked:
            self.model.pending[id_] = ("_parked", attempts)
            (self.model.parked.discard if delay else self.model.parked.add)(id_)

    @rule(worker=WORKERS)
    def a_worker_claims_what_is_due(self, worker: str) -> None:
        keys = (STREAM, "m:due", "m:why")
        taken, lost = self.client.fcall("lightwire_claim_due_v1", 3, *keys, GROUP, worker, 3_600_000, 100)

        assert lost == []
        assert {id_.decode() for id_, _, _ in taken} == self.model.parked
        for id_, attempts, _ in taken:
            assert attempts == self.model.pending[id_.decode()][1] + 1
            self.model.pending[id_.decode()] = (worker, attempts)
        self.model.parked.clear()

    @rule(worker=WORKERS)
    def a_worker_takes_over_everything_left_lying(self, worker: str) -> None:
        keys = (STREAM, "m:due", "m:why")
        taken, _ = self.client.fcall("lightwire_claim_due_v1", 3, *keys, GROUP, worker, 0, 100)

        expected = self.model.parked | {i for i, (owner, _) in self.model.pending.items() if owner != "_parked"}
        assert {id_.decode() for id_, _, _ in taken} == expected
        for id_, attempts, _ in taken:
            self.model.pending[id_.decode()] = (worker, attempts)
        self.model.parked.clear()

    @rule()
    def somebody_tidies_up(self) -> None:
        self.client.fcall("lightwire_reap_v1", 1, STREAM, GROUP, 0, "w1")
        self.client.fcall("lightwire_trim_acked_v1", 1, STREAM, 0, 1)

    @invariant()
    def everything_is_where_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = self.client.xpending_range(STREAM, GROUP, "-", "+", 1000)
        owners = {r["message_id"].decode(): (r["consumer"].decode(), r["times_delivered"]) for r in rows}
        assert owners == self.model.pending
        assert [f[b"event"].decode() for _, f in self.client.xrange(OUT)] == self.model.out
        here = {id_.decode() for id_, _ in self.client.xrange(STREAM)}
        assert here >= {*self.model.pending, *self.model.unread}


def test_the_function_library_does_what_the_model_says() -> None:
    folder = Path(mkdtemp())
    for name, binary in sorted(binaries().items()):
        (folder / name).mkdir()
        with running(binary, folder / name) as server:
            Library.client = sync_redis.Redis.from_url(server.url)
            try:
                Library.TestCase.settings = settings(
                    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
                )
                Library.TestCase("runTest").runTest()
            finally:
                Library.client.close()
