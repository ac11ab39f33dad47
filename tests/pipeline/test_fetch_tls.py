"""Fetching over TLS from servers on this machine, some of which break it."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.enrichment.darkroom.addresses import Hosts
from services.enrichment.darkroom.fetch import Fetcher, NotFetched
from services.enrichment.darkroom.limits import Limits, Unusable

Answer = Callable[[StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\npicture"
BROKEN_RECORD = b"\x17\x03\x03\x00\x40" + bytes(64)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of a.example alone, signed by itself: certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return folder / "cert.pem", folder / "key.pem"


@asynccontextmanager
async def served(certificate: tuple[Path, Path], answer: Answer) -> AsyncIterator[tuple[Fetcher, int]]:
    """A server that answers so, and a fetcher that trusts its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    talks: set[asyncio.Task[None]] = set()

    async def handle(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await answer(writer)
                await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    fetcher = Fetcher(Hosts([f"a.example:{port}", f"b.example:{port}"]), Limits(), lambda _: True, trusting)

    async def here(_: object, port: int, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    loop = asyncio.get_running_loop()
    really, loop.getaddrinfo = loop.getaddrinfo, here  # type: ignore[method-assign,assignment]
    try:
        yield fetcher, port
    finally:
        loop.getaddrinfo = really  # type: ignore[method-assign]
        await fetcher.close()
        server.close()
        if talks:
            _, late = await asyncio.wait(talks, timeout=5)
            assert not late


async def well(writer: StreamWriter) -> None:
    writer.write(OK)


async def test_a_host_shows_its_own_certificate_whoever_else_lives_at_its_address(
    certificate: tuple[Path, Path],
) -> None:
    async with served(certificate, well) as (fetcher, port):
        assert await fetcher.fetch(f"https://a.example:{port}/1.jpg") == b"picture"
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"https://b.example:{port}/2.jpg")


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
async def test_a_host_that_breaks_tls_is_tried_again_later(certificate: tuple[Path, Path], said: bytes) -> None:
    async def broken(writer: StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        # Past the cipher: what arrives is no record of this connection.
        with writer.get_extra_info("socket").dup() as wire:
            wire.send(BROKEN_RECORD)

    async with served(certificate, broken) as (fetcher, port):
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"https://a.example:{port}/1.jpg")


async def test_a_redirect_that_gives_up_tls_is_refused(certificate: tuple[Path, Path]) -> None:
    async def elsewhere(writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://a.example/\r\nContent-Length: 0\r\n\r\n")

    async with served(certificate, elsewhere) as (fetcher, port):
        with pytest.raises(Unusable, match="without TLS"):
            await fetcher.fetch(f"https://a.example:{port}/1.jpg")
