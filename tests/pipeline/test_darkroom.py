"""Pictures on their way: the story first, its photo when it is ready, and nothing of the file that was sent."""

import asyncio
import os
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from services.enrichment.darkroom import apart, originals
from shared.articles import Change, Image, ImageRole
from shared.dead_letters import replay
from shared.errors import Away
from shared.keys import Keys
from shared.media import DEVELOPED, ORIGINAL, Media
from shared.streams import Client
from tests.originals import BAD
from tests.pipeline.darkroom_house import (
    Until,
    body,
    darkroom,
    delivery,
    kept,
    letters,
    newest,
    original,
    pictures,
    submit,
    upload,
    working,
)
from tests.pipeline.stage_house import published
from tests.server import Server
from tests.unit.delivery_stories import moderated


async def test_the_story_goes_out_first_and_again_when_its_photo_is_ready(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    image = Image(media=digest, caption="The bridge", alt="A bridge")

    async with working(delivery(redis_server)):
        await submit(redis, moderated(images=(image,)))
        await until(lambda: newest(redis, "full"))
        before = await body(redis, "light")
        async with working(darkroom(redis_server, tmp_path)):
            await until(lambda: _has(redis, "light", "data:image/webp;base64,"))

    (picture,) = await pictures(redis)
    full, told = await body(redis, "full"), await newest(redis, "full")
    files = kept(tmp_path)
    assert "The bridge" in before
    assert "data:image" not in before
    assert {one["sha256"] for one in picture["sources"]} == set(files) == {one["sha256"] for one in told["assets"]}
    assert all(sha256(content).hexdigest() == name for name, content in files.items())
    assert all(f"../media/{name}" in full for name in files)
    assert (told["action"], told["revision"]) == ("updated", 1)
    assert digest not in full + await body(redis, "json") + await body(redis, "light")


async def test_what_was_sent_is_gone_as_soon_as_it_is_developed(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    (tmp_path / "media" / ORIGINAL).mkdir(parents=True)
    (tmp_path / "media" / ORIGINAL / digest).write_bytes(original())

    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))

    assert not await redis.exists(f"lightwire:original:{digest}")
    assert kept(tmp_path, ORIGINAL) == {}
    assert not [content for content in kept(tmp_path).values() if b"GPS" in content or b"Exif" in content]


async def test_an_upload_that_no_story_ever_needed_is_swept(redis_server: Server, tmp_path: Path, until: Until) -> None:
    folder = tmp_path / "media" / "original"
    folder.mkdir(parents=True)
    old, young = folder / ("0" * 64), folder / ("1" * 64)
    for file, age_s in ((old, 2 * 3_600), (young, 0)):
        file.write_bytes(original())
        os.utime(file, (time.time() - age_s,) * 2)

    async with working(darkroom(redis_server, tmp_path, upload_keep_ms=3_600_000)):

        async def swept() -> bool:
            return not old.exists()

        await until(swept)

    assert young.exists()


async def test_a_bucket_of_uploads_serves_too(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = sha256(original()).hexdigest()
    (tmp_path / "media" / ORIGINAL).mkdir(parents=True)
    (tmp_path / "media" / ORIGINAL / digest).write_bytes(original())

    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))

    assert kept(tmp_path, ORIGINAL) == {}


async def test_one_picture_of_two_stories_is_developed_once(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, times = await upload(redis, original()), 0
    really = apart.develop_apart

    async def counting(*asked: object) -> object:
        nonlocal times
        times += 1
        return await really(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(originals, "develop_apart", counting)
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))
        await submit(redis, moderated(images=(Image(media=digest),), id="a2"), mark="b")
        await until(lambda: _has(redis, "light", "data:image", "a2"))

    assert times == 1
    assert await pictures(redis, "a2") == await pictures(redis)


async def test_a_new_revision_keeps_the_pictures_it_still_has_from_its_first_moment(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))
        asked = await redis.xlen("lightwire:pictures.due")

        await submit(redis, moderated(2, Change.UPDATED, images=(Image(media=digest),)), mark="b")
        await until(lambda: _at(redis, 2))

    first = next(e["data"] for e in await published(redis, "lightwire:renditions.light") if e["data"]["revision"] == 2)
    assert "data:image" in (first["content"] or (await redis.get(first["content_ref"])).decode())
    assert await redis.xlen("lightwire:pictures.due") == asked


async def test_several_pictures_that_come_together_are_one_more_rendition(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digests = [await upload(redis, original(name)) for name in ("jpeg with everything", "png", "webp")]
    images = tuple(Image(media=one, role=ImageRole.INLINE if n else ImageRole.LEAD) for n, one in enumerate(digests))

    async with working(delivery(redis_server, comment_render_delay_ms=1_000), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=images))

        async def all_three() -> bool:
            return [bool(one.get("sources")) for one in await pictures(redis)] == [True] * 3

        await until(all_three)

    assert await redis.xlen("lightwire:renditions.full") <= 3


async def test_a_photo_of_a_story_that_was_killed_meanwhile_changes_nothing(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    async with working(delivery(redis_server)):
        await submit(redis, moderated(images=(Image(media=digest, caption="Her name"),)))
        await until(lambda: newest(redis, "full"))
        await submit(redis, moderated(2, Change.KILLED), mark="b")
        await until(lambda: _at(redis, 2))
        told = await redis.xlen("lightwire:renditions.full")
        async with working(darkroom(redis_server, tmp_path)):
            await until(lambda: _answered(redis, 1))
            await until(lambda: _idle(redis, "pictures.developed", "delivery"))

    assert await redis.xlen("lightwire:renditions.full") == told
    record = await redis.hgetall("lightwire:article:a1")
    assert b"Her name" not in b"".join(record.values())
    assert b"pictures" not in record


async def test_a_kill_takes_the_pictures_out_of_what_delivery_remembers(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))
        light = (await body(redis, "light")).split("base64,")[1][:200]
        await submit(redis, moderated(2, Change.KILLED), mark="b")
        await until(lambda: _at(redis, 2))

    record = await redis.hgetall("lightwire:article:a1")
    assert light.encode() not in b"".join(record.values())
    assert "data:image" not in await body(redis, "light")


async def test_after_a_kill_the_files_are_forgotten_unless_another_story_shows_them(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    images = (Image(media=digest),)
    async with working(delivery(redis_server, superseded_blob_ms=200), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=images), moderated(images=images, id="a2"))
        for id_ in ("a1", "a2"):
            await until(lambda id_=id_: _has(redis, "light", "data:image", id_))
        files = kept(tmp_path)

        await submit(redis, moderated(2, Change.KILLED), mark="b")
        await until(lambda: _looked(redis, 1))
        assert kept(tmp_path) == files

        await submit(redis, moderated(2, Change.KILLED, id="a2"), mark="c")
        await until(lambda: _looked(redis, 2))

    assert kept(tmp_path) == kept(tmp_path, DEVELOPED) == {}
    assert not [key async for key in redis.scan_iter("lightwire:shows:*")]


async def test_a_picture_whose_files_went_with_a_twin_is_developed_again(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    # Other bytes, the same pixels: what another wire sent of the same photo.
    twin = original("jpeg before a zip")
    first, second = await upload(redis, original("jpeg")), await upload(redis, twin)
    async with working(delivery(redis_server, superseded_blob_ms=200), darkroom(redis_server, tmp_path)):
        await submit(
            redis, moderated(images=(Image(media=first),)), moderated(images=(Image(media=second),), id="a2")
        )  # fmt: skip
        for id_ in ("a1", "a2"):
            await until(lambda id_=id_: _has(redis, "light", "data:image", id_))
        assert {one["sha256"] for one in (await pictures(redis))[0]["sources"]} == set(kept(tmp_path))
        await submit(redis, moderated(2, Change.KILLED), mark="b")
        await until(lambda: _looked(redis, 1))
        await submit(redis, moderated(2, Change.KILLED, id="a2"), mark="c")
        await until(lambda: _looked(redis, 2))
        assert kept(tmp_path) == {}

        await upload(redis, original("jpeg"))
        await submit(redis, moderated(images=(Image(media=first),), id="a3"), mark="d")
        await until(lambda: _has(redis, "light", "data:image", "a3"))

    assert {one["sha256"] for one in (await pictures(redis, "a3"))[0]["sources"]} == set(kept(tmp_path))


async def test_a_story_that_comes_back_before_that_keeps_its_pictures(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    async with working(delivery(redis_server, superseded_blob_ms=1_500), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))
        files = kept(tmp_path)
        await submit(redis, moderated(2, Change.KILLED), mark="b")
        await until(lambda: _at(redis, 2))
        await submit(redis, moderated(3, Change.REINSTATED, images=(Image(media=digest),)), mark="c")
        await until(lambda: _has(redis, "light", "data:image"))
        await until(lambda: _looked(redis, 1))

    assert kept(tmp_path) == files


@pytest.mark.parametrize("name", ["half a png", "tiff", "svg"])
async def test_one_that_cannot_be_shown_is_a_dead_letter_that_says_what_to_send(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, name: str
) -> None:
    digest = await upload(redis, BAD[name][0]())

    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media="f" * 64, role=ImageRole.INLINE), Image(media=digest))))
        await until(lambda: _dead(redis, 1))

    (letter,) = [one for one in await letters(redis) if one.died.reason == "rejected"]
    assert letter.died.detail.startswith("/images/1 ")
    assert "send" in letter.died.detail
    assert kept(tmp_path) == {}


async def test_bytes_under_the_digest_of_others_are_refused(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    await redis.set(f"lightwire:original:{'e' * 64}", original())

    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media="e" * 64),)))
        await until(lambda: _dead(redis, 1))

    (letter,) = await letters(redis)
    assert "its own SHA-256" in letter.died.detail
    assert kept(tmp_path, DEVELOPED) == {}


async def test_an_upload_that_comes_late_is_waited_for(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = sha256(original()).hexdigest()
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path, max_attempts=1_000)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: redis.zcard("lightwire:parked:darkroom:pictures.due"))

        await upload(redis, original())

        await until(lambda: _has(redis, "light", "data:image"))
    assert await letters(redis) == []


async def test_one_that_never_came_is_a_dead_letter_and_can_be_replayed_after_its_upload(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = sha256(original()).hexdigest()
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path, max_attempts=2)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _dead(redis, 1))
        (letter,) = await letters(redis)
        await upload(redis, original())
        await replay(redis, Keys(), [letter], "desk")
        await until(lambda: _has(redis, "light", "data:image"))

    assert letter.died.reason == "attempts_exhausted"
    assert f"original:{digest}" in letter.died.detail


async def test_a_story_under_embargo_has_its_photo_when_it_is_released(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    digest = await upload(redis, original())
    seconds, _ = await redis.time()
    ends = datetime.fromtimestamp(seconds + 4, UTC)
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path)):
        await submit(redis, moderated(images=(Image(media=digest),), embargoed_until=ends))
        await until(lambda: _answered(redis, 1))
        assert not await newest(redis, "light")
        await until(lambda: newest(redis, "light"))

    assert await redis.xlen("lightwire:renditions.light") == 1
    assert "data:image" in await body(redis, "light")


async def test_a_store_that_takes_nothing_costs_no_second_development_and_no_attempt(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, developed, refused = await upload(redis, original()), 0, 0
    really, put = apart.develop_apart, Media.put

    async def counting(*asked: object) -> object:
        nonlocal developed
        developed += 1
        return await really(*asked)  # type: ignore[arg-type]

    async def full(self: Media, kind: str, digest: str, content: bytes) -> None:
        nonlocal refused
        if refused < 4:
            refused += 1
            raise Away("no space left on the disk")
        await put(self, kind, digest, content)

    monkeypatch.setattr(originals, "develop_apart", counting)
    monkeypatch.setattr(Media, "put", full)
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path, max_attempts=1)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: _has(redis, "light", "data:image"))

    assert (developed, refused) == (1, 4)
    assert await letters(redis) == []


async def test_a_slow_picture_holds_up_no_other_story(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()
    really = apart.develop_apart

    async def slow(*asked: object) -> object:
        await go_on.wait()
        return await really(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(originals, "develop_apart", slow)
    digest = await upload(redis, original())
    async with working(delivery(redis_server), darkroom(redis_server, tmp_path, claim_after_ms=1_500)):
        await submit(redis, moderated(images=(Image(media=digest),)))
        await until(lambda: newest(redis, "full"))
        await submit(redis, moderated(id="a2"), mark="b")
        await until(lambda: newest(redis, "full", "a2"))
        # Long after any other would have taken it over: it is renewed as long as it takes.
        await until(lambda: _renewed(redis))
        go_on.set()
        await until(lambda: _has(redis, "light", "data:image"))

    assert len(await published(redis, "lightwire:pictures.developed")) == 1


async def _has(redis: Client, rendition: str, words: str, article_id: str = "a1") -> bool:
    return words in await body(redis, rendition, article_id)


async def _at(redis: Client, revision: int) -> bool:
    return bool((await newest(redis, "light")).get("revision") == revision)


async def _answered(redis: Client, number: int) -> bool:
    return bool(await redis.xlen("lightwire:pictures.developed") >= number)


async def _looked(redis: Client, number: int) -> bool:
    """So many pictures of killed stories were looked at, and nothing waits."""
    if await redis.exists("lightwire:pictures.dropped") and await redis.xlen("lightwire:pictures.dropped") >= number:
        return await _idle(redis, "pictures.dropped", "darkroom")
    return False


async def _dead(redis: Client, number: int) -> bool:
    return len(await letters(redis)) >= number


async def _idle(redis: Client, stream: str, group: str) -> bool:
    (found,) = [one for one in await redis.xinfo_groups(f"lightwire:{stream}") if one["name"] == group.encode()]
    last = (await redis.xinfo_stream(f"lightwire:{stream}"))["last-generated-id"]
    return bool(found["pending"] == 0 and found["last-delivered-id"] == last)


async def _renewed(redis: Client) -> bool:
    rows = await redis.xpending_range("lightwire:pictures.due", "darkroom", min="-", max="+", count=1)
    (row,) = rows
    assert row["times_delivered"] == 1
    first = int(row["message_id"].decode().split("-")[0])
    seconds, micros = await redis.time()
    return bool(seconds * 1_000 + micros // 1_000 - first > 2_500 and row["time_since_delivered"] < 1_500)
