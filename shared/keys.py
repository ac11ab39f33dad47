"""The one place where a Redis key is built (contract, section 1)."""

import hashlib
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[A-Za-z0-9_.:@/-]{1,200}")
DATA_KEY = re.compile(r"data:[0-9a-f]{64}")
"""What a ``dataref`` may point to, without the prefix; anything else in this Redis is none of a producer's business."""


def escape(id_: str) -> str:
    """An id from outside as a part of a key.

    Short plain ids stay readable. Any other becomes its SHA-256: a brace would move the key to another hash slot,
    and a space or a newline has no business in a key that operators type. The ``~`` keeps the two kinds apart.
    """
    if _PLAIN.fullmatch(id_):
        return id_
    return "~" + hashlib.sha256(id_.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """Full names of streams, records and blobs under one prefix."""

    prefix: str = "lightwire"

    def key(self, name: str) -> str:
        """``lightwire:NAME``."""
        return f"{self.prefix}:{name}"

    def name(self, key: str) -> str:
        """The name without the prefix; a key of somebody else stays as it is."""
        return key.removeprefix(f"{self.prefix}:")

    def dead(self, service: str) -> str:
        """The stream of a service's dead letters."""
        return self.key(f"dead.{service}")

    def due(self, group: str, stream: str) -> str:
        """Sorted set of parked entries of ``stream`` (a name) by the time each is due."""
        return self.key(f"parked:{group}:{stream}")

    def why(self, group: str, stream: str) -> str:
        """Hash of parked entry id → what went wrong last."""
        return self.key(f"parked.why:{group}:{stream}")

    def later(self, stream: str) -> str:
        """Sorted set of events that wait for their time before they enter ``stream``."""
        return self.key(f"later:{stream}")

    def order(self, service: str, item: str) -> str:
        """The newest version of ``item`` a service has let through."""
        return self.key(f"order.{service}:{escape(item)}")

    def worker(self, service: str, consumer: str) -> str:
        """Hash a worker refreshes while it lives: what it reads, how fast, how it feels."""
        return self.key(f"worker:{service}:{consumer}")
