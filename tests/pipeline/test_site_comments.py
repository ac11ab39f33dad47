"""What a reader writes in the form reaches moderation, once, or the page says why not and still holds the words."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.site import remarks
from services.site.forms import token
from services.site.settings import Settings
from shared.document import Thread
from shared.events import CommentSubmitted, envelope
from tests.pipeline.site_house import caught_up, entries, open_site, published, remark, settings, story, tell, withdrawn
from tests.server import Server

FORM = "/en/comment/a.html"
STREAM = "lightwire:comments.submitted"
Until = Callable[..., Awaitable[None]]
SAID = remark("c/1?&", "Who <b>paid</b>?")


@pytest.fixture
def chosen(redis_server: Server, tmp_path: Path) -> Settings:
    return settings(redis_server.url, tmp_path, comments_per_minute=3)


@pytest.fixture
async def client(redis: Redis, chosen: Settings, until: Until) -> AsyncIterator[httpx.AsyncClient]:
    """A site that shows one story with one comment."""
    thread = Thread(open=True, total=1, items=(SAID,))
    async with open_site(chosen) as opened:
        await tell(redis, published("a", 1), story("a", 1, comments=thread))
        await until(lambda: caught_up(redis, opened))
        yield opened


@pytest.fixture
def old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the form had lain open for a minute."""
    monkeypatch.setattr(remarks, "token", lambda secret, id_, at: token(secret, id_, at - 60))


async def filled(client: httpx.AsyncClient, path: str = FORM, **fields: str) -> dict[str, str]:
    """The fields of the form as a browser would send them."""
    page = (await client.get(path)).text
    given = re.search(r'name="token" value="([^"]+)"', page)
    assert given
    return {"token": given[1], "website": "", "name": "", "body": ""} | fields


async def submitted(redis: Redis) -> list[CommentSubmitted]:
    found = [
        envelope(CommentSubmitted).model_validate_json(entry.fields[b"event"]) for entry in await entries(redis, STREAM)
    ]
    return [event.data for event in found if event.data]


@pytest.mark.usefixtures("old_enough")
async def test_a_comment_goes_to_moderation_and_its_reader_is_thanked(client: httpx.AsyncClient, redis: Redis) -> None:
    body = "نیم‌فاصله می‌ماند.\r\n\r\nSecond paragraph & <b>no markup</b>"

    sent = await client.post(FORM, data=await filled(client, body=body, name="  سارا   م "))
    thanks = await client.get(sent.headers["location"])

    (event,) = await submitted(redis)
    assert (sent.status_code, sent.headers["location"]) == (303, FORM + "?sent=1")
    assert "Thank you" in thanks.text
    assert (event.article_id, event.parent_id, event.revision) == ("a", None, 1)
    assert event.body == body.replace("\r\n", "\n")
    assert event.author is not None
    assert event.author.name == "سارا م"


@pytest.mark.usefixtures("old_enough")
async def test_an_answer_names_what_it_answers_and_shows_it_as_text(client: httpx.AsyncClient, redis: Redis) -> None:
    path = FORM + "?to=c%2F1%3F%26"

    page = await client.get(path)
    await client.post(FORM, data=await filled(client, path, body="I did", to=SAID.id))

    assert "Who &lt;b&gt;paid&lt;/b&gt;?" in page.text
    assert [event.parent_id for event in await submitted(redis)] == [SAID.id]


@pytest.mark.usefixtures("old_enough")
async def test_two_comments_of_one_reader_have_nothing_in_common(client: httpx.AsyncClient, redis: Redis) -> None:
    for body in ("one", "two"):
        await client.post(FORM, data=await filled(client, body=body))

    first, second = await submitted(redis)
    assert first.author is not None
    assert second.author is not None
    assert first.author.id != second.author.id
    assert first.id != second.id


@pytest.mark.usefixtures("old_enough")
@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"body": "  \n "}, 422, "empty"),
        ({"body": "x" * 5_001}, 422, "too long"),
        ({"name": "x" * 81}, 422, "too long"),
        ({"token": "forged"}, 422, "could not be checked"),
        ({"website": "https://spam.example"}, 422, "could not be checked"),
        ({"to": "x" * 5_000}, 422, "too long"),
        ({"body": "x" * 70_000}, 413, "too long"),
    ],
    ids=["empty", "long", "long name", "forged", "a program", "odd parent", "huge"],
)
async def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, redis: Redis, change: dict[str, str], status: int, told: str
) -> None:
    answer = await client.post(FORM, data=await filled(client) | {"body": "My words", "name": "Sara"} | change)

    assert (answer.status_code, told in answer.text) == (status, True)
    assert await submitted(redis) == []
    if status == 422 and "body" not in change:
        assert "My words" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_a_form_sent_back_at_once_was_not_sent_by_a_person(client: httpx.AsyncClient, redis: Redis) -> None:
    answer = await client.post(FORM, data=await filled(client, body="Buy"))

    assert answer.status_code == 422
    assert await submitted(redis) == []


@pytest.mark.usefixtures("old_enough")
async def test_a_flood_is_asked_to_wait(client: httpx.AsyncClient, redis: Redis) -> None:
    answers = [await client.post(FORM, data=await filled(client, body=f"words {n}")) for n in range(4)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "words 3" in answers[3].text
    assert answers[3].headers["retry-after"]
    assert len(await submitted(redis)) == 3


@pytest.mark.usefixtures("old_enough")
async def test_while_redis_is_away_the_reader_is_told_and_keeps_the_words(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = await filled(client, body="Do not lose me")

    async def away(*_: object) -> None:
        raise RedisError("away")

    monkeypatch.setattr("services.site.channel.Channel.submit", away)
    answer = await client.post(FORM, data=data)

    assert (answer.status_code, "Do not lose me" in answer.text) == (503, True)


async def test_a_closed_a_killed_and_a_missing_story_take_no_comment(
    client: httpx.AsyncClient, redis: Redis, until: Until
) -> None:
    await tell(redis, published("b", 1), story("b", 1, comments=Thread(open=False, total=0)))
    await tell(redis, published("k", 1), withdrawn("k", 2))
    await until(lambda: caught_up(redis, client))

    closed = await client.get("/en/comment/b.html")
    posted = await client.post("/en/comment/b.html", data={"body": "x"})
    killed = await client.get("/en/comment/k.html")
    missing = await client.get("/en/comment/none.html")

    assert "<form" not in closed.text
    assert (posted.status_code, killed.status_code, missing.status_code) == (422, 303, 404)
    assert killed.headers["location"] == "/en/k.html"
    assert await submitted(redis) == []


async def test_a_form_given_before_a_restart_is_taken_after_it(
    chosen: Settings, redis: Redis, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(redis, published("a", 1))
    monkeypatch.setattr(remarks, "token", lambda secret, id_, at: token(secret, id_, at - 60))
    async with open_site(chosen) as first:
        await until(lambda: caught_up(redis, first))
        data = await filled(first, body="Still here")
    async with open_site(chosen) as second:
        await until(lambda: caught_up(redis, second))
        answer = await second.post(FORM, data=data)

    assert answer.status_code == 303
