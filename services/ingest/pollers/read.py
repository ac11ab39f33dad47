"""Ask newsrooms' servers: one request to a host at a time, within bounds, and nowhere inside our own walls."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx

from shared.addresses import PORTS, Address, Hosts, asked, public
from shared.pinned import NoAddress, Pinned, Unreachable, Walled

MOST_REDIRECTS = 3
SECONDS = 30.0
"""One answer may take so long; each redirect is one."""
_MOST_HOSTS = 2_000
Named = tuple[str, int | None]
"""A host and its port as an operator lists them: no port is the usual one, with TLS and without."""


class Unread(Exception):  # noqa: N818 - tried again later
    """It did not come this time; the message says why, and quotes nothing of the answer."""


class Answer(NamedTuple):
    """An answer, unpacked. ``url`` is where it was in the end; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Reader:
    """The HTTP client of all pollers. ``inside``: hosts that are asked although they are not on the internet."""

    def __init__(self, inside: Hosts, max_bytes: int, gap_s: float, may: Callable[[Address], bool] = public) -> None:
        self._inside, self._max_bytes, self._gap_s = inside, max_bytes, gap_s
        self._pinned = Pinned(may)
        self._turns: dict[str, _Turn] = {}

    async def ask(
        self, href: str, headers: Mapping[str, str], *, secret: str | None = None, method: str = "GET",
        home: str | None = None,
    ) -> Answer:  # fmt: skip
        """The answer, whatever its status. ``secret`` is an ``Authorization``. Raises ``Unread``.

        Of the hosts inside only that of ``home`` is asked, by default that of ``href``: where a source leads to, and
        what it links to, is in its hands, and it may not point at another's.
        """
        try:
            url, own = httpx.URL(href), _named(httpx.URL(home or href))
            for _ in range(MOST_REDIRECTS + 1):
                found = await self._once(url, headers, secret, method, own)
                if isinstance(found, Answer):
                    return found
                if url.scheme == "https" and found.scheme == "http":
                    raise Unread("its address leads on to one without TLS: give the last one")
                if secret and _origin(url) != _origin(found):
                    raise Unread("its address leads on to another host, which must not learn the password: give that")
                url = found
        except TimeoutError:
            raise Unread(f"its host took more than {SECONDS:.0f} seconds") from None
        except httpx.InvalidURL:
            raise Unread("its address cannot be read: give https://host/path") from None
        except (httpx.HTTPError, OSError) as error:
            raise Unread(f"its host did not answer as it should ({type(error).__name__})") from None
        raise Unread(f"its address leads on more than {MOST_REDIRECTS} times: give the last one")

    async def _once(
        self, url: httpx.URL, headers: Mapping[str, str], secret: str | None, method: str, own: Named | None
    ) -> Answer | httpx.URL:
        whom = asked(url)
        if whom is None:
            raise Unread("its address leads to no web server: give https://host/path")
        host, named = whom[0], _named(url)
        inside = named is not None and named == own and self._inside.names(*named)
        if secret and url.scheme != "https" and not inside:
            raise Unread("a password is sent over TLS only: give https://, or add the host to LIGHTWIRE_POLL_INSIDE")
        sent = {"User-Agent": "Lightwire", "Accept-Encoding": "gzip", **headers}
        if secret:
            sent["Authorization"] = secret
        async with self._turn(host), asyncio.timeout(SECONDS):
            try:
                async with self._pinned.ask(
                    url, whom, sent, method=method, may=_anywhere if inside else None
                ) as answer:
                    if answer.has_redirect_location:
                        return url.join(answer.headers.get("location", ""))
                    body = b"" if method == "HEAD" else await self._body(answer)
                    return Answer(answer.status_code, dict(answer.headers), body, str(url))
            except NoAddress:
                raise Unread("its host has no address") from None
            except Walled:
                raise Unread(
                    "its host has an address that is not on the public internet: "
                    "if it is yours, add it to LIGHTWIRE_POLL_INSIDE"
                ) from None
            except Unreachable as why:
                raise Unread(f"its host cannot be reached ({why})") from None

    async def _body(self, answer: httpx.Response) -> bytes:
        packed = answer.headers.get("content-encoding", "identity").strip().lower()
        if packed not in {"identity", "gzip", "x-gzip", ""}:
            raise Unread("its host packs what it sends in another way than it was asked to")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packed else None
        parts: list[bytes] = []
        size = 0
        try:
            async for part in answer.aiter_raw():
                # One byte more than may be, so that a bomb is told from what just fits.
                plain = unpack.decompress(part, self._max_bytes - size + 1) if unpack else part
                parts.append(plain)
                size += len(plain)
                if size > self._max_bytes:
                    raise Unread(f"has more than {self._max_bytes:,} bytes: list fewer entries")
        except zlib.error:
            raise Unread("what its host sends cannot be unpacked") from None
        if unpack and size and (not unpack.eof or unpack.unused_data):
            raise Unread("what its host sends cannot be unpacked")
        return b"".join(parts)

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """One request to a host at a time, and a pause between two."""
        if len(self._turns) > _MOST_HOSTS:
            self._turns = {name: turn for name, turn in self._turns.items() if turn.lock.locked()}
        turn = self._turns.setdefault(host, _Turn())
        loop = asyncio.get_running_loop()
        async with turn.lock:
            await asyncio.sleep(max(0.0, turn.free_at - loop.time()))
            try:
                yield
            finally:
                turn.free_at = loop.time() + self._gap_s

    async def close(self) -> None:
        """Let go of its connections."""
        await self._pinned.close()


class _Turn:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0


def _anywhere(_: Address) -> bool:
    return True


def _named(url: httpx.URL) -> Named | None:
    whom = asked(url)
    return None if whom is None else (whom[0], None if whom[1] == PORTS[url.scheme] else whom[1])


def _origin(url: httpx.URL) -> tuple[str, tuple[str, int] | None]:
    return url.scheme, asked(url)
