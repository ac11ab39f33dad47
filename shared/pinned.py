"""Ask a host at the very address that was looked at, so that no name and no redirect leads inside our own walls."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx

from shared.addresses import Address, parsed, public

TRIED = 2
"""Addresses of a host that are tried."""
CONNECT_S, READ_S = 3.0, 10.0


class Walled(Exception):  # noqa: N818 - it will never be asked
    """The host has an address that may not be asked."""


class Unreachable(Exception):  # noqa: N818 - tried again later
    """Nobody answers there; the message says why."""


class NoAddress(Unreachable):
    """The name leads nowhere."""


class Pinned:
    """An HTTP client. ``may`` decides on every single IP address before anything is sent to it."""

    def __init__(self, may: Callable[[Address], bool] = public, tls: ssl.SSLContext | None = None) -> None:
        self._may = may
        # No proxy, no cookies, no passwords from files: only what stands here is ever sent. No connection is
        # kept: one is known by its address alone, and another host there has shown us another certificate.
        self.client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            verify=tls or True,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    @asynccontextmanager
    async def ask(
        self,
        url: httpx.URL,
        whom: tuple[str, int],
        headers: Mapping[str, str],
        *,
        method: str = "GET",
        may: Callable[[Address], bool] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """The answer of ``whom`` (host and port), its body not yet read. Redirects are the caller's business.

        ``may``: another judge for this host. Raises ``Walled``, ``Unreachable``, and what httpx raises once connected.
        """
        host, port = whom
        answer = await self._connected(url, host, await self._addresses(host, port, may or self._may), headers, method)
        try:
            yield answer
        finally:
            await answer.aclose()

    async def _connected(
        self, url: httpx.URL, host: str, addresses: list[Address], headers: Mapping[str, str], method: str
    ) -> httpx.Response:
        why = ""
        for address in addresses[:TRIED]:
            # The very address that was looked at; a name could lead elsewhere the second time it is looked up.
            request = self.client.build_request(
                method,
                url.copy_with(host=str(address), fragment=None),
                headers={**headers, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": host},
            )
            try:
                return await self.client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                why = type(error).__name__
        if not why:
            raise NoAddress
        raise Unreachable(why)

    async def _addresses(self, host: str, port: int, may: Callable[[Address], bool]) -> list[Address]:
        """Of this host, all of which must be allowed: one that is not means somebody tries something."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NoAddress from None
        addresses = list(dict.fromkeys(parsed(str(row[4][0])) for row in found))
        if not all(may(address) for address in addresses):
            raise Walled
        return addresses

    async def close(self) -> None:
        """Let go of its connections."""
        await self.client.aclose()
