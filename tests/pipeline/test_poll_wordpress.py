"""WordPress is polled in the order of changes, by the clock on its wall, with or without its password."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.ingest.pollers import wordpress as module
from services.ingest.pollers.table import Polled
from shared.streams import Client
from tests.pipeline.poll_house import (
    Asked,
    Newsroom,
    Says,
    Until,
    again,
    newsroom,
    polling,
    settings,
    settled,
    source,
    told,
)
from tests.server import Server

POSTS = "/wp-json/wp/v2/posts"
PASSWORD = {"user": "ada", "password": "abcd efgh ijkl"}
LONG_AGO = {"first_days": 36_500}


class Site:
    """What WordPress does with posts: filter by its own clock, sort, cut into pages, hide what is not public."""

    def __init__(self, room: Newsroom) -> None:
        self.posts: list[dict[str, Any]] = []
        self.between: list[dict[str, Any]] = []
        """Changed by somebody while a list is read: one after each page."""
        room.answers[POSTS] = self.answer

    def says(self, id_: int, modified: str, revision: int = 1, status: str = "usable", *, hidden: bool = False) -> None:
        self.posts = [post for post in self.posts if post["id"] != str(id_)]
        text = {"revision": revision, "status": status, "headline": f"Bridge opens, {revision}"}
        self.posts.append({"id": str(id_), "modified": modified, "hidden": hidden, **text})

    def answer(self, asked: Asked) -> Says:
        query, trusted = asked.query, asked.headers.get("authorization", "")
        if trusted and b64decode(trusted.removeprefix("Basic ")).decode() != "ada:abcd efgh ijkl":
            return Says(401)
        if "status" in query and not trusted:
            return Says(400, b'{"code": "rest_invalid_param"}')
        found = [post for post in self.posts if post["modified"] > query["modified_after"]]
        found = [post for post in found if not post["hidden"] or "trash" in query.get("status", "")]
        found.sort(key=lambda post: post["modified"])
        size, page = int(query["per_page"]), int(query["page"])
        pages = -(-len(found) // size)
        if page > max(pages, 1):
            return Says(400, b'{"code": "rest_post_invalid_page_number"}')
        shown = [{k: v for k, v in post.items() if k != "hidden"} for post in found[(page - 1) * size : page * size]]
        if self.between:
            change = self.between.pop(0)
            self.says(change["id"], change["modified"], change["revision"])
        return Says(200, json.dumps(shown).encode(), {"X-WP-TotalPages": str(pages)})


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with newsroom() as found:
        yield found


@pytest.fixture
def site(room: Newsroom) -> Site:
    return Site(room)


def desk(room: Newsroom, **poll: Any) -> Polled:
    return source(room.at(POSTS), adapter="wordpress", **{**LONG_AGO, **poll})


async def test_posts_are_submitted_in_the_order_of_their_changes_and_once(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(2, "2026-11-26T12:00:00")
    site.says(1, "2026-11-26T10:00:00")

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)
        site.says(1, "2026-11-26T13:00:00", 2)
        await again(redis, until)
        await again(redis, until)

    assert await told(redis) == [("1", 1, "usable"), ("2", 1, "usable"), ("1", 2, "usable")]
    # A busy machine may begin one poll more before it is told to stop; it asks as the one before.
    first, *later = [one.query["modified_after"] for one in room.asked[1:]]
    assert (first, later[0], {*later}) == ("2026-11-26T10:00:00", "2026-11-26T11:00:00", {"2026-11-26T11:00:00"})


async def test_the_hour_that_is_told_twice_in_autumn_hides_no_change(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(1, "2026-10-25T02:50:00")

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)
        # Twenty minutes later, by the clock on the wall forty minutes earlier.
        site.says(2, "2026-10-25T02:10:00")
        await again(redis, until)

    assert await told(redis) == [("1", 1, "usable"), ("2", 1, "usable")]


async def test_without_a_password_only_what_is_public_is_asked_for_and_what_vanishes_is_no_kill(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(1, "2026-11-26T10:00:00")

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)
        site.says(1, "2026-11-26T11:00:00", 2, "canceled", hidden=True)
        await again(redis, until)

    assert await told(redis) == [("1", 1, "usable")]
    assert all("authorization" not in one.headers and "status" not in one.query for one in room.asked)


async def test_with_its_password_what_goes_to_the_trash_is_seen(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(1, "2026-11-26T10:00:00")

    async with polling(settings(redis_server, room), desk(room, **PASSWORD)):
        await settled(redis, until)
        site.says(1, "2026-11-26T11:00:00", 2, "canceled", hidden=True)
        await again(redis, until)

    assert await told(redis) == [("1", 1, "usable"), ("1", 2, "canceled")]
    assert room.asked[0].query["context"] == "edit"


async def test_a_password_that_is_refused_is_a_failure_and_no_kill(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(1, "2026-11-26T10:00:00")

    async with polling(settings(redis_server, room), desk(room, user="ada", password="wrong")):
        memory = await settled(redis, until)

    assert memory["failures"] == 1
    assert await told(redis) == []


async def test_a_password_never_follows_a_redirect_to_another_host(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    async with newsroom() as other:
        room.answers[POSTS] = Says(307, headers={"Location": other.at(POSTS)})
        given = settings(redis_server, room, poll_inside=f"localhost:{room.port},localhost:{other.port}")
        async with polling(given, desk(room, **PASSWORD)):
            memory = await settled(redis, until)

        assert (memory["failures"], other.asked) == (1, [])


async def test_a_password_is_not_sent_without_tls_to_a_host_on_the_internet(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    async with polling(settings(redis_server, room, poll_inside=""), desk(room, **PASSWORD)):
        memory = await settled(redis, until)

    assert (memory["failures"], room.asked) == (1, [])


async def test_no_post_is_missed_while_others_change_between_two_pages(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 5)
    for n in range(20):
        site.says(n, f"2026-11-26T10:{n:02}:00")
    # Whoever is changed moves to the end, and all behind move up by one: by number of page, one would be skipped.
    site.between = [{"id": n, "modified": f"2026-11-26T11:{n:02}:00", "revision": 2} for n in range(4)]

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)

    assert {(id_, revision) for id_, revision, _ in await told(redis)} >= {(str(n), 1) for n in range(20)}
    assert {(str(n), 2) for n in range(4)} <= {(id_, revision) for id_, revision, _ in await told(redis)}


async def test_many_posts_of_one_second_are_read_page_by_page(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 5)
    for n in range(23):
        site.says(n, "2026-11-26T10:00:00")
    site.says(99, "2026-11-26T10:00:01")

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)

    assert sorted(int(id_) for id_, _, _ in await told(redis)) == [*range(23), 99]


async def test_a_long_list_is_read_in_several_polls_and_goes_on_where_the_last_ended(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 5)
    monkeypatch.setattr(module, "PAGES_AT_ONCE", 2)
    for n in range(40):
        site.says(n, f"2026-11-26T10:{n // 10:02}:00")

    async with polling(settings(redis_server, room), desk(room)):

        async def all_there() -> bool:
            # The next poll is due in some seconds, not in minutes.
            await redis.hset("lightwire:poll:desk", "due", 0)
            return len(await told(redis)) >= 40

        await until(all_there)

    assert sorted(int(id_) for id_, _, _ in await told(redis)) == list(range(40))


async def test_one_post_that_is_refused_keeps_none_of_the_others(
    redis: Client, redis_server: Server, room: Newsroom, site: Site, until: Until
) -> None:
    site.says(1, "2026-11-26T10:00:00")
    site.says(2, "2026-11-26T11:00:00", revision=-1)
    site.says(3, "2026-11-26T12:00:00")

    async with polling(settings(redis_server, room), desk(room)) as pollers:
        memory = await settled(redis, until)

    assert await told(redis) == [("1", 1, "usable"), ("3", 1, "usable")]
    assert memory["failures"] == 0
    assert pollers._meters.entries.labels("desk", "refused")._value.get() == 1


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b"null", b"[" * 100_000, b'[1, null, {"modified": 7}, {"modified": "soon"}]']
)
async def test_what_is_no_list_of_posts_breaks_nothing(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, body: bytes
) -> None:
    room.answers[POSTS] = Says(200, body)

    async with polling(settings(redis_server, room), desk(room)):
        await settled(redis, until)

    assert await told(redis) == []
