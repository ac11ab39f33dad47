"""The ports of a pipeline on one machine: each a setting, each looked at before anything starts."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class NoPort(Exception):  # noqa: N818 - an answer a person can act on
    """A service cannot listen where it should; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, the setting of its port, and the port where that is unset."""

    name: str
    port_setting: str
    port: int
    module: str = ""
    """What runs it, where that is not ``services.<name>``."""

    @property
    def runs(self) -> str:
        """The module that is run."""
        return self.module or f"services.{self.name}"


def host(environment: Mapping[str, str]) -> str:
    """The address services listen on."""
    return environment.get("LIGHTWIRE_HOST") or "127.0.0.1"


def choose(services: Iterable[Service], environment: Mapping[str, str]) -> dict[str, int]:
    """Service → port, as set; 0 becomes a free one. Raises NoPort."""
    address, found = host(environment), dict[str, int]()
    for service in services:
        text = environment.get(service.port_setting) or str(service.port)
        if not text.isdigit() or int(text) > 65_535:
            raise NoPort(f"{service.port_setting} is {text!r}: set a port, or 0 for any free one.")
        port = int(text)
        if port and ((why := taken(address, port)) or port in found.values()):
            raise NoPort(
                f"{service.name} cannot listen on {address}:{port} ({why or 'another service does'}): "
                f"end what does, or set {service.port_setting} to another port (0: any free one)."
            )
        found[service.name] = port
    for name, port in found.items():
        while port == 0 or list(found.values()).count(port) > 1:
            found[name] = port = free_port(address)
    return found


def free_port(address: str = "127.0.0.1") -> int:
    """A port nobody listens on at this moment."""
    with socket.socket(_family(address)) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def taken(address: str, port: int) -> str | None:
    """Why nobody can listen there; ``None``: somebody can."""
    with socket.socket(_family(address)) as probe:
        # As the services do it: a connection that lingers from a moment ago does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
