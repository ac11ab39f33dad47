"""Fetching a picture from a real server on this machine that tries what servers may try."""

import asyncio
import gzip
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, cast

import pytest

from services.enrichment.darkroom import fetch as module
from services.enrichment.darkroom.addresses import Hosts
from services.enrichment.darkroom.fetch import Fetcher, NotFetched
from services.enrichment.darkroom.limits import Limits, Unusable
from shared.addresses import Address
from shared.pinned import TRIED

Answer = Callable[[StreamWriter], Awaitable[None]]
LOOPBACK = ip_address("127.0.0.1")
HOST = "localhost"


class Origin:
    """Answers each path as it is told, and remembers what was sent to it."""

    def __init__(self) -> None:
        self.port = 0
        self.patient = False
        """Waits for the next request on the same connection."""
        self.answers: dict[str, Answer] = {}
        self.heads: list[bytes] = []
        self.talks: set[asyncio.Task[None]] = set()

    def at(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def says(self, path: str, status: int, body: bytes = b"", **headers: str) -> str:
        async def answer(writer: StreamWriter) -> None:
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
            lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
            await _send(writer, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

        self.answers[path] = answer
        return self.at(path)

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.talks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                await self.answers[head.split()[1].decode()](writer)
                await writer.drain()
                if not self.patient:
                    break
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    found = Origin()
    server = await asyncio.start_server(found.handle, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    _, late = await asyncio.wait(found.talks, timeout=5) if found.talks else ((), set())
    assert not late


def here(address: Address) -> bool:
    """What ``public`` would say, were this machine the internet."""
    return address == LOOPBACK


@pytest.fixture
async def fetcher(origin: Origin) -> AsyncIterator[Fetcher]:
    found = Fetcher(Hosts([f"{HOST}:{origin.port}"]), Limits(max_bytes=100_000), lambda address: address.is_loopback)
    yield found
    await found.close()


async def test_what_stands_there_comes_as_it_is(origin: Origin, fetcher: Fetcher) -> None:
    assert await fetcher.fetch(origin.says("/a.jpg?size=full", 200, b"picture")) == b"picture"

    (head,) = origin.heads
    assert f"Host: {HOST}:{origin.port}".encode() in head
    assert b"Cookie" not in head
    assert b"Authorization" not in head
    assert b"Accept-Encoding: identity" in head


async def test_an_address_inside_is_never_asked_even_where_its_host_is_allowed(origin: Origin) -> None:
    strict = Fetcher(Hosts([f"{HOST}:{origin.port}"]), Limits())

    with pytest.raises(Unusable, match="not on the public internet"):
        await strict.fetch(origin.says("/a.jpg", 200, b"secret"))

    assert origin.heads == []
    await strict.close()


async def test_one_address_inside_among_others_is_enough_to_refuse(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Address] = []

    def may(address: Address) -> bool:
        asked.append(address)
        return address == LOOPBACK

    loop = asyncio.get_running_loop()

    async def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (ip, origin.port)) for ip in ("127.0.0.1", "10.0.0.1")]

    monkeypatch.setattr(loop, "getaddrinfo", both)
    fetcher = Fetcher(Hosts([f"{HOST}:{origin.port}"]), Limits(), may)

    with pytest.raises(Unusable, match="not on the public internet"):
        await fetcher.fetch(origin.says("/a.jpg", 200, b"picture"))

    assert origin.heads == []
    await fetcher.close()


async def test_a_name_is_looked_up_once_and_the_address_that_was_looked_at_is_the_one_asked(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, answers = asyncio.get_running_loop(), iter(["127.0.0.1"])

    async def once(*_: object, **__: object) -> list[tuple[object, ...]]:
        # A second look would raise StopIteration: who rebinds a name has no second answer to give.
        return [(2, 1, 6, "", (next(answers), origin.port))]

    monkeypatch.setattr(loop, "getaddrinfo", once)
    fetcher = Fetcher(Hosts([f"images.desk.example:{origin.port}"]), Limits(), here)
    origin.says("/a.jpg", 200, b"picture")

    assert await fetcher.fetch(f"http://images.desk.example:{origin.port}/a.jpg") == b"picture"
    assert f"Host: images.desk.example:{origin.port}".encode() in origin.heads[0]
    await fetcher.close()


async def test_no_connection_serves_a_second_picture(origin: Origin, fetcher: Fetcher) -> None:
    origin.patient = True
    for _ in range(2):
        await fetcher.fetch(origin.says("/a.jpg", 200, b"picture"))

    assert len(origin.talks) == 2


async def test_a_host_that_does_not_answer_is_not_asked_again_at_once(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher, asked = Fetcher(Hosts([f"{HOST}:1"]), Limits(), lambda address: address.is_loopback), 0
    really = fetcher._pinned.client.send

    async def counting(*args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        asked += 1
        return await really(*args, **kwargs)

    monkeypatch.setattr(fetcher._pinned.client, "send", counting)
    for _ in range(3):
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"http://{HOST}:1/a.jpg")

    assert 1 <= asked <= TRIED
    await fetcher.close()


async def test_a_redirect_is_followed_to_a_host_that_is_allowed(origin: Origin, fetcher: Fetcher) -> None:
    origin.says("/b.jpg", 200, b"picture")

    assert await fetcher.fetch(origin.says("/a.jpg", 302, Location="/b.jpg")) == b"picture"


@pytest.mark.parametrize(
    "there",
    ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "https://evil.example/"],
)
async def test_a_redirect_elsewhere_is_refused_before_anything_is_sent(
    origin: Origin, fetcher: Fetcher, there: str
) -> None:
    with pytest.raises(Unusable):
        await fetcher.fetch(origin.says("/a.jpg", 307, Location=there))

    assert len(origin.heads) == 1


async def test_a_redirect_in_a_circle_ends(origin: Origin, fetcher: Fetcher) -> None:
    with pytest.raises(Unusable, match="leads on more than 3 times"):
        await fetcher.fetch(origin.says("/a.jpg", 301, Location="/a.jpg"))

    assert len(origin.heads) == 4


@pytest.mark.parametrize("length", ["exact", "none"])
async def test_one_that_is_too_long_is_left_after_as_much_as_may_be(
    origin: Origin, fetcher: Fetcher, length: str
) -> None:
    sent = 0

    async def endless(writer: StreamWriter) -> None:
        nonlocal sent
        head = f"Content-Length: {10**9}\r\n" if length == "exact" else "Connection: close\r\n"
        await _send(writer, f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
        while sent < 50_000_000:
            await _send(writer, b"x" * 65_536)
            sent += 65_536

    origin.answers["/a.jpg"] = endless

    with pytest.raises(Unusable, match="more than 100,000 bytes"):
        await fetcher.fetch(origin.at("/a.jpg"))
    assert sent < 20_000_000


async def test_a_body_that_unpacks_to_more_is_not_unpacked(origin: Origin, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"\0" * 50_000_000)

    assert await fetcher.fetch(origin.says("/a.jpg", 200, packed, Content_Encoding="gzip")) == packed


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410, 429, 500, 503])
async def test_any_other_answer_is_tried_again_later(origin: Origin, fetcher: Fetcher, status: int) -> None:
    with pytest.raises(NotFetched, match=f"answers {status}"):
        await fetcher.fetch(origin.says("/a.jpg", status))


async def test_a_host_that_hangs_up_or_talks_nonsense_is_tried_again_later(origin: Origin, fetcher: Fetcher) -> None:
    async def nonsense(writer: StreamWriter) -> None:
        await _send(writer, b"SSH-2.0-OpenSSH_9\r\n\r\n")

    async def cut(writer: StreamWriter) -> None:
        await _send(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    origin.answers |= {"/a.jpg": nonsense, "/b.jpg": cut}

    for path in ("/a.jpg", "/b.jpg"):
        with pytest.raises(NotFetched):
            await fetcher.fetch(origin.at(path))


async def test_a_host_that_drips_is_left_after_a_while(
    origin: Origin, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)

    async def drip(writer: StreamWriter) -> None:
        await _send(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while True:
            await _send(writer, b"x")
            await asyncio.sleep(0.02)

    origin.answers["/a.jpg"] = drip

    with pytest.raises(NotFetched, match="took more than"):
        await fetcher.fetch(origin.at("/a.jpg"))


async def test_nobody_listening_is_tried_again_later(origin: Origin) -> None:
    fetcher = Fetcher(Hosts([f"{HOST}:1"]), Limits(), lambda address: address.is_loopback)

    with pytest.raises(NotFetched):
        await fetcher.fetch(f"http://{HOST}:1/a.jpg")
    await fetcher.close()


async def test_a_proxy_in_the_environment_is_not_asked(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    fetcher = Fetcher(Hosts([f"{HOST}:{origin.port}"]), Limits(), lambda address: address.is_loopback)

    assert await fetcher.fetch(origin.says("/a.jpg", 200, b"picture")) == b"picture"
    await fetcher.close()


@pytest.mark.parametrize("address", ["", "a.jpg", "http://", "http://[::1", "http://exa mple/", "http://\0/"])
async def test_an_address_that_is_none_is_refused(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(Unusable):
        await fetcher.fetch(address)


async def _send(writer: StreamWriter, content: bytes) -> None:
    writer.write(content)
    await writer.drain()
