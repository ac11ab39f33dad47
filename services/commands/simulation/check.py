"""Whether what was killed is off, told by the rendition streams that channels read."""

import json
from collections.abc import Mapping

from shared.keys import Keys, escape
from shared.streams import Client

STREAMS = ("renditions.full", "renditions.light")
PAGE = 500


async def still_on(redis: Client, keys: Keys, killed: Mapping[str, int], since: str) -> set[str]:
    """Ids that ingest does not know as killed, or whose newest entry on some rendition stream is no withdrawal.

    A story that never came out, because its embargo had not ended, has no entry and is off.
    """
    on: set[str] = set()
    for id_ in killed:
        ledger = await redis.hget(keys.key(f"ledger.article:{escape(id_)}"), "ledger")
        if not ledger or json.loads(ledger).get("standing") != "killed":
            on.add(id_)
    for stream in STREAMS:
        newest: dict[str, bool] = {}
        start = since
        while rows := await redis.xrange(keys.key(stream), start, "+", count=PAGE):
            for _, fields in rows:
                event = json.loads(fields[b"event"])
                if event.get("subject") in killed:
                    newest[event["subject"]] = "rendition.withdrawn" in event["type"]
            start = "(" + rows[-1][0].decode()
        on |= {id_ for id_, withdrawn in newest.items() if not withdrawn}
    return on
