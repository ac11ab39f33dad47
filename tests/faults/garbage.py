"""Entries nobody should send, and a word that the dead letter of each must say for a person to act on it."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

from shared.articles import Status
from shared.comments import Author, CommentStatus
from shared.events import ArticleSubmitted, CommentSubmitted, EventData, seal, to_json

TEXT = {ArticleSubmitted.stream: "headline", CommentSubmitted.stream: "body"}
"""The field of a submission that readers read."""

Bad = tuple[dict[Any, Any], str]


def good(stream: str, id_: str) -> bytes:
    """A submission that is admitted."""
    data: EventData
    if stream == ArticleSubmitted.stream:
        data = ArticleSubmitted(id=id_, revision=1, status=Status.USABLE, headline="Good", body_html="<p>Good.</p>")
    else:
        data = CommentSubmitted(
            id=id_,
            article_id="story",
            revision=1,
            status=CommentStatus.USABLE,
            author=Author(id="reader", name="A reader"),
            body="Good.",
            created_at=datetime.now(UTC),
        )
    return to_json(seal(data, id=id_, source="/newsroom/garbage"))


def bad(stream: str) -> dict[str, Bad]:
    """What is wrong with it → the entry's fields, and what its dead letter must name."""
    whole, text = good(stream, "bad"), TEXT[stream]
    with_ = partial(_changed, whole)
    deep = b"[" * 10_000 + b"]" * 10_000
    return {
        "no field event": ({"body": b"hello"}, "`event`"),
        "an empty event": ({"event": b""}, "JSON"),
        "not JSON": ({"event": b"<article/>"}, "JSON"),
        "half a document": ({"event": whole[:200]}, "JSON"),
        "not an object": ({"event": b"[1, 2, 3]"}, "object"),
        "not UTF-8": ({"event": b'{"id": "\xff\xfe"}'}, "UTF-8"),
        "bare NULs": ({"event": b"\0\0\0\0"}, "JSON"),
        "a word for a number": ({"event": with_(revision="one")}, "/data/revision"),
        "a fraction of a revision": ({"event": with_(revision=1.5)}, "/data/revision"),
        "a number beyond 64 bits": ({"event": with_(revision=2**70)}, "/data/revision"),
        "a status nobody knows": ({"event": with_(status="vanished")}, "/data/status"),
        "no text": ({"event": with_(**{text: None})}, text),
        "a list for a text": ({"event": with_(**{text: ["a"]})}, f"/data/{text}"),
        "a NUL in a text": ({"event": with_(**{text: "a\0b"})}, f"/data/{text}"),
        "half a surrogate pair": ({"event": with_(**{text: "a\ud800b"})}, f"/data/{text}"),
        "a key given twice": (
            {"event": whole.replace(b'"revision":1', b'"revision":1,"revision":2')},
            "/data/revision",
        ),
        "three MiB": ({"event": with_(**{text: "x" * 3 * 2**20})}, "bytes"),
        "ten thousand levels": ({"event": whole.replace(b'"revision":1', b'"revision":1,"deep":' + deep)}, "levels"),
        "another type": ({"event": whole.replace(b"submitted.v1", b"submitted.v9")}, "/type"),
        "no data": ({"event": b'{"specversion":"1.0","id":"x","source":"/x","type":"x"}'}, "/"),
        "no id": ({"event": whole.replace(b'"id":"bad","source"', b'"source"')}, "/id"),
    }


def _changed(whole: bytes, **data: Any) -> bytes:
    document = json.loads(whole)
    document["data"].update(data)
    return json.dumps(document).encode()
