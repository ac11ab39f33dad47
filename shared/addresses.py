"""Which addresses a server of ours may ask on somebody else's word: never one inside our own walls."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

Address = IPv4Address | IPv6Address
_NAT64, _GLOBAL_UNICAST = ip_network("64:ff9b::/96"), ip_network("2000::/3")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
PORTS = {"https": 443, "http": 80}


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


def parsed(text: str) -> Address:
    """An address as the resolver writes it, without the zone of a link-local one."""
    return ip_address(text.split("%", 1)[0])


def asked(url: httpx.URL) -> tuple[str, int] | None:
    """Host and port it would be asked at; ``None`` where we ask none: no web address, or a password in it."""
    host, usual = _host(url), PORTS.get(url.scheme)
    if usual is None or not host or url.userinfo:
        return None
    return host, usual if url.port is None else url.port


class Hosts:
    """A list of hosts: ``host``, ``*.host`` for those below it, either with ``:port``."""

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

    def names(self, host: str, port: int | None) -> bool:
        """True where it is on the list. ``port``: ``None`` for the usual one of its scheme."""
        parts = host.split(".")
        parents = (".".join(parts[n:]) for n in range(1, len(parts)))
        return (host, port) in self._exact or any((one, port) in self._below for one in parents)


def listed(hosts: str) -> tuple[str, ...]:
    """The entries of a setting that separates them with commas."""
    return tuple(host.strip() for host in hosts.split(",") if host.strip())


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii", "replace").lower().rstrip(".")
