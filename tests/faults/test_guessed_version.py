"""Within one batch a decision builds on the one before it. What if the one before it did not happen?"""

from shared.streams import Batch, Client, Group


def group(redis: Client, consumer: str) -> Group:
    return Group(redis, "t:in", "g", consumer, "t:due", "t:why")


async def test_a_version_reached_by_somebody_else_is_not_the_one_that_was_built_on(redis: Client) -> None:
    late, quick = group(redis, "late"), group(redis, "quick")
    await late.ensure()
    for name in ("one", "two", "three"):
        await redis.xadd("t:in", {"event": name})
    one, two = await late.read(2, 50)
    (three,) = await quick.read(1, 50)
    other = Batch("t:in")
    other.add(three.id, [("save", "t:story", "", "0.1", 2, "comment", "three")])
    await quick.commit(other)

    # Both were decided while nothing was stored; the second counts on the first to make version 0.1.
    batch = Batch("t:in")
    batch.add(one.id, [("save", "t:story", "", "0.1", 2, "comment", "one")])
    batch.add(two.id, [("save", "t:story", "0.1", "0.2", 2, "comment", "two")])
    answers = await late.commit(batch)

    assert answers == ["STALE", "STALE"]
    assert await redis.hget("t:story", "comment") == b"three"


async def test_nor_is_it_when_somebody_else_finished_the_first(redis: Client) -> None:
    late, quick = group(redis, "late"), group(redis, "quick")
    await late.ensure()
    for name in ("one", "two"):
        await redis.xadd("t:in", {"event": name})
    one, two = await late.read(2, 50)
    other = Batch("t:in")
    # Claimed meanwhile, and decided on newer state: the same version, another content.
    other.add(one.id, [("save", "t:story", "", "0.1", 2, "comment", "newer")])
    await quick.commit(other)

    batch = Batch("t:in")
    batch.add(one.id, [("save", "t:story", "", "0.1", 2, "comment", "one")])
    batch.add(two.id, [("save", "t:story", "0.1", "0.2", 2, "comment", "two")])
    answers = await late.commit(batch)

    assert answers == ["GONE", "STALE"]
