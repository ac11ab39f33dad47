"""A reader says that a comment is wrong: without an account or script, and without the power to make it vanish."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from redis.asyncio import Redis

from services.site import remarks
from services.site.forms import token
from services.site.reports import ANYBODY
from services.site.settings import Settings
from shared.cases import ReportReason
from shared.document import Thread
from shared.events import CommentReported, envelope
from tests.pipeline.site_house import caught_up, entries, open_site, published, remark, settings, story, tell
from tests.server import Server

SAID = remark("c/1?&", "Who <b>paid</b>?")
FORM = "/en/comment/a.html"
REPORT = f"{FORM}?{urlencode({'report': SAID.id})}"
Until = Callable[..., Awaitable[None]]


@pytest.fixture
def chosen(redis_server: Server, tmp_path: Path) -> Settings:
    return settings(redis_server.url, tmp_path, comments_per_minute=3)


@pytest.fixture
async def client(
    redis: Redis, chosen: Settings, until: Until, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A site that shows one story with one comment; its forms have lain open for a minute."""
    monkeypatch.setattr(remarks, "token", lambda secret, id_, at: token(secret, id_, at - 60))
    async with open_site(chosen) as opened:
        await tell(redis, published("a", 1), story("a", 1, comments=Thread(open=True, total=1, items=(SAID,))))
        await until(lambda: caught_up(redis, opened))
        yield opened


async def filled(client: httpx.AsyncClient, **fields: str) -> dict[str, str]:
    given = re.search(r'name="token" value="([^"]+)"', (await client.get(REPORT)).text)
    assert given
    return {"token": given[1], "website": "", "report": SAID.id, "note": ""} | fields


async def sent(redis: Redis) -> list[CommentReported]:
    stream = await entries(redis, "lightwire:comments.reported")
    found = [envelope(CommentReported).model_validate_json(entry.fields[b"event"]) for entry in stream]
    return [event.data for event in found if event.data]


async def test_the_form_shows_the_comment_as_text_and_every_reason(client: httpx.AsyncClient) -> None:
    page = await client.get(REPORT)

    assert page.status_code == 200
    assert "Who &lt;b&gt;paid&lt;/b&gt;?" in page.text
    assert re.findall(r'name="reason" value="([^"]+)"', page.text) == [reason.value for reason in ReportReason]
    assert page.headers["cache-control"] == "no-store"


async def test_a_report_goes_to_moderation_without_anything_about_its_reader(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    answer = await client.post(FORM, data=await filled(client, reason="hate", note="  He means\r\nus. "))
    thanks = await client.get(answer.headers["location"])

    (told,) = await sent(redis)
    assert answer.status_code == 303
    assert "A moderator will look at it" in thanks.text
    assert told == CommentReported(comment_id=SAID.id, reporter=ANYBODY, reason=ReportReason.HATE, note="He means\nus.")


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({}, 422, "Choose what is wrong"),
        ({"reason": "because"}, 422, "Choose what is wrong"),
        ({"reason": "spam", "note": "x" * 2_001}, 422, "too long"),
        ({"reason": "spam", "token": "made-up"}, 422, ""),
        ({"reason": "spam", "website": "http://spam.example"}, 422, ""),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_written_is_still_there(
    client: httpx.AsyncClient, redis: Redis, fields: dict[str, str], status: int, says: str
) -> None:
    answer = await client.post(FORM, data=await filled(client, **fields))

    assert answer.status_code == status
    assert says in answer.text
    assert 'role="alert"' in answer.text
    assert await sent(redis) == []
    if "note" in fields:
        assert "x" * 2_001 in answer.text


async def test_a_comment_that_is_gone_cannot_be_reported_and_a_flood_waits(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    gone = await client.get(f"{FORM}?report=other")
    posted = await client.post(FORM, data=await filled(client, report="other", reason="spam"))
    answers = [await client.post(FORM, data=await filled(client, reason="spam")) for _ in range(4)]

    assert (gone.status_code, posted.status_code) == (303, 303)
    assert [one.status_code for one in answers] == [303, 303, 303, 429]
    assert answers[-1].headers["retry-after"] == "30"
    assert len(await sent(redis)) == 3
