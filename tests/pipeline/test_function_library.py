"""The function library by itself, on each kind of server this machine has."""

import pytest
from redis.exceptions import OutOfMemoryError, ResponseError

from shared.streams import LIBRARY, SOURCE, Batch, Client, Entry, Group, Op, load_library


@pytest.fixture
async def group(any_redis: Client) -> Group:
    group = Group(any_redis, "t:in", "g", "c1", "t:due", "t:why")
    await group.ensure()
    return group


async def _read(group: Group, *events: str) -> list[Entry]:
    for event in events:
        await group.redis.xadd(group.stream, {"event": event})
    return await group.read(100, 50)


async def _commit(group: Group, *rows: tuple[str, list[Op]]) -> list[str]:
    batch = Batch(group.stream)
    for id_, ops in rows:
        batch.add(id_, ops)
    return await group.commit(batch)


async def test_whoever_acknowledges_publishes_once(group: Group) -> None:
    (entry,) = await _read(group, "a")
    ops: list[Op] = [("add", "t:out", 2, "event", "x")]

    first = await _commit(group, (entry.id, ops))
    again = await _commit(group, (entry.id, ops))

    assert (first, again) == (["OK"], ["GONE"])
    assert await group.redis.xlen("t:out") == 1


async def test_a_decision_on_state_that_changed_is_not_applied(group: Group) -> None:
    one, two = await _read(group, "a", "b")

    answers = await _commit(
        group,
        (one.id, [("save", "t:r", "", "1.0", 2, "f", "one")]),
        (two.id, [("save", "t:r", "", "2.0", 2, "f", "two"), ("add", "t:out", 2, "event", "x")]),
    )

    assert answers == ["OK", "STALE"]
    assert await group.redis.hgetall("t:r") == {b"version": b"1.0", b"f": b"one"}
    assert await group.redis.xlen("t:out") == 0
    assert (await group.redis.xpending(group.stream, "g"))["pending"] == 1


async def test_a_record_never_goes_backwards_even_when_the_decision_names_the_right_version(group: Group) -> None:
    one, two = await _read(group, "a", "b")
    await _commit(group, (one.id, [("save", "t:r", "", "10.4", 0)]))

    answers = await _commit(group, (two.id, [("save", "t:r", "10.4", "9.9", 0)]))

    assert answers == ["STALE"]


async def test_revisions_beyond_what_a_lua_number_holds_are_told_apart(group: Group) -> None:
    one, two, three = await _read(group, "a", "b", "c")

    answers = await _commit(
        group,
        (one.id, [("order", "t:o", "9223372036854775806.0")]),
        (two.id, [("order", "t:o", "9223372036854775807.0")]),
        (three.id, [("order", "t:o", "9223372036854775806.0")]),
    )

    assert answers == ["OK", "OK", "SUPERSEDED"]


async def test_a_superseded_entry_is_finished_and_says_nothing(group: Group) -> None:
    one, two = await _read(group, "a", "b")

    await _commit(
        group,
        (one.id, [("order", "t:o", "2.0"), ("add", "t:out", 2, "event", "new")]),
        (two.id, [("order", "t:o", "1.0"), ("add", "t:out", 2, "event", "old")]),
    )

    assert [fields for _, fields in await group.redis.xrange("t:out")] == [{b"event": b"new"}]
    assert (await group.redis.xpending(group.stream, "g"))["pending"] == 0


@pytest.mark.parametrize(
    ("ops", "complaint"),
    [
        ([("add", "t:out", 2, "event")], "too few arguments"),
        ([("add", "t:out", 3, "event", "x", "y")], "needs pairs"),
        ([("add", "t:out", 0)], "needs fields"),
        ([("shout", "t:out")], "no such operation"),
        ([("save", "t:r", "", "one", 0)], "no version"),
        ([("later", "t:z", "soon", "x")], "needs a number"),
        ([("add", "t:out", 2, "event", "x"), ("drop", "t:out", "extra")], "too many or too few arguments"),
    ],
)
async def test_a_malformed_call_changes_nothing(group: Group, ops: list[Op], complaint: str) -> None:
    (entry,) = await _read(group, "a")
    good: list[Op] = [("add", "t:first", 2, "event", "x")]

    with pytest.raises(ResponseError, match=complaint):
        await _commit(group, (entry.id, good), (entry.id, ops))

    assert await group.redis.exists("t:first", "t:out", "t:r", "t:z") == 0
    assert (await group.redis.xpending(group.stream, "g"))["pending"] == 1


async def test_a_key_of_the_wrong_type_stops_its_entry_alone_and_before_the_first_write(group: Group) -> None:
    one, two = await _read(group, "a", "b")
    await group.redis.set("t:r", "a string")
    broken: list[Op] = [("add", "t:out", 2, "event", "x"), ("save", "t:r", "", "1.0", 0)]

    answers = await _commit(group, (one.id, broken), (two.id, [("add", "t:out", 2, "event", "y")]))

    assert answers[0].startswith("WRONGTYPE t:r is a string")
    assert answers[1] == "OK"
    assert [fields for _, fields in await group.redis.xrange("t:out")] == [{b"event": b"y"}]


async def test_a_parked_entry_returns_when_it_is_due_with_its_attempts(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.park([(entry.id, 3, 0, "boom")])
    assert await group.redis.hget("t:why", entry.id) == b"boom"

    taken, lost = await group.claim_due(60_000, 10)

    assert [(t.id, t.attempts, t.fields) for t in taken] == [(entry.id, 4, {b"event": b"a"})]
    assert lost == []
    assert await group.redis.exists("t:due", "t:why") == 0


async def test_a_parked_entry_is_left_alone_until_it_is_due(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.park([(entry.id, 1, 60_000, "boom")])

    taken, _ = await group.claim_due(0, 10)

    assert taken == []


async def test_parked_entries_whose_alarm_was_deleted_come_back(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.park([(entry.id, 1, 60_000, "boom")])
    await group.redis.delete("t:due")
    await group.claim_due(60_000, 10)

    taken, _ = await group.claim_due(60_000, 10)

    assert [t.id for t in taken] == [entry.id]


async def test_what_a_dead_worker_left_goes_to_another_and_counts_as_an_attempt(group: Group) -> None:
    (entry,) = await _read(group, "a")
    other = Group(group.redis, group.stream, "g", "c2", "t:due", "t:why")

    taken, _ = await other.claim_due(0, 10)

    assert [(t.id, t.attempts) for t in taken] == [(entry.id, 2)]


async def test_a_pending_entry_whose_text_was_deleted_is_told_not_hidden(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.redis.xdel(group.stream, entry.id)

    taken, lost = await group.claim_due(0, 10)

    assert (taken, lost) == ([], [entry.id])
    assert (await group.redis.xpending(group.stream, "g"))["pending"] == 0


async def test_a_name_with_pending_entries_is_never_reaped(group: Group) -> None:
    await _read(group, "a")
    idle = Group(group.redis, group.stream, "g", "c2", "t:due", "t:why")
    await idle.read(1, 10)

    await group.reap(0)

    names = [row["name"] for row in await group.redis.xinfo_consumers(group.stream, "g")]
    assert names == [b"c1"]


async def test_nothing_unfinished_is_trimmed(group: Group) -> None:
    entries = await _read(group, *"abcdef")
    await _commit(group, *((entry.id, []) for entry in entries[:3]))
    await group.redis.xadd(group.stream, {"event": "unread"})

    await group.redis.config_set("stream-node-max-entries", 1)
    await group.trim(0)

    left = [id_.decode() for id_, _ in await group.redis.xrange(group.stream)]
    assert left[0] <= entries[3].id
    assert len(left) >= 4
    assert all(entry.id in left for entry in entries[3:])


async def test_a_stream_without_a_group_is_not_trimmed_by_a_stage(any_redis: Client) -> None:
    await any_redis.xadd("t:in", {"event": "a"})
    group = Group(any_redis, "t:in", "g", "c", "t:due", "t:why")

    assert await group.trim(0) == 0


async def test_a_full_redis_can_be_drained_while_its_door_is_shut(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(OutOfMemoryError):
            await group.redis.xadd(group.stream, {"event": "b"})

        answers = await _commit(group, (entry.id, [("add", "t:out", 2, "event", "x")]))
    finally:
        await group.redis.config_set("maxmemory", 0)

    assert answers == ["OK"]


async def test_loading_is_idempotent_and_never_replaces_a_newer_build(any_redis: Client) -> None:
    newer = SOURCE.replace("-- build ", "-- build 9")
    assert not await load_library(any_redis)
    await any_redis.function_load(newer, replace=True)

    assert not await load_library(any_redis)

    await any_redis.function_delete(LIBRARY)
    assert await load_library(any_redis)


async def test_a_lost_library_is_loaded_by_the_first_call_that_misses_it(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await group.redis.function_delete(LIBRARY)

    assert await _commit(group, (entry.id, [])) == ["OK"]


async def test_what_is_due_enters_its_stream_once(group: Group) -> None:
    (entry,) = await _read(group, "a")
    await _commit(group, (entry.id, [("later", "t:later", 1, "past"), ("later", "t:later", 9_999_999_999_999, "far")]))

    moved = [await group.call("release", ("t:later", "t:in2"), 10) for _ in range(2)]

    assert moved == [1, 0]
    assert [fields for _, fields in await group.redis.xrange("t:in2")] == [{b"event": b"past"}]
    assert await group.redis.zrange("t:later", 0, -1) == [b"far"]
