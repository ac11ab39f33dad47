"""Which addresses a newsroom's picture may be fetched from: named hosts, and never one inside our own walls."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from services.enrichment.darkroom.limits import Unusable

Address = IPv4Address | IPv6Address
_NAT64, _GLOBAL_UNICAST = ip_network("64:ff9b::/96"), ip_network("2000::/3")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_PORTS = {"https": 443, "http": 80}


def public(address: Address) -> bool:
    """True for one of the internet at large; an address that hides an older one inside counts as that one."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inside = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inside is not None:
            return public(inside)
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


class Hosts:
    """The hosts pictures are fetched from: ``host``, ``*.host`` for those below it, either with ``:port``."""

    def __init__(self, listed: Iterable[str]) -> None:
        """Raises ``ValueError`` naming the entry that is no host."""
        self._exact: set[tuple[str, int | None]] = set()
        self._below: set[tuple[str, int | None]] = set()
        for entry in listed:
            below, name = entry.startswith("*."), entry.removeprefix("*.")
            try:
                url = httpx.URL(f"https://{name}/")
            except httpx.InvalidURL:
                url = httpx.URL()
            host = _host(url)
            if not _HOST.fullmatch(host) or url.path != "/" or url.userinfo or url.query or url.fragment:
                raise ValueError(f"{entry!r} is no host: write images.example.org, or *.example.org for all below it")
            (self._below if below else self._exact).add((host, url.port))

    def __bool__(self) -> bool:
        return bool(self._exact or self._below)

    def check(self, url: httpx.URL) -> tuple[str, int]:
        """Its host and port, where a picture may come from there. Raises ``Unusable``."""
        host = _host(url)
        usual = _PORTS.get(url.scheme)
        if usual is None or not host or url.userinfo:
            raise Unusable("its address is none a picture is fetched from: give https://host/path, without a password")
        port = usual if url.port is None else url.port
        named = None if port == usual else port
        parts = host.split(".")
        parents = [".".join(parts[n:]) for n in range(1, len(parts))]
        if (host, named) in self._exact or any((one, named) in self._below for one in parents):
            return host, port
        shown = host if named is None else f"{host}:{port}"
        raise Unusable(
            f"pictures are not fetched from {shown}: upload the picture, or have {shown} added to LIGHTWIRE_IMAGE_HOSTS"
        )


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii", "replace").lower().rstrip(".")


def parsed(text: str) -> Address:
    """An address as the resolver writes it, without the zone of a link-local one."""
    return ip_address(text.split("%", 1)[0])
