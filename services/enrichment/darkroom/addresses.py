"""Which hosts a newsroom's picture may be fetched from: those an operator named."""

import httpx

from services.enrichment.darkroom.limits import Unusable
from shared.addresses import PORTS, asked
from shared.addresses import Hosts as Listed


class Hosts(Listed):
    """The hosts pictures are fetched from."""

    def check(self, url: httpx.URL) -> tuple[str, int]:
        """Its host and port, where a picture may come from there. Raises ``Unusable``."""
        whom = asked(url)
        if whom is None:
            raise Unusable("its address is none a picture is fetched from: give https://host/path, without a password")
        host, port = whom
        named = None if port == PORTS[url.scheme] else port
        if self.names(host, named):
            return whom
        shown = host if named is None else f"{host}:{port}"
        raise Unusable(
            f"pictures are not fetched from {shown}: upload the picture, or have {shown} added to LIGHTWIRE_IMAGE_HOSTS"
        )
