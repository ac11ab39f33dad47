"""Who is at the door: the source, its signature, its rate."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from starlette.requests import Request

from services.ingest.http import bodies
from services.ingest.http.problems import Problem
from services.ingest.http.rates import Rate
from services.ingest.signatures import SCHEMES, Unsigned
from services.ingest.signatures.bearer import bearer
from services.ingest.sources import Known, Sources


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that is what it says."""

    known: Known
    body: bytes
    headers: dict[str, str]


class Door:
    """Knows the sources of this moment; ``sources`` is replaced as a whole."""

    def __init__(self, sources: Sources) -> None:
        self._rates: dict[tuple[str, int], Rate] = {}
        self.sources = sources

    def known(self, name: str, what: str) -> Known:
        """The source. Raises ``Problem`` where there is none of that name, or it may not send this."""
        known = self.sources.get(name)
        if known is None:
            raise Problem("unknown", "no source of this name is in sources.toml: look at the address")
        if what not in known.source.accepts:
            raise Problem("forbidden", f'this source may not send {what}: sources.toml, accepts, must have "{what}"')
        return known

    async def enter(self, request: Request, name: str, what: str, most: int) -> Arrived:
        """The body, read, signed, counted and unpacked, in this order: a stranger unpacks nothing."""
        known = self.known(name, what)
        headers = {key.lower(): value for key, value in request.headers.items()}
        # A bearer's token binds no body: a stranger is told before any of theirs is in memory.
        if early := known.source.scheme == "bearer":
            self._signed(known, headers, b"")
        body = await bodies.read(request, most)
        if not early:
            self._signed(known, headers, body)
        self.count(known)
        encoding = headers.get("content-encoding", "").strip().lower()
        return Arrived(known, bodies.unpacked(body, encoding, most), headers)

    def _signed(self, known: Known, headers: dict[str, str], body: bytes) -> None:
        try:
            SCHEMES[known.source.scheme](headers, body, known.secrets, datetime.now(UTC))
        except Unsigned as error:
            raise Problem("unsigned", str(error)) from None

    def count(self, known: Known, cost: int = 1) -> None:
        """Raises ``Problem`` where the source has sent more than it may."""
        at = (known.source.name, known.source.rate_per_minute)
        rate = self._rates.setdefault(at, Rate(known.source.rate_per_minute))
        if wait := rate.wait_s(monotonic(), cost):
            raise Problem("too-many", f"at most {rate.per_minute} a minute", retry_s=max(1, round(wait + 0.5)))

    def reader(self, request: Request, name: str | None = None) -> None:
        """Return if whoever asks has a token of the source, or of any. Raises ``Problem``."""
        asked = [known for known in self.sources.values() if name in {None, known.source.name}]
        tokens = tuple(token for known in asked for token in known.readers)
        try:
            bearer({"authorization": request.headers.get("authorization", "")}, b"", tokens, datetime.now(UTC))
        except Unsigned as error:
            raise Problem("unsigned", str(error)) from None
