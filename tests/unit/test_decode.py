"""From bytes to events and back: nothing is lost, and every refusal says what to change."""

import json
from hashlib import sha256
from typing import Any

import pytest

from shared.articles import Status
from shared.comments import CommentStatus
from shared.decode import decode, encode, referred, with_data
from shared.errors import Rejected, Undecodable
from shared.events import MAX_INLINE_DATA, ArticleEnriched, ArticleSubmitted, CommentSubmitted, Event, EventData, seal
from shared.keys import Keys
from shared.streams import Entry

KEYS = Keys("lightwire")
BIG = "<p>" + "س" * MAX_INLINE_DATA + "</p>"


def entry(raw: bytes | str | dict[str, Any]) -> Entry:
    if isinstance(raw, dict):
        raw = json.dumps(raw, ensure_ascii=False)
    return Entry("1-1", {b"event": raw.encode() if isinstance(raw, str) else raw}, 1)


def said(kind: type[EventData] = ArticleSubmitted, **data: Any) -> dict[str, Any]:
    """An envelope with this data around an id and a revision."""
    data = {"id": "a-1", "revision": 1, **data}
    return {"specversion": "1.0", "id": "e-1", "source": "/newsroom/desk", "type": kind.type, "data": data}


def story(**data: Any) -> dict[str, Any]:
    return said(status="usable", headline="Rain", **data)


def read(document: dict[str, Any] | bytes | str, kind: type[EventData] = ArticleSubmitted) -> Any:
    return decode(entry(document), kind, None)


def refused(document: dict[str, Any] | bytes | str, kind: type[EventData] = ArticleSubmitted) -> str:
    with pytest.raises(Rejected) as refusal:
        read(document, kind)
    return str(refusal.value)


def test_an_entry_without_the_field_event_is_told_how_to_send_one() -> None:
    with pytest.raises(Undecodable, match="no field `event`: put the CloudEvents JSON into one field of that name"):
        decode(Entry("1-1", {b"payload": b"{}"}, 1), ArticleSubmitted, None)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{", b"story", b"[" * 100_000, b'{"a":1}{"b":2}'])
def test_bytes_that_are_not_json_are_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable, match="not JSON"):
        read(raw)


@pytest.mark.parametrize("raw", ["[]", "1", "null", '"story"'])
def test_json_that_is_no_object_is_told_to_wear_an_envelope(raw: str) -> None:
    with pytest.raises(Undecodable, match=r"CloudEvents 1\.0 envelope"):
        read(raw)


def test_an_unknown_type_names_what_is_read_here() -> None:
    refusal = refused({**story(), "type": "lightwire.article.spiked.v1"})

    assert refusal.startswith("/type: 'lightwire.article.spiked.v1' is not read here")
    assert "lightwire.article.submitted.v1" in refusal


@pytest.mark.parametrize("type_", ["reader@mail.example", "The whole of a comment", "lightwire.comment", ""])
def test_what_is_no_type_is_not_repeated(type_: str) -> None:
    refusal = refused({**story(), "type": type_})

    assert refusal.startswith("/type: what stands there is not read here")


def test_an_unknown_type_that_travels_by_reference_is_named_as_well() -> None:
    document = {**story(), "type": "lightwire.article.spiked.v1", "data": None, "dataref": KEYS.key("data:" + "0" * 64)}

    assert "is not read here" in refused(document)


def test_an_envelope_without_data_is_told_where_to_put_it() -> None:
    assert refused({**story(), "data": None}) == "/data: missing: put the submission there"


def test_a_wrong_field_is_named_by_its_place() -> None:
    refusal = refused(story(embargoed_until="2026-11-30T08:00:00"))

    assert refusal.startswith("/data/embargoed_until: ")
    assert "no time zone" in refusal


def test_fields_nobody_declared_are_ignored() -> None:
    event = read({**story(mood="grim"), "partitionkey": "7"})

    assert event.data.headline == "Rain"


def test_a_usable_story_needs_a_headline() -> None:
    assert "headline is required" in refused(said(status="usable", headline=" "))


def test_a_kill_passes_by_id_alone_whatever_else_the_document_says() -> None:
    event = read(said(status="canceled", headline=7, body_html=None, embargoed_until="soon", images="none"))

    assert event.data == ArticleSubmitted(id="a-1", revision=1, status=Status.CANCELED)


def test_a_kill_without_an_id_is_refused() -> None:
    document = said(status="canceled")
    del document["data"]["id"]

    assert "/data/id: " in refused(document)


def test_a_comment_is_withdrawn_whatever_else_the_document_says() -> None:
    event = read(said(CommentSubmitted, article_id="a-9", status="canceled", body=["?"], author=3), CommentSubmitted)

    assert event.data == CommentSubmitted(id="a-1", article_id="a-9", revision=1, status=CommentStatus.CANCELED)


def test_a_comment_in_the_inbox_of_articles_is_sent_to_its_own() -> None:
    assert "is not read here but on comments.submitted" in refused(said(CommentSubmitted))


def test_a_story_that_is_to_be_shown_is_not_forgiven() -> None:
    assert "/data/headline: " in refused(said(status="usable", headline=7))


def test_a_story_disappears_whatever_is_wrong_with_the_rest_of_what_withholds_it() -> None:
    event = read(said(status="withheld", headline="x" * 3_000))

    assert event.data.status == "withheld"


def test_a_kill_passes_a_broken_envelope_and_a_door_that_refuses_a_value() -> None:
    def door(raw: bytes) -> None:
        if b"unfit" in raw:
            raise Rejected("/data/body_html contains something unfit: remove it")

    kill = {**said(status="canceled", body_html="unfit"), "time": "yesterday", "subject": ""}
    event = decode(entry(kill), ArticleSubmitted, door)

    assert event.data == ArticleSubmitted(id="a-1", revision=1, status=Status.CANCELED)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_time_no_calendar_can_move_is_refused_with_its_name(at: str) -> None:
    assert "/data/published_at: " in refused(said(published_at=at))


@pytest.mark.parametrize("revision", [2**53 + 1, 2**63 - 1])
def test_64_bit_revisions_survive(revision: int) -> None:
    event = read(story() | {"data": {**story()["data"], "revision": revision}})

    stored, _ = encode(event, KEYS, 60_000)

    assert event.data.revision == revision
    assert json.loads(stored)["data"]["revision"] == revision


@pytest.mark.parametrize("revision", [2**63, -1, 1.5, "1", True, None])
def test_a_revision_that_is_no_64_bit_integer_is_refused(revision: object) -> None:
    assert "/data/revision: " in refused(story() | {"data": {**story()["data"], "revision": revision}})


def test_the_door_sees_the_bytes_before_anything_parses_them() -> None:
    def door(raw: bytes) -> None:
        raise Rejected(f"{len(raw)} bytes")

    with pytest.raises(Rejected, match=r"^7 bytes$"):
        decode(entry(b"no json"), ArticleSubmitted, door)


def sealed(body: str) -> Event[ArticleSubmitted]:
    data = ArticleSubmitted(id="a-1", revision=1, status=Status.USABLE, headline="Rain", body_html=body)
    return seal(data, id="e-1", source="/newsroom/desk")


def test_small_data_travels_inside_its_entry() -> None:
    value, blob = encode(sealed("<p>Rain.</p>"), KEYS, 60_000)

    assert blob is None
    assert read(value) == sealed("<p>Rain.</p>").model_copy(update={"time": read(value).time})


def test_persian_is_written_as_it_is() -> None:
    value, _ = encode(sealed("<p>باران</p>"), KEYS, 60_000)

    assert "باران".encode() in value


def test_data_that_is_too_big_travels_by_reference_and_comes_back() -> None:
    sent = sealed(BIG)

    value, blob = encode(sent, KEYS, 60_000)

    assert blob is not None
    _, key, keep_ms, content = blob
    assert isinstance(content, bytes)
    event = read(value)
    assert len(value) < 1_000
    assert keep_ms == 60_000
    assert event.data is None
    assert referred(event, KEYS) == key
    assert with_data(event, ArticleSubmitted, content).data == sent.data


@pytest.mark.parametrize(
    "dataref",
    ["lightwire:article:a-1", "lightwire:data:../x", "other:data:" + "0" * 64, "https://desk.example/data", "data:"],
)
def test_a_reference_must_lie_inside_our_prefix(dataref: str) -> None:
    event = read({**story(), "data": None, "dataref": dataref})

    with pytest.raises(Rejected, match=r"/dataref: must be lightwire:data:<SHA-256 of the data>"):
        referred(event, KEYS)


def by_reference(content: bytes, kind: type[EventData] = ArticleSubmitted, **envelope: Any) -> Event[Any]:
    dataref = KEYS.key("data:" + sha256(content).hexdigest())
    event: Event[Any] = read({**said(kind), "data": None, "dataref": dataref, **envelope}, kind)
    return event


def test_a_reference_to_nothing_says_to_store_the_data_first() -> None:
    with pytest.raises(Undecodable, match="store the data first"):
        with_data(by_reference(b"{}"), ArticleSubmitted, None)


def test_data_that_is_not_what_its_reference_promised_is_refused() -> None:
    with pytest.raises(Undecodable, match="does not have that SHA-256"):
        with_data(by_reference(b"{}"), ArticleSubmitted, b'{"id":"forged"}')


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not JSON"),
        (b'{"id":"a"},"source":"/lightwire/delivery"', "not JSON"),
        (b'{"id":"a"}', "/data/revision: "),
    ],
)
def test_wrong_data_behind_a_reference_is_named(content: bytes, says: str) -> None:
    with pytest.raises(Rejected) as refusal:
        with_data(by_reference(content), ArticleSubmitted, content)

    assert says in str(refusal.value)


def test_the_door_sees_what_came_by_reference_too() -> None:
    content = json.dumps(story()["data"]).encode()

    def door(raw: bytes) -> None:
        raise Rejected(f"{len(raw)} bytes")

    with pytest.raises(Rejected, match=f"^{len(content)} bytes$"):
        with_data(by_reference(content), ArticleSubmitted, content, door)


def test_a_kill_by_reference_is_forgiven_as_well() -> None:
    content = json.dumps({"id": "a-1", "revision": 2, "status": "canceled", "headline": 7}).encode()

    event = with_data(by_reference(content), ArticleSubmitted, content)

    assert event.data == ArticleSubmitted(id="a-1", revision=2, status=Status.CANCELED)


def test_an_older_version_by_reference_is_lifted_when_its_data_is_there() -> None:
    enrichment = {"language": "fa", "word_count": 1, "reading_minutes": 1, "teaser": "…", "slug": "x"}
    data = {"article_id": "a-1", "revision": 1, "change": "created", "enrichment": enrichment}
    content = json.dumps(data).encode()
    event = by_reference(content, ArticleEnriched, type="lightwire.article.enriched.v1")

    lifted = with_data(event, ArticleEnriched, content)

    assert lifted.type == ArticleEnriched.type
    assert lifted.data is not None
    assert lifted.data.enrichment.direction == "rtl"
