"""What readers see is what the streams say, whatever they say."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.site.settings import Settings
from shared.decode import decode
from shared.events import ReceiptGiven
from shared.media import Media
from shared.renditions import Action
from tests.pictures import stored
from tests.pipeline.site_house import caught_up, comment, entries, open_site, published, settings, tell, withdrawn
from tests.server import Server

Shown = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
def chosen(redis_server: Server, tmp_path: Path) -> Settings:
    return settings(redis_server.url, tmp_path)


@pytest.fixture
async def shown(redis: Redis, chosen: Settings, until: Callable[..., Awaitable[None]]) -> AsyncIterator[Shown]:
    """Tell the streams something, wait until the site has read it, and look."""
    async with open_site(chosen) as client:

        async def told(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield told


async def test_a_story_is_shown_byte_for_byte_at_the_path_its_entry_names(shown: Shown) -> None:
    client = await shown(published("a", 1, "<p>خبر</p>", path="/fa/خبر-1.html"))

    answer = await client.get("/fa/خبر-1.html")

    assert (answer.status_code, answer.content) == (200, "<p>خبر</p>".encode())


async def test_the_highest_sequence_is_shown_in_whatever_order_entries_come(shown: Shown) -> None:
    client = await shown(published("a", 2, "second"), published("a", 3, "third"), published("a", 1, "first"))

    answer = await client.get("/en/a.html")

    assert answer.text == "third"


async def test_a_killed_story_is_gone_with_its_notice_and_off_the_front_page(shown: Shown) -> None:
    client = await shown(published("a", 1, "old words"), published("b", 1), withdrawn("a", 2, "taken back"))

    page, front = await client.get("/en/a.html"), await client.get("/en/")

    assert (page.status_code, page.text) == (410, "taken back")
    assert "of b" in front.text
    assert "of a" not in front.text


async def test_a_lower_sequence_after_a_kill_brings_nothing_back(shown: Shown) -> None:
    client = await shown(withdrawn("a", 5, path="/en/a.html"), published("a", 4))

    answer = await client.get("/en/a.html")

    assert answer.status_code == 410


async def test_a_reinstated_story_returns(shown: Shown) -> None:
    client = await shown(published("a", 1), withdrawn("a", 2), published("a", 3, "again", action=Action.REINSTATED))

    answer = await client.get("/en/a.html")

    assert (answer.status_code, answer.text) == (200, "again")


async def test_the_words_of_a_killed_story_are_no_longer_in_the_file(shown: Shown, chosen: Settings) -> None:
    await shown(published("a", 1, "unmistakable words"), withdrawn("a", 2, "notice"))

    stored = chosen.db.read_bytes()

    assert b"unmistakable words" not in stored


async def test_a_withdrawal_is_obeyed_even_if_its_notice_cannot_be_read(shown: Shown) -> None:
    notice = withdrawn("a", 2).model_copy(update={"content": None, "content_ref": "lightwire:blob:none"})

    client = await shown(published("a", 1, "old words"), notice)

    answer = await client.get("/en/a.html")
    assert answer.status_code == 410
    assert "old words" not in answer.text


async def test_a_body_by_reference_is_fetched(shown: Shown, redis: Redis) -> None:
    body = "long " * 4000
    await redis.set("lightwire:blob:1", body)

    client = await shown(
        published("a", 1, body).model_copy(update={"content": None, "content_ref": "lightwire:blob:1"})
    )

    assert (await client.get("/en/a.html")).text == body


@pytest.mark.parametrize("stored", [None, b"something else", b""], ids=["missing", "corrupt", "empty"])
async def test_a_body_that_is_missing_or_corrupt_leaves_what_was_shown(
    shown: Shown, redis: Redis, stored: bytes | None
) -> None:
    if stored is not None:
        await redis.set("lightwire:blob:2", stored)
    broken = published("a", 2, "new").model_copy(update={"content": None, "content_ref": "lightwire:blob:2"})

    client = await shown(published("a", 1, "old"), broken, published("b", 1, "behind it"))

    assert (await client.get("/en/a.html")).text == "old"
    assert (await client.get("/en/b.html")).text == "behind it"
    assert 'outcome="body_' in (await client.get("/metrics")).text


async def test_an_inline_body_with_a_wrong_digest_is_refused(shown: Shown) -> None:
    client = await shown(published("a", 1, "text", sha256="0" * 64))

    assert (await client.get("/en/a.html")).status_code == 404


async def test_a_reference_out_of_this_deployment_is_not_followed(shown: Shown, redis: Redis) -> None:
    await redis.set("other:secret", "secret")
    stolen = published("a", 1, "secret").model_copy(update={"content": None, "content_ref": "other:secret"})

    client = await shown(stolen)

    assert (await client.get("/en/a.html")).status_code == 404


HOSTILE = {
    "no field": {b"body": b"x"},
    "not JSON": {b"event": b"{"},
    "not UTF-8": {b"event": b"\xff\xfe"},
    "deep": {b"event": b"[" * 100_000},
    "wrong shape": {b"event": b'{"specversion":"1.0","id":"1","source":"x","type":"lightwire.rendition.published.v1"}'},
    "unknown type": {b"event": b'{"specversion":"1.0","id":"1","source":"x","type":"lightwire.rendition.sung.v1"}'},
}


@pytest.mark.parametrize("fields", HOSTILE.values(), ids=HOSTILE)
async def test_an_unreadable_entry_is_passed_over(shown: Shown, redis: Redis, fields: dict[bytes, bytes]) -> None:
    await redis.xadd("lightwire:renditions.full", fields)  # type: ignore[arg-type]

    client = await shown(published("a", 1, "behind it"))

    assert (await client.get("/en/a.html")).text == "behind it"


@pytest.mark.parametrize(
    "path",
    ["/health", "/en/", "/fa/light/", "/media/x", "/a/../b", "//evil.example/x", "/a?b", "/a\x00b", "", "/%2e%2e/x"],
)
async def test_a_path_the_site_needs_itself_or_cannot_serve_is_refused(shown: Shown, path: str) -> None:
    client = await shown(published("a", 1, path=path))

    assert 'outcome="unreadable",rendition="full"} 1.0' in (await client.get("/metrics")).text


async def test_an_entry_for_another_stream_is_refused(shown: Shown, redis: Redis) -> None:
    await tell(redis, published("z", 1))
    (entry,) = await entries(redis, "lightwire:renditions.full")
    await redis.xadd("lightwire:renditions.light", {"event": entry.fields[b"event"]})

    client = await shown()

    assert 'outcome="unreadable",rendition="light"} 1.0' in (await client.get("/metrics")).text


async def test_an_old_address_leads_to_the_new_one(shown: Shown) -> None:
    client = await shown(published("a", 1, path="/en/old.html"), published("a", 2, path="/en/نو.html"))

    answer = await client.get("/en/old.html")

    assert (answer.status_code, answer.headers["location"]) == (301, "/en/%D9%86%D9%88.html")


async def test_every_address_a_killed_story_ever_had_is_gone(shown: Shown) -> None:
    client = await shown(
        published("a", 1, path="/en/old.html"), published("a", 2, path="/en/new.html"), withdrawn("a", 3)
    )

    statuses = [(await client.get(path)).status_code for path in ("/en/old.html", "/en/new.html")]

    assert statuses == [410, 410]


async def test_comments_are_counted_and_hidden_with_their_thread(shown: Shown) -> None:
    client = await shown(published("a", 1), comment("a", 2, "c1"), comment("a", 3, "c2"), comment("a", 4, "c3"))
    before = (await client.get("/en/")).text

    await shown(withdrawn("a", 5, rendition="comments", comment_id="c3", media_type="application/json"))
    one_less = (await client.get("/en/")).text
    await shown(withdrawn("a", 6, rendition="comments", media_type="application/json"), comment("a", 6, "c1"))
    hidden = (await client.get("/en/")).text
    await shown(comment("a", 7, "c1"))
    back = (await client.get("/en/")).text

    assert [text in page for text, page in (("3 comments", before), ("2 comments", one_less))] == [True, True]
    assert "comment" not in hidden
    assert "1 comment<" in back


async def test_a_receipt_is_given_for_what_is_shown_and_for_what_is_taken_down(
    shown: Shown, redis: Redis, until: Callable[..., Awaitable[None]]
) -> None:
    await shown(published("a", 1), withdrawn("a", 2), published("a", 1))

    async def two() -> bool:
        return await redis.xlen("lightwire:receipts") == 2

    await until(two)
    given = [decode(entry, ReceiptGiven, None).data for entry in await entries(redis, "lightwire:receipts")]
    assert [(receipt.channel, receipt.sequence) for receipt in given if receipt] == [("site", 1), ("site", 2)]


async def test_a_picture_is_served_while_a_page_shows_it(shown: Shown, tmp_path: Path) -> None:
    picture = b"RIFF\x10\x00\x00\x00WEBPVP8 xxxx"
    digest = stored(tmp_path / "media", picture)

    client = await shown(published("a", 1, f'<img src="/media/{digest}">'))
    first = await client.get(f"/media/{digest}")
    (tmp_path / "media" / "media" / digest).unlink()
    kept = await client.get(f"/media/{digest}")
    await shown(withdrawn("a", 2))
    gone = await client.get(f"/media/{digest}")

    assert (first.status_code, first.headers["content-type"], first.content) == (200, "image/webp", picture)
    assert "immutable" in first.headers["cache-control"]
    assert kept.content == picture
    assert gone.status_code == 404


async def test_a_picture_whose_story_is_killed_while_the_store_is_slow_is_not_served(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = stored(tmp_path / "media", b"RIFF\x10\x00\x00\x00WEBPVP8 xxxx")
    client, really = await shown(published("a", 1, f'<img src="/media/{digest}">')), Media.shown

    async def slow(self: Media, digest: str) -> bytes | None:
        content = await really(self, digest)
        await shown(withdrawn("a", 2))
        return content

    monkeypatch.setattr(Media, "shown", slow)

    assert (await client.get(f"/media/{digest}")).status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<!doctype html>", b"GIF88a"])
async def test_what_is_not_a_picture_is_not_served_as_one(shown: Shown, tmp_path: Path, content: bytes) -> None:
    digest = stored(tmp_path / "media", content)

    client = await shown(published("a", 1, f'<img src="/media/{digest}">'))

    assert (await client.get(f"/media/{digest}")).status_code == 404
