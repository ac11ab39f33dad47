"""Pictures in a folder and in a bucket: the same promises, kept by both."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from shared.errors import Away, Unusable
from shared.media import DEVELOPED, ORIGINAL, SHOWN, Media
from tests.server import free_port

CONTENT = bytes(range(256)) * 400
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of a server that speaks S3, with a bucket named pictures."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="pictures")
    client.close()
    yield address
    server.stop()


def at_s3(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """What an operator sets for a bucket that is not Amazon's."""
    for name, value in {
        "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Media:
    if request.param == "folder":
        return Media(str(tmp_path / "media"))
    at_s3(monkeypatch, request.getfixturevalue("bucket"))
    return Media(f"s3://pictures/{tmp_path.name}")


async def test_what_was_put_is_there_until_it_is_dropped(store: Media) -> None:
    assert await store.get(SHOWN, DIGEST) is None

    await store.put(SHOWN, DIGEST, CONTENT)
    await store.put(SHOWN, DIGEST, CONTENT)

    assert await store.get(SHOWN, DIGEST) == CONTENT
    assert await store.shown(DIGEST) == CONTENT
    assert (await store.has(SHOWN, DIGEST), await store.has(ORIGINAL, DIGEST)) == (True, False)
    await store.drop(SHOWN, DIGEST)
    await store.drop(SHOWN, DIGEST)
    assert await store.get(SHOWN, DIGEST) is None


async def test_kinds_are_apart(store: Media) -> None:
    await store.put(ORIGINAL, DIGEST, CONTENT)
    await store.put(DEVELOPED, DIGEST, b"{}")

    assert await store.shown(DIGEST) is None
    assert await store.get(DEVELOPED, DIGEST) == b"{}"


async def test_bytes_that_are_not_those_of_their_digest_are_not_shown(store: Media) -> None:
    await store.put(SHOWN, DIGEST, CONTENT[:-1])

    assert await store.shown(DIGEST) is None


async def test_who_reads_while_it_is_written_finds_all_of_it_or_nothing(store: Media) -> None:
    async def write() -> None:
        for _ in range(20):
            await store.put(SHOWN, DIGEST, CONTENT)

    writing = asyncio.create_task(write())
    while not writing.done():
        assert await store.get(SHOWN, DIGEST) in (None, CONTENT)
    await writing


async def test_a_bucket_that_cannot_be_reached_is_away_and_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    at_s3(monkeypatch, f"http://127.0.0.1:{free_port()}")
    store = Media("s3://pictures")

    with pytest.raises(Away):
        await store.get(SHOWN, DIGEST)
    with pytest.raises(Away):
        await store.put(SHOWN, DIGEST, CONTENT)
    with pytest.raises(Away):
        await store.drop(SHOWN, DIGEST)


async def test_a_bucket_that_does_not_exist_is_said_by_its_name(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_s3(monkeypatch, bucket)

    with pytest.raises(Away, match="NoSuchBucket"):
        await Media("s3://elsewhere").put(SHOWN, DIGEST, CONTENT)
    with pytest.raises(Away, match="NoSuchBucket"):
        await Media("s3://elsewhere").get(SHOWN, DIGEST)


@pytest.mark.parametrize("place", ["ftp://somewhere/x", "https://bucket.example/x", "s3://"])
def test_a_place_that_is_none_is_told_to_the_operator(place: str) -> None:
    with pytest.raises(Unusable, match="LIGHTWIRE_MEDIA is"):
        Media(place)


def test_a_folder_that_cannot_be_made_is_told_to_the_operator(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unusable, match="LIGHTWIRE_MEDIA is"):
        Media(str(tmp_path / "file" / "media"))


async def test_what_is_older_is_found_and_nothing_of_another_kind(store: Media) -> None:
    await store.put(ORIGINAL, DIGEST, CONTENT)
    await store.put(SHOWN, DIGEST, CONTENT)
    now = datetime.now(UTC)

    assert [one async for one in store.older(ORIGINAL, now + timedelta(hours=1))] == [DIGEST]
    assert [one async for one in store.older(ORIGINAL, now - timedelta(hours=1))] == []
    assert [one async for one in store.older(DEVELOPED, now + timedelta(hours=1))] == []
