"""Fetch a picture from the address a newsroom gave, without being led anywhere else."""

import asyncio
import ssl
from collections.abc import Callable
from http import HTTPStatus

import httpx

from services.enrichment.darkroom.addresses import Hosts
from services.enrichment.darkroom.limits import Limits, Unusable
from shared.addresses import Address, public
from shared.pinned import NoAddress, Pinned, Unreachable, Walled

MOST_REDIRECTS = 3
SECONDS, SILENT_S = 30.0, 60.0
_HEADERS = {"User-Agent": "Lightwire", "Accept": "image/*", "Accept-Encoding": "identity"}


class NotFetched(Exception):  # noqa: N818 - tried again later
    """It did not come this time; the message says why, and quotes nothing of the answer."""


class Fetcher:
    """Gets pictures by address. ``may`` decides on every single IP address before anything is sent to it."""

    def __init__(
        self, hosts: Hosts, limits: Limits, may: Callable[[Address], bool] = public, tls: ssl.SSLContext | None = None
    ) -> None:
        self._hosts, self._limits = hosts, limits
        self._silent: dict[str, float] = {}
        self._pinned = Pinned(may, tls)

    async def fetch(self, href: str) -> bytes:
        """Its bytes. Raises ``Unusable`` where that will never work, ``NotFetched`` where it may."""
        try:
            async with asyncio.timeout(SECONDS):
                url = httpx.URL(href)
                for _ in range(MOST_REDIRECTS + 1):
                    found = await self._once(url)
                    if isinstance(found, bytes):
                        return found
                    if url.scheme == "https" and found.scheme == "http":
                        raise Unusable("its address leads on to one without TLS: give that, or upload the picture")
                    url = found
        except TimeoutError:
            raise NotFetched(f"its host took more than {SECONDS:.0f} seconds") from None
        except httpx.InvalidURL:
            raise Unusable("its address cannot be read: give https://host/path") from None
        except (httpx.HTTPError, OSError) as error:
            # OSError: what Python's TLS raises while it reads, and httpx lets through.
            raise NotFetched(f"its host did not answer as it should ({type(error).__name__})") from None
        raise Unusable(f"its address leads on more than {MOST_REDIRECTS} times: give the last one")

    async def _once(self, url: httpx.URL) -> bytes | httpx.URL:
        """The picture, or where it is instead."""
        host, port = self._hosts.check(url)
        now = asyncio.get_running_loop().time()
        if self._silent.get(host, 0.0) > now:
            raise NotFetched(f"its host did not answer within the last {SILENT_S:.0f} seconds")
        try:
            async with self._pinned.ask(url, (host, port), _HEADERS) as answer:
                return await self._read(answer, url)
        except NoAddress:
            raise NotFetched("its host has no address") from None
        except Walled:
            raise Unusable(
                "its host has an address that is not on the public internet: upload the picture instead"
            ) from None
        except Unreachable as why:
            # One that swallows what is sent to it would cost every other picture this long.
            self._silent = {host: now + SILENT_S, **{one: until for one, until in self._silent.items() if until > now}}
            raise NotFetched(f"its host did not answer as it should ({why})") from None

    async def _read(self, answer: httpx.Response, url: httpx.URL) -> bytes | httpx.URL:
        if answer.has_redirect_location:
            return url.join(answer.headers.get("location", ""))
        if answer.status_code != HTTPStatus.OK:
            raise NotFetched(f"its host answers {answer.status_code}")
        parts: list[bytes] = []
        size = 0
        # Raw: a body that unpacks to a thousand times its size is not unpacked.
        async for part in answer.aiter_raw():
            parts.append(part)
            size += len(part)
            if size > self._limits.max_bytes:
                raise Unusable(f"has more than {self._limits.max_bytes:,} bytes: give the address of a smaller one")
        return b"".join(parts)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._pinned.close()
