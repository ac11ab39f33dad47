"""What is carried on from the site is whole, signed, and without what was withdrawn."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from subprocess import run
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from redis.asyncio import Redis
from starlette.concurrency import run_in_threadpool
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from services.site.app import build
from services.site.folds.bundle import Bound, bundle
from shared.articles import Direction
from shared.errors import Unusable
from shared.keyring import delegate, load_edition, make_keys
from tests.pictures import stored
from tests.pipeline.signed_site import Signing, signing
from tests.pipeline.site_house import caught_up, open_site, settings, tell
from tests.server import Server, free_port

Told = Callable[..., Coroutine[Any, Any, httpx.AsyncClient]]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture"
DIGEST = sha256(PICTURE).hexdigest()
PERSIAN: dict[str, Any] = {"language": "fa", "direction": Direction.RTL, "headline": "می‌رود"}


@pytest.fixture
def newsroom(tmp_path: Path) -> Signing:
    return signing(tmp_path)


@pytest.fixture
async def told(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]], newsroom: Signing
) -> AsyncIterator[Told]:
    chosen = settings(redis_server.url, tmp_path, keys=newsroom.edition, base_url="https://news.example")
    async with open_site(chosen) as client:

        async def tell_(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield tell_


def unpacked(answer: httpx.Response, folder: Path) -> Path:
    """The one folder in it."""
    with ZipFile(BytesIO(answer.content)) as archive:
        archive.extractall(folder)
        (top,) = {name.split("/")[0] for name in archive.namelist()}
    return folder / top


def names(answer: httpx.Response) -> set[str]:
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name.partition("/")[2] for name in archive.namelist()}


async def test_a_bundle_has_every_story_its_picture_and_its_signature_and_a_list_of_all(
    told: Told, newsroom: Signing, tmp_path: Path
) -> None:
    stored(tmp_path / "media", PICTURE)
    client = await told(
        newsroom.shown("a", 1, f'<img src="../media/{DIGEST}">'), *newsroom.story("b", 2),
        *newsroom.story("c", 1, path="/fa/رفته-0123456789.html", **PERSIAN),
    )  # fmt: skip

    full, light = await client.get("/en/bundle.zip"), await client.get("/en/light/bundle.zip")
    persian = unpacked(await client.get("/fa/bundle.zip"), tmp_path)

    fronts = {"index.html", "en/index.html", "en/light/index.html"}
    signed = {"SHA256SUMS", "SHA256SUMS.minisig", "keys/edition.pub", "keys/edition.pub.minisig"}
    pages = {"en/a.html", "en/b.html", "en/light/b.html"}
    assert names(full) == fronts | signed | pages | {f"{page}.minisig" for page in pages} | {f"media/{DIGEST}"}
    assert names(light) == fronts | signed | {"en/light/b.html", "en/light/b.html.minisig"}
    assert full.headers["content-type"] == "application/zip"
    assert full.headers["content-disposition"].startswith('attachment; filename="en-full-2')
    assert (persian / "fa/رفته-0123456789.html").read_text("utf-8") == "<p>full text</p>"
    assert "%D8%B1%D9%81%D8%AA%D9%87" in (persian / "index.html").read_text("utf-8")
    whole = newsroom.verify(persian, "--json")
    assert whole.exit_code == 0, whole.output
    assert '"stories": 1' in whole.stdout


async def test_a_reader_with_the_newsroom_s_key_alone_can_check_the_file_as_it_came(
    told: Told, newsroom: Signing, tmp_path: Path
) -> None:
    client = await told(*newsroom.story("a", 1))
    file = tmp_path / "bundle.zip"
    file.write_bytes((await client.get("/en/bundle.zip")).content)

    heard = newsroom.verify(file)

    assert heard.exit_code == 0, heard.output
    assert "genuine and whole" in heard.stdout


@pytest.mark.needs("minisign")
async def test_minisign_and_sha256sum_believe_the_bundle_too(told: Told, newsroom: Signing, tmp_path: Path) -> None:
    client = await told(*newsroom.story("a", 1))
    folder = unpacked(await client.get("/en/bundle.zip"), tmp_path)

    for command in (
        ["minisign", "-Vqm", "keys/edition.pub", "-p", str(newsroom.trusted)],
        ["minisign", "-Vqm", "SHA256SUMS", "-p", "keys/edition.pub"],
        ["minisign", "-Vqm", "en/a.html", "-p", str(newsroom.trusted)],
        ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"],
    ):
        done = await run_in_threadpool(run, command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


async def test_a_kill_or_a_correction_is_in_the_next_bundle_at_once(told: Told, newsroom: Signing) -> None:
    await told(*newsroom.story("a", 1, "first words"), *newsroom.story("b", 1, "other words"))
    client = await told()
    before = (await client.get("/en/bundle.zip")).content
    await told(*newsroom.withdrawn("a", 2), *newsroom.story("b", 2, "corrected"), *newsroom.story("a", 1, "late"))

    after = await client.get("/en/bundle.zip")

    with ZipFile(BytesIO(before)) as first, ZipFile(BytesIO(after.content)) as second:
        old = b"".join(first.read(name) for name in first.namelist())
        new = b"".join(second.read(name) for name in second.namelist())
    assert b"first words" in old
    assert b"other words" in old
    assert not [word for word in (b"first words", b"other words", b"late", b"Headline 1 of a") if word in new]
    assert b"full corrected" in new
    assert "en/a.html" not in names(after)
    await told(*newsroom.withdrawn("b", 3))
    assert (await client.get("/en/bundle.zip")).status_code == 404


async def test_the_same_bundle_is_not_sent_twice(told: Told, newsroom: Signing) -> None:
    client = await told(*newsroom.story("a", 1))
    first = await client.get("/en/bundle.zip")

    again = await client.get("/en/bundle.zip", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


def page(folder: Path) -> Path:
    return folder / "en" / "a.html"


def resigned(folder: Path) -> None:
    """By somebody who has keys, only not the newsroom's."""
    stranger = signing(folder.with_name("stranger"))
    sums = (folder / "SHA256SUMS").read_bytes().replace(b"light", b"night")
    (folder / "en" / "light").rename(folder / "en" / "night")
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.minisig").write_text(stranger.signer.sidecar(sums, "lightwire bundle made=now"), "ascii")


def swapped(folder: Path) -> None:
    """A page under another's name, listed as such by a site's key that was stolen."""
    page(folder).write_bytes((folder / "en" / "light" / "a.html").read_bytes())
    _list_again(folder)


def unsigned(folder: Path) -> None:
    """A page of their own, with nothing beside it."""
    (folder / "en" / "forged.html").write_text("<p>forged</p>")
    _list_again(folder)


def _list_again(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("SHA256SUMS"))
    lines = [f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n" for file in files]
    sums = "".join(lines).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    stolen = load_edition(folder.parent / "edition").signer
    (folder / "SHA256SUMS.minisig").write_text(stolen.sidecar(sums, "lightwire bundle made=now"), "ascii")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: page(folder).write_text("<p>forged</p>"), "en/a.html is not the file that is listed"),
        (lambda folder: page(folder).unlink(), "en/a.html is missing"),
        (lambda folder: (folder / "en" / "b.html").write_text("new"), "en/b.html was put in"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "no bundle"),
        (lambda folder: (folder / "SHA256SUMS.minisig").unlink(), "SHA256SUMS.minisig is missing"),
        (resigned, "not among those you trust"),
        (swapped, "en/a.html: the file is not what was signed"),
        (unsigned, "en/forged.html has no signature"),
    ],
    ids=["changed", "removed", "put in", "no list", "no signature", "another key", "swapped", "page without signature"],
)
async def test_a_bundle_somebody_meddled_with_is_told_by_the_file(
    told: Told, newsroom: Signing, tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    client = await told(*newsroom.story("a", 1))
    folder = unpacked(await client.get("/en/bundle.zip"), tmp_path)
    assert newsroom.verify(folder).exit_code == 0
    spoil(folder)

    heard = newsroom.verify(folder)

    assert heard.exit_code == 1
    assert said in heard.output


async def test_a_site_without_keys_makes_bundles_that_claim_nothing(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]], newsroom: Signing
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, *newsroom.story("a", 1))
        await until(lambda: caught_up(redis, client))
        folder = unpacked(await client.get("/en/bundle.zip"), tmp_path)

    assert not (folder / "keys").exists()
    assert "sha256sum" not in (folder / "index.html").read_text("utf-8")
    heard = newsroom.verify(folder)
    assert (heard.exit_code, "not signed" in heard.output) == (1, True)


async def test_a_bundle_does_without_a_picture_that_is_gone_and_waits_for_one_that_is_only_away(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]], newsroom: Signing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fact = newsroom.shown("a", 1, f'<img src="../media/{DIGEST}">')
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, fact)
        await until(lambda: caught_up(redis, client))
        without = await client.get("/en/bundle.zip")

    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    for name, value in {"AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(name, value)
    bucket = settings(redis_server.url, tmp_path).model_copy(update={"media": "s3://pictures"})
    async with open_site(bucket) as client:

        async def shows() -> bool:
            return (await client.get("/en/a.html")).status_code == 200

        await until(shows)
        away = await client.get("/en/bundle.zip")

    assert without.status_code == 200
    assert not [name for name in names(without) if name.startswith("media/")]
    assert (away.status_code, away.headers["retry-after"]) == (503, "2")


async def test_an_archive_has_what_the_site_answers_with_digests_that_hold(
    told: Told, newsroom: Signing, tmp_path: Path
) -> None:
    stored(tmp_path / "media", PICTURE)
    client = await told(
        newsroom.shown("a", 1, f'<img src="../media/{DIGEST}">'), *newsroom.story("b", 1, "killed words"),
    )  # fmt: skip
    await told(*newsroom.withdrawn("b", 2))
    month = f"{datetime.now(UTC):%Y-%m}"

    shown = await client.get("/en/archive/2026-11.warc.gz")
    notices = await client.get(f"/en/archive/{month}.warc.gz")

    archived = {}
    for answer in (shown, notices):
        for record in ArchiveIterator(BytesIO(answer.content), check_digests="raise"):
            if record.rec_type == "response":
                status = record.http_headers.get_statuscode()
                archived[record.rec_headers["WARC-Target-URI"]] = status, record.content_stream().read()
    home = "https://news.example"
    assert archived[f"{home}/en/a.html"] == ("200", f'<img src="../media/{DIGEST}">'.encode())
    assert archived[f"{home}/en/a.html.minisig"][1].startswith(b"untrusted comment")
    assert archived[f"{home}/media/{DIGEST}"] == ("200", PICTURE)
    assert archived[f"{home}/en/b.html"] == ("410", b"<p>gone</p>")
    assert not [body for _, body in archived.values() if b"killed words" in body]
    assert shown.headers["content-type"] == "application/warc"


async def test_an_archive_of_no_month_or_of_an_empty_one_is_not_there(told: Told, newsroom: Signing) -> None:
    client = await told(*newsroom.story("a", 1))

    answers = [
        (await client.get(f"/en/archive/{file}")).status_code
        for file in ("2026-13.warc.gz", "2026-11.warc", "2019-01.warc.gz", "x")
    ]

    assert answers == [404, 404, 404, 404]
    assert (await client.get("/zz/bundle.zip")).status_code == 404
    assert (await client.get("/e*/bundle.zip")).status_code == 404


async def test_a_site_whose_key_the_newsroom_does_not_vouch_for_does_not_start(
    redis_server: Server, tmp_path: Path, newsroom: Signing
) -> None:
    make_keys(tmp_path / "other")
    delegate(tmp_path / "other", tmp_path / "strange")
    for file in (tmp_path / "strange" / "newsroom").glob("*.pub"):
        file.unlink()

    with pytest.raises(Unusable, match="lightwire keys edition"):
        build(settings(redis_server.url, tmp_path, keys=tmp_path / "strange"))


async def test_a_story_that_is_killed_while_it_is_packed_does_not_leave_in_the_bundle(
    told: Told, newsroom: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await told(*newsroom.story("a", 1, "killed words"), *newsroom.story("b", 1))
    packed: list[Bound] = []

    def packs(bound: Bound) -> bytes:
        """The kill comes when the stories are in the packer's hands, whose thread waits for it to be obeyed."""
        if not packed:
            asyncio.run_coroutine_threadsafe(told(*newsroom.withdrawn("a", 2)), loop).result(20)
        packed.append(bound)
        return bundle(bound)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr("services.site.exports.bundle", packs)

    answer = await client.get("/en/bundle.zip")

    assert len(packed) == 2
    assert names(answer) & {"en/a.html", "en/b.html"} == {"en/b.html"}


async def test_a_bundle_whose_stories_change_each_time_it_is_packed_has_to_wait(
    told: Told, newsroom: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, loop, sequences = await told(*newsroom.story("a", 1)), asyncio.get_running_loop(), iter(range(2, 9))

    def packs(bound: Bound) -> bytes:
        number = next(sequences)
        asyncio.run_coroutine_threadsafe(told(*newsroom.story("a", number, f"words {number}")), loop).result(20)
        return bundle(bound)

    monkeypatch.setattr("services.site.exports.bundle", packs)

    assert (await client.get("/en/bundle.zip")).status_code == 503
