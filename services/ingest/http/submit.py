"""Stories, comments, reports and appeals: one a request, or many."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import uuid5

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.hostile import Limits, examine
from services.ingest.http.door import Arrived
from services.ingest.http.front import Front
from services.ingest.http.problems import Problem
from shared.envelope import NAMESPACE, EventData, envelope
from shared.errors import Rejected, explain
from shared.events import ArticleSubmitted, CommentAppealed, CommentReported, CommentSubmitted

KINDS: Mapping[str, type[EventData]] = {"articles": ArticleSubmitted, "comments": CommentSubmitted}
ASKS: Mapping[str, type[EventData]] = {"reports": CommentReported, "appeals": CommentAppealed}
NDJSON, BATCH = ("application/x-ndjson", "application/ndjson"), "application/cloudevents-batch+json"
_TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


async def one(front: Front, request: Request, name: str, what: str) -> Response:
    """202 once Redis has all that the document says."""
    arrived = await front.door.enter(request, name, what, front.settings.event_bytes)
    results = await _taken(front, arrived, arrived.body, arrived.headers, what)
    return JSONResponse(results[0] if len(results) == 1 else {"accepted": results}, 202)


async def many(front: Front, request: Request, name: str, what: str) -> Response:
    """207 with an answer for each; 503 where none could be kept."""
    arrived = await front.door.enter(request, name, what, front.settings.batch_bytes)
    results = []
    for index, (body, headers) in enumerate(_items(arrived, front.settings.batch_items, front.limits.depth)):
        try:
            if index:
                front.door.count(arrived.known)
            _short(len(body), front.settings.event_bytes)
            taken = await _taken(front, arrived, body, headers, what)
            results.append({"index": index, "status": 202, "accepted": taken})
        except Problem as problem:
            results.append({"index": index, "status": problem.status, "problem": problem.body()})
            front.meters.answers.labels(name, what, problem.word).inc()
    if results and all(result["status"] == 503 for result in results):
        raise Problem("away", "nothing of the batch could be kept: send it again", retry_s=2)
    return JSONResponse({"results": results}, 207)


async def ask(front: Front, request: Request, name: str, what: str) -> Response:
    """A report or an appeal: the event, or its data alone."""
    arrived = await front.door.enter(request, name, what, front.settings.event_bytes)
    data, event_id = _asked(arrived.body, ASKS[what], arrived.known.source.path, front.limits)
    state = await front.inbox.put(data, event_id, arrived.known.source.path, _trace(arrived.headers))
    return JSONResponse({"event": event_id, "subject": data.subject, "state": state}, 202)


async def _taken(
    front: Front, arrived: Arrived, body: bytes, headers: Mapping[str, str], what: str
) -> list[dict[str, Any]]:
    """Everything is looked at before anything is sent on."""
    intakes = adapted(arrived, body, headers, what, front.limits)
    source, told, wrong = arrived.known.source, [], list[Problem]()
    # One that contradicts what is known keeps none of the others back, kills least of all: they go first.
    for intake in sorted(intakes, key=lambda one: one.submission.status == "usable"):
        try:
            said = await front.media_of(arrived.known, intake.submission)
            state = await front.inbox.put(said, intake.event_id, source.path, _trace(headers))
        except Problem as problem:
            wrong.append(problem if source.adapter == "native" else problem.elsewhere())
            continue
        told.append(
            {"event": intake.event_id, "id": said.id, "revision": said.revision, "state": state}
            | ({"warnings": list(intake.warnings)} if intake.warnings else {})
        )
    if wrong:
        # What may be sent again is told before what need not be.
        first = min(wrong, key=lambda problem: problem.retry_s is None)
        raise first.beside(len(told)) if told else first
    return told


def adapted(arrived: Arrived, body: bytes, headers: Mapping[str, str], what: str, limits: Limits) -> Sequence[Intake]:
    """What the source's adapter reads there. Raises ``Problem``."""
    source = arrived.known.source
    if not body:
        raise Problem("invalid", "the body is empty: send the document", pointer="")
    document = Document(body, headers, source.name, source.options, limits)
    try:
        intakes = ADAPTERS[source.adapter](document)
    except Refused as error:
        raise Problem("invalid", str(error), pointer=error.pointer) from None
    for intake in intakes:
        if not isinstance(intake.submission, KINDS[what]):
            raise Problem(
                "invalid",
                f"this is none of {what}: post comments to /v1/comments/SOURCE, stories to /v1/articles/SOURCE",
                pointer="/type",
            )
    return intakes


def _items(arrived: Arrived, most: int, depth: int) -> Iterator[tuple[bytes, Mapping[str, str]]]:
    kind = arrived.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in NDJSON:
        lines = [line for line in arrived.body.split(b"\n") if line.strip()]
        _few(len(lines), most)
        yield from ((line, {**arrived.headers, "content-type": "application/json"}) for line in lines)
    elif kind == BATCH and arrived.known.source.adapter == "native":
        # In an object: the strict look is one at objects.
        try:
            examine(b'{"batch":' + arrived.body + b"}", Limits(len(arrived.body) + 64, depth + 2))
            events = json.loads(arrived.body)
        except (Rejected, ValueError) as error:
            raise Problem("invalid", str(error) if isinstance(error, Rejected) else "not JSON", pointer="") from None
        if not isinstance(events, list):
            raise Problem("invalid", "a batch is a JSON array of events", pointer="")
        _few(len(events), most)
        headers = {**arrived.headers, "content-type": "application/cloudevents+json"}
        yield from ((json.dumps(event, ensure_ascii=False).encode(), headers) for event in events)
    else:
        raise Problem("format", f"Content-Type must be {NDJSON[0]}, or for a native source {BATCH}")


def _short(size: int, most: int) -> None:
    if size > most:
        raise Problem("too-large", f"send at most {most} bytes an item")


def _few(count: int, most: int) -> None:
    if count > most:
        raise Problem("too-large", f"send at most {most} items in one batch")


def _asked(body: bytes, kind: type[EventData], source: str, limits: Limits) -> tuple[EventData, str]:
    try:
        if "specversion" in examine(body, limits):
            event = envelope(kind).model_validate_json(body)
            if event.type != kind.type or event.data is None:
                raise Problem("invalid", f"send {kind.type} with an object in data", pointer="/type")
            return event.data, event.id
        # The same words are the same event, however often they come.
        name = f"{source}\n{kind.type}\n{sha256(body).hexdigest()}"
        return kind.model_validate_json(body), str(uuid5(NAMESPACE, name))
    except ValidationError as error:
        at = "/" + "/".join(str(part) for part in error.errors()[0]["loc"])
        raise Problem("invalid", explain(error), pointer=at) from None
    except Rejected as error:
        raise Problem("invalid", str(error), pointer="") from None


def _trace(headers: Mapping[str, str]) -> str | None:
    given = headers.get("traceparent", "")
    return given if _TRACE.fullmatch(given) else None
