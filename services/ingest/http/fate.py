"""What became of a story: from what each stage remembers of it, and the youngest dead letters."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.ingest.http.front import Front
from services.ingest.http.problems import Problem
from services.ingest.ledger import Ledger, article_key
from shared.dead_letters import read
from shared.keys import escape
from shared.outcome import Record
from shared.streams import passing

STAGES = (("enrichment", "articles.ingested"), ("moderation", "articles.enriched"), ("delivery", "articles.moderated"))
SERVICES = ("ingest", "enrichment", "moderation", "delivery", "darkroom")
YOUNGEST = 200
"""Dead letters of each service looked through; `lightwire trace` looks through all."""


async def fate(front: Front, request: Request, id_: str) -> Response:
    """For whoever has a token of any source: it tells where a story stands, and nothing of its text."""
    front.door.reader(request)
    try:
        ledger, state, orders, letters = await _seen(front, id_)
    except Exception as error:
        if passing(error):
            raise Problem("away", "Redis does not answer: ask again", retry_s=2) from None
        raise
    if ledger is None and not letters:
        raise Problem("unknown", "no story of this id has come in yet: ids are case-sensitive")
    told: dict[str, Any] = {"id": id_, "dead_letters": letters}
    if ledger is not None:
        told |= {"revision": ledger.revision, "standing": ledger.standing.value, "stage": "ingest"}
        for stage, revision in orders.items():
            if revision is not None and revision >= ledger.revision:
                told["stage"] = stage
    if state:
        if state.get("revision", -1) >= told.get("revision", 0):
            told["stage"] = "delivery"
        told["delivery"] = {
            "revision": state.get("revision"), "change": state.get("change"), "shown": bool(state.get("shown")),
            "held_until": state.get("held_until"),
            "renditions": sorted(body[0] for body in state.get("bodies", ())) if state.get("shown") else [],
        }  # fmt: skip
    return JSONResponse(told)


async def _seen(
    front: Front, id_: str
) -> tuple[Ledger | None, dict[str, Any], dict[str, int | None], list[dict[str, Any]]]:
    keys = front.keys
    pipe = front.redis.pipeline(transaction=False)
    pipe.hgetall(keys.key(article_key(id_)))
    pipe.hget(keys.key(f"article:{escape(id_)}"), "state")
    for stage, stream in STAGES[:2]:
        pipe.get(keys.order(stage, f"{stream}:{id_}"))
    for service in SERVICES:
        pipe.xrevrange(keys.dead(service), count=YOUNGEST)
    row, state, *rest = await pipe.execute()
    ledger = Ledger.read(Record("0.0", {name.decode(): value for name, value in row.items()}))
    orders = {
        stage: int(value.split(b".")[0]) if value else None for (stage, _), value in zip(STAGES[:2], rest, strict=False)
    }
    letters = []
    for service, rows in zip(SERVICES, rest[2:], strict=True):
        for entry, fields in rows:
            if not _about(fields, id_):
                continue
            try:
                letter = read(service, entry.decode(), fields)
            except ValueError:
                continue
            letters.append(
                {"service": service, "entry": letter.id, "at": letter.died.at.isoformat(),
                 "reason": letter.died.reason, "detail": letter.died.detail}
            )  # fmt: skip
    return ledger, json.loads(state or b"{}"), orders, letters


def _about(fields: dict[bytes, bytes], id_: str) -> bool:
    for name in (b"event", b"original.event"):
        raw = fields.get(name, b"")
        if json.dumps(id_, ensure_ascii=False).encode() not in raw and json.dumps(id_).encode() not in raw:
            continue
        try:
            event = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        data = event.get("data") if isinstance(event, dict) else None
        told = data if isinstance(data, dict) else {}
        if id_ in (told.get("about"), told.get("id"), told.get("article_id"), event.get("subject")):
            return True
    return False
