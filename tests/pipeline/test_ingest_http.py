"""Ingest's HTTP front as a newsroom system sees it: a process, a real Redis, real requests."""

import asyncio
import gzip
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import time

import httpx
import pytest

from services.ingest import form_token
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.darkroom_house import original
from tests.pipeline.intake_house import FORM, SOURCES, SUPERDESK, TOKEN, Ingest, ingest, remark, story
from tests.server import Server

Until = Callable[..., Awaitable[None]]
KEYS = Keys()
ARTICLES, COMMENTS = KEYS.key("articles.submitted"), KEYS.key("comments.submitted")


@pytest.fixture(scope="module")
def shared(redis_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    """One process for all that leave it as it was; its Redis is emptied between tests."""
    with ingest(redis_server.url, tmp_path_factory.mktemp("ingest")) as running:
        yield running


@pytest.fixture
async def front(shared: Ingest, redis: Client, until: Until) -> AsyncIterator[Ingest]:
    async with httpx.AsyncClient(base_url=shared.url, headers=shared.client.headers, timeout=20) as client:
        running = replace(shared, client=client)
        await until(running.healthy, within=30)
        yield running


@pytest.fixture
async def own(redis_server: Server, redis: Client, tmp_path: Path, until: Until) -> AsyncIterator[Ingest]:
    with ingest(redis_server.url, tmp_path) as running:
        await until(running.healthy, within=30)
        yield running
        await running.client.aclose()


async def events(redis: Client, stream: str) -> list[dict[str, object]]:
    return [json.loads(fields[b"event"]) for _, fields in await redis.xrange(stream)]


async def _settled(front: Ingest, until: Until, id_: str = "story-1") -> None:
    async def known() -> bool:
        return (await front.client.get(f"/v1/articles/{id_}/status")).status_code == 200

    await until(known)


async def test_a_story_that_was_accepted_is_on_the_stream_in_its_sources_name(front: Ingest, redis: Client) -> None:
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"

    answer = await front.post("/v1/articles/desk", story(), headers={"traceparent": trace})

    assert answer.status_code == 202
    assert answer.json()["state"] == "accepted"
    (event,) = await events(redis, ARTICLES)
    assert event["source"] == "/newsroom/desk"
    assert event["id"] == answer.json()["event"]
    assert event["traceparent"] == trace


async def test_the_same_again_is_a_duplicate_and_other_words_are_a_conflict(
    front: Ingest, redis: Client, until: Until
) -> None:
    await front.post("/v1/articles/desk", story(revision=2))
    await _settled(front, until)

    again = await front.post("/v1/articles/desk", story(revision=2))
    late = await front.post("/v1/articles/desk", story(revision=1))
    other = await front.post("/v1/articles/desk", story(revision=2, headline="Other words"))

    assert (again.status_code, again.json()["state"]) == (202, "duplicate")
    assert (late.status_code, late.json()["state"]) == (202, "stale")
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["pointer"] == "/data/revision"
    assert len(await events(redis, ARTICLES)) == 1


async def test_status_tells_where_a_story_stands_to_who_has_a_token(front: Ingest, until: Until) -> None:
    await front.post("/v1/articles/desk", story("urn:newsml:a/b?c"))
    await front.post("/v1/articles/desk", story("urn:newsml:a/b?c", 2, "canceled"))

    async def killed() -> bool:
        told = (await front.client.get("/v1/articles/urn:newsml:a%2Fb%3Fc/status")).json()
        return (told.get("standing"), told.get("revision")) == ("killed", 2)

    await until(killed)
    stranger = await front.client.get("/v1/articles/story-1/status", headers={"authorization": "Bearer nobody"})
    unknown = await front.client.get("/v1/articles/never/status")

    assert stranger.status_code == 401
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/articles/desk", b"{", {}, 400),
        ("/v1/articles/desk", b"", {}, 400),
        ("/v1/articles/desk", b"[" * 3000, {}, 400),
        ("/v1/articles/desk", json.dumps(remark()).encode(), {}, 400),
        ("/v1/articles/desk", b"{}", {"authorization": "Bearer wrong"}, 401),
        ("/v1/articles/desk", b"{}", {"authorization": ""}, 401),
        ("/v1/articles/super", b"{}", {"x-superdesk-signature": "sha1=" + "0" * 40}, 401),
        ("/v1/comments/super", b"{}", {}, 403),
        ("/v1/articles/nobody", b"{}", {}, 404),
        ("/v1/articles/Desk!", b"{}", {}, 400),
        ("/v2/articles/desk", b"{}", {}, 404),
        ("/v1/articles/desk", b"x" * (2 * 1024 * 1024 + 1), {}, 413),
        ("/v1/articles/desk", gzip.compress(b" " * (30 * 1024 * 1024)), {"content-encoding": "gzip"}, 413),
        ("/v1/articles/desk", b"not gzip", {"content-encoding": "gzip"}, 400),
        ("/v1/articles/desk", b"{}", {"content-encoding": "br"}, 415),
        ("/v1/articles/desk/batch", b"{}", {"content-type": "text/plain"}, 415),
        ("/v1/articles/desk", b"{}", {f"x-{n}": "x" for n in range(120)}, 413),
        ("/v1/media/desk", b"{}", {"content-type": "application/json"}, 415),
        ("/v1/reports/desk", b'{"comment_id": "c"}', {}, 400),
    ],
)
async def test_what_cannot_be_taken_is_a_problem_of_the_right_class(
    front: Ingest, redis: Client, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await front.post(path, body, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]
    assert await events(redis, ARTICLES) == []


async def test_a_field_that_is_wrong_is_named_by_its_pointer(front: Ingest) -> None:
    answer = await front.post("/v1/articles/desk", story(headline=7))

    assert answer.status_code == 400
    assert answer.json()["pointer"] == "/data/headline"


async def test_a_kill_passes_by_its_id_whatever_else_is_wrong(front: Ingest, redis: Client) -> None:
    answer = await front.post("/v1/articles/desk", story(revision=3, status="canceled", headline=7, images="none"))

    assert answer.status_code == 202
    data = (await events(redis, ARTICLES))[0]["data"]
    assert isinstance(data, dict)
    assert {name: data[name] for name in ("id", "revision", "status")} == {
        "id": "story-1", "revision": 3, "status": "canceled"
    }  # fmt: skip
    assert not data.get("body_html")


async def test_a_kill_without_a_revision_is_taken_once_and_says_so_when_it_comes_again(
    front: Ingest, until: Until
) -> None:
    kill = story(revision=0, status="canceled", unnumbered=True)
    await front.post("/v1/articles/desk", story(revision=7))

    first = await front.post("/v1/articles/desk", kill)

    async def killed() -> bool:
        told = await front.client.get("/v1/articles/story-1/status")
        return bool(told.json().get("standing") == "killed")

    await until(killed)
    again = await front.post("/v1/articles/desk", kill)
    assert (first.json()["state"], again.json()["state"]) == ("accepted", "killed")


async def test_a_misspelt_embargo_is_refused_over_http_and_on_the_stream(
    front: Ingest, redis: Client, until: Until
) -> None:
    early = story(embargo_until="2030-01-01T00:00:00Z")
    refused = await front.post("/v1/articles/desk", early)
    await redis.xadd(ARTICLES, {"event": json.dumps(early).encode()})
    await redis.xadd(ARTICLES, {"event": json.dumps(story("k", status="canceled", embargo="soon")).encode()})

    async def killed() -> bool:
        return bool((await front.client.get("/v1/articles/k/status")).json().get("standing") == "killed")

    await until(killed)
    told = (await front.client.get("/v1/articles/story-1/status")).json()
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/data/embargo_until")
    assert "standing" not in told
    assert [one["reason"] for one in told["dead_letters"]] == ["rejected"]
    assert "did you mean embargoed_until?" in told["dead_letters"][0]["detail"]


async def test_a_body_may_be_packed_and_a_long_one_travels_by_reference(front: Ingest, redis: Client) -> None:
    long = story(body_html="<p>" + "word " * 30_000 + "</p>")

    answer = await front.post(
        "/v1/articles/desk", gzip.compress(json.dumps(long).encode()), headers={"content-encoding": "gzip"}
    )

    assert answer.status_code == 202
    (event,) = await events(redis, ARTICLES)
    stored = await redis.get(event["dataref"])
    assert sha256(stored).hexdigest() in str(event["dataref"])


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/cloudevents-batch+json"])
async def test_every_item_of_a_batch_has_an_answer_of_its_own(front: Ingest, redis: Client, kind: str) -> None:
    items = [story("a"), story("b", headline=7), story("c")]
    lines = "\n".join(json.dumps(item) for item in items) if "nd" in kind else json.dumps(items)

    answer = await front.post("/v1/articles/desk/batch", lines.encode(), headers={"content-type": kind})

    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [202, 400, 202]
    assert results[1]["problem"]["pointer"] == "/data/headline"
    assert len(await events(redis, ARTICLES)) == 2


async def test_who_sends_too_much_is_told_when_to_come_back(own: Ingest) -> None:
    answers = [await own.post("/v1/articles/slow", story(f"s{n}")) for n in range(3)]

    assert [answer.status_code for answer in answers] == [202, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_comments_reports_and_appeals_reach_their_streams(front: Ingest, redis: Client) -> None:
    report = {"comment_id": "comment-1", "reporter": "r" * 20, "reason": "spam"}
    appeal = {"comment_id": "comment-1", "author_id": "pseudonym-41", "words": "It was a quotation."}

    answers = [
        await front.post("/v1/comments/desk", remark()),
        await front.post("/v1/reports/desk", report),
        await front.post("/v1/reports/desk", report),
        await front.post("/v1/appeals/desk", appeal),
    ]

    assert [answer.status_code for answer in answers] == [202] * 4, [answer.text for answer in answers]
    assert len(await events(redis, COMMENTS)) == 1
    assert len({event["id"] for event in await events(redis, KEYS.key("comments.reported"))}) == 1
    assert len(await events(redis, KEYS.key("comments.appealed"))) == 1


async def test_a_picture_is_kept_by_its_digest_where_the_darkroom_looks(front: Ingest) -> None:
    picture = original()

    answer = await front.client.post("/v1/media/desk", files={"media": ("a.jpg", picture, "image/jpeg")})
    text = await front.client.post("/v1/media/desk", files={"media": ("a.jpg", b"<svg/>", "image/jpeg")})

    assert answer.status_code == 201
    digest = sha256(picture).hexdigest()
    assert answer.json() == {"media": digest, "bytes": len(picture)}
    assert (front.folder / "media" / "original" / digest).read_bytes() == picture
    assert text.status_code == 415


async def test_superdesk_asks_pushes_and_then_names_its_picture(front: Ingest, redis: Client) -> None:
    picture, name = original(), "20161123161156/0c5ab.jpg"

    def signed(body: bytes) -> dict[str, str]:
        return {"x-superdesk-signature": "sha1=" + hmac.new(SUPERDESK.encode(), body, "sha1").hexdigest()}

    request = front.client.build_request(
        "POST", "/v1/media/super", data={"media_id": name}, files={"media": (name, picture, "image/jpeg")}
    )
    body = await request.aread()
    before = await front.client.get(f"/v1/media/super/{name}", headers={"authorization": ""})
    request.headers.update(signed(body))
    pushed = await front.client.send(request)
    after = await front.client.get(f"/v1/media/super/{name}", headers={"authorization": ""})
    said = json.dumps(story(images=[{"href": f"https://desk.example/api/upload-raw/{name}?resource=upload"}])).encode()
    posted = await front.post("/v1/articles/super", said, headers=signed(said))

    assert (before.status_code, pushed.status_code, after.status_code, posted.status_code) == (404, 201, 200, 202)
    (event,) = await events(redis, ARTICLES)
    assert event["data"]["images"][0]["media"] == sha256(picture).hexdigest()  # type: ignore[index]


def form(article: str = "story-1", author: str = "pseudonym-9", **fields: str) -> dict[str, str]:
    token = form_token.token(FORM, "desk", article, author, given=int(time()), nonce="0123456789")
    return {
        "token": token, "article_id": article, "author_id": author, "name": "Mira", "body": "Which samples?\r\nAll?",
        "return_to": "https://news.example/story-1#comments", **fields,
    }  # fmt: skip


async def test_a_form_without_script_leaves_one_comment_and_leads_back(
    front: Ingest, redis: Client, until: Until
) -> None:
    filled = form()

    first = await front.client.post("/v1/comments/desk", data=filled, headers={"origin": "https://news.example"})

    async def arrived() -> bool:
        return bool(await redis.exists(KEYS.key("comments.ingested")))

    await until(arrived)
    second = await front.client.post("/v1/comments/desk", data=filled)

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == "https://news.example/story-1#comments"
    (event,) = await events(redis, COMMENTS)
    assert event["data"]["body"] == "Which samples?\nAll?"  # type: ignore[index]


@pytest.mark.parametrize(
    ("changed", "origin", "status"),
    [
        ({"token": "1.abcdefgh." + "0" * 64}, "https://news.example", 401),
        ({"article_id": "another"}, "https://news.example", 401),
        ({"author_id": "another"}, "https://news.example", 401),
        ({}, "https://evil.example", 403),
        ({"return_to": "https://evil.example/"}, "https://news.example", 403),
        ({"return_to": "https://news.example@evil.example/"}, "https://news.example", 403),
        ({"return_to": "javascript:alert(1)"}, "https://news.example", 403),
        ({"name": ""}, "https://news.example", 400),
        ({"body": " \r\n "}, "https://news.example", 400),
    ],
)
async def test_a_form_that_is_not_right_says_so_on_a_page_and_leads_nowhere(
    front: Ingest, redis: Client, changed: dict[str, str], origin: str, status: int
) -> None:
    answer = await front.client.post("/v1/comments/desk", data=form(**changed), headers={"origin": origin})

    assert answer.status_code == status
    assert "location" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert await events(redis, COMMENTS) == []


async def test_a_form_that_lay_open_for_a_day_is_loaded_again(front: Ingest) -> None:
    old = form_token.token(FORM, "desk", "story-1", "pseudonym-9", given=int(time()) - 86_400, nonce="0123456789")

    answer = await front.client.post("/v1/comments/desk", data=form(token=old))

    assert answer.status_code == 401
    assert "load it again" in answer.text


async def test_a_token_given_to_the_sites_server_lets_a_form_in(front: Ingest) -> None:
    given = await front.client.get("/v1/comments/desk/token", params={"article": "story-1", "author": "pseudonym-9"})
    stranger = await front.client.get(
        "/v1/comments/desk/token", params={"article": "story-1"}, headers={"authorization": ""}
    )

    answer = await front.client.post("/v1/comments/desk", data=form(token=given.json()["token"]))

    assert answer.status_code == 303
    assert stranger.status_code == 401


async def test_the_description_asks_nobody_else_and_runs_no_script(front: Ingest) -> None:
    page = await front.client.get("/docs")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert "//" not in page.text.replace("&#x2F;", "/").partition("<style>")[0]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "/v1/articles/{source}" in page.text


async def test_changed_sources_count_without_a_restart_and_bad_ones_change_nothing(own: Ingest, until: Until) -> None:
    file = own.folder / "sources.toml"
    file.write_text(SOURCES.replace(TOKEN, "another-token-0123456789"), "utf-8")

    async def refused() -> bool:
        return (await own.post("/v1/articles/desk", story())).status_code == 401

    await until(refused)
    file.write_text(SOURCES + "[[source]]\nname = 7\n", "utf-8")
    await until(lambda: asyncio.sleep(0, "sources.refused" in own.log))

    assert await refused()
    assert f"sources.toml:{len(SOURCES.splitlines()) + 2}: source.3.name" in own.log.replace("[3]", ".3")
    assert TOKEN not in own.log


async def test_a_connection_that_never_says_what_it_wants_is_closed(front: Ingest) -> None:
    host, port = front.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/articles/desk HTTP/1.1\r\nhost: x\r\n")

    ended = await asyncio.wait_for(reader.read(), timeout=25)

    assert ended == b""
    writer.close()


async def test_nothing_that_was_sent_is_in_the_log_or_the_figures(own: Ingest, until: Until) -> None:
    planted = "planted-words-of-a-reader"

    await own.post("/v1/articles/desk", story(headline=planted, body_html=f"<p>{planted}</p>"))
    await own.post("/v1/articles/desk", story(revision=planted))  # type: ignore[arg-type]
    await own.post("/v1/articles/desk", f'{{"{planted}": 1, "{planted}": 2}}'.encode())
    await own.post("/v1/comments/desk", remark(body=planted))
    await own.client.post("/v1/comments/desk", data=form(body=planted, name=planted))
    await own.client.post("/v1/comments/desk", data=form(token=planted))
    await own.post("/v1/articles/desk", b"{}", headers={"authorization": f"Bearer {planted}"})
    await own.post("/v1/articles/" + planted, b"{}")
    await _settled(own, until)
    figures = (await own.client.get("/metrics")).text

    for secret in (planted, TOKEN, SUPERDESK, FORM, "127.0.0.1:"):
        assert secret not in own.log
        assert secret not in figures
    assert 'lightwire_intake_answers_total{outcome="202",source="desk",what="articles"}' in figures
