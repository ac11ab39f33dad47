"""What every adapter promises, whatever comes: a submission or a refusal that names the field, and nothing else."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.admit import admit_article, admit_comment
from services.ingest.hostile import Limits, examine
from shared.articles import Status
from shared.envelope import seal, to_json
from shared.errors import Rejected
from shared.events import ArticleSubmitted

JSON = ("native", "ninjs", "wordpress", "ghost", "ans", "feed")
XML = ("newsml-g2", "nitf", "feed")
SECRET = "The name of our source is Nilufar"

# One kill of each format whose other fields are there, and wrong where they can be.
KILLS: dict[str, Any] = {
    "native": {"id": "a", "revision": 3, "status": "canceled", "headline": SECRET, "body_html": 7, "images": SECRET},
    "ninjs": {
        "guid": "a", "version": "3", "pubStatus": "Cancelled", "headline": SECRET, "body_html": SECRET,
        "embargoed": "soon", "versioncreated": SECRET, "type": [], "associations": SECRET,
    },
    "wordpress": {
        "guid": {"rendered": "a"}, "modified_gmt": "2026-11-26T10:00:00", "status": "trash",
        "content": {"rendered": SECRET}, "title": {"rendered": SECRET}, "date_gmt": SECRET,
    },
    "ghost": {"post": {"current": {}, "previous": {
        "uuid": "a", "updated_at": "2026-11-26T10:00:00.000Z", "html": SECRET, "title": SECRET, "tags": SECRET}}},
    "ans": {
        "type": "content-operation", "operation": "delete-story", "date": "2026-11-26T10:00:00Z", "id": "op",
        "body": {"_id": "a", "headlines": {"basic": SECRET}, "content_elements": SECRET},
    },
    "newsml-g2": f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="a" version="3"><itemMeta>
        <embargoed>soon</embargoed><pubStatus qcode="stat:canceled"/></itemMeta><contentMeta>
        <headline>{SECRET}</headline></contentMeta><contentSet><inlineData>{SECRET}</inlineData></contentSet>
        </newsItem>""",
    "nitf": f"""<nitf><head><docdata management-status="Canceled"><doc-id id-string="a"/><du-key version="3"/>
        <date.release norm="soon"/></docdata></head><body><body.content><p>{SECRET}</p></body.content></body></nitf>""",
    "feed": f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
        <at:deleted-entry ref="a" when="2026-11-26T10:00:00Z"><at:comment>{SECRET}</at:comment></at:deleted-entry>
        </feed>""",
}  # fmt: skip


def raw(said: Any) -> bytes:
    return said.encode() if isinstance(said, str) else json.dumps(said).encode()


def told(name: str, body: bytes, **headers: str) -> tuple[Intake, ...] | Refused:
    """What an adapter answers; any other exception ends the test."""
    try:
        return tuple(ADAPTERS[name](Document(body, headers, "desk")))
    except Refused as refused:
        return refused


def keeps_its_promises(name: str, body: bytes) -> None:
    answer = told(name, body)

    again = told(name, body)
    if isinstance(answer, Refused):
        assert isinstance(again, Refused)
        assert answer.pointer.startswith("/")
        assert str(answer) == str(again)
        return
    assert again == answer
    for intake in answer:
        said = intake.submission
        assert 1 <= len(intake.event_id) <= 512
        assert all(warning.startswith("/") for warning in intake.warnings)
        # It travels as an event: the door of the pipeline takes it as it is.
        examine(to_json(seal(said, id=intake.event_id, source="/newsroom/desk")), Limits())
        if said.status == "canceled":
            assert said.model_dump(exclude_defaults=True).keys() <= {
                "id",
                "article_id",
                "revision",
                "status",
                "if_known",
                "unnumbered",
            }
        try:
            admit_article(said, None) if isinstance(said, ArticleSubmitted) else admit_comment(said, None)
        except Rejected as error:
            assert str(error)  # noqa: PT017 - the one other answer there is


def padded(name: str, to: int) -> bytes:
    """A kill of this format with so many bytes."""
    body = raw(KILLS[name])
    return body + b" " * (to - len(body))


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_adapter_takes_as_long_a_document_as_it_is_told_and_no_longer(name: str) -> None:
    long = padded(name, Limits().event_bytes + 1)

    (intake,) = ADAPTERS[name](Document(long, source="desk", limits=Limits(event_bytes=len(long))))
    with pytest.raises(Refused, match=f"has {len(long)} bytes: send at most {Limits().event_bytes}"):
        ADAPTERS[name](Document(long, source="desk"))

    assert intake.submission.status == "canceled"


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_adapter_takes_no_document_that_nests_deeper_than_it_is_told(name: str) -> None:
    with pytest.raises(Refused, match=r"deeper than 0 levels"):
        ADAPTERS[name](Document(padded(name, 2_000), source="desk", limits=Limits(depth=0)))


_SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=30)
_TIMES = st.sampled_from(
    ["2026-11-26T10:00:00Z", "2026-11-26", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)
_ANYTHING = st.recursive(
    _SCALARS | _TIMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_FIELDS = {
    "native": ["id", "revision", "status", "headline", "body_html", "images", "byline", "article_id", "author", "body",
               "specversion", "type", "data"],
    "ninjs": ["guid", "uri", "version", "versioncreated", "pubstatus", "pubStatus", "type", "headline", "headlines",
              "bodies", "body_html", "body_text", "embargoed", "associations", "renditions", "authors", "subject",
              "located", "evolvedfrom", "language", "service", "genre", "keywords"],
    "wordpress": ["id", "post", "guid", "rendered", "status", "modified_gmt", "date_gmt", "content", "title", "excerpt",
                  "link", "slug", "_embedded", "wp:term", "post_before", "taxonomies", "parent", "author", "type"],
    "ghost": ["post", "current", "previous", "uuid", "updated_at", "published_at", "status", "visibility", "html",
              "title", "tags", "authors", "feature_image"],
    "ans": ["type", "_id", "key", "time", "body", "story", "story_id", "operation", "date", "last_updated_date",
            "content_elements", "headlines", "basic", "content_restrictions", "embargo", "active", "end_time",
            "taxonomy", "credits", "by", "promo_items", "items", "published"],
    "feed": ["items", "id", "title", "content_html", "content_text", "date_published", "authors", "tags", "image",
             "url"],
}  # fmt: skip
_WORDS = {
    "native": ["usable", "canceled", "1.0", "lightwire.article.submitted.v1"],
    "ninjs": ["usable", "canceled", "withheld", "text", "picture", "3"],
    "wordpress": ["publish", "future", "trash", "draft", "private", "approved", "post"],
    "ghost": ["published", "scheduled", "draft", "public"],
    "ans": ["story", "content-operation", "story_operation", "story:publish", "story:delete", "delete", "text", "list"],
    "feed": ["https://news.example/1"],
}


@st.composite
def documents(draw: st.DrawFn, name: str) -> bytes:
    """Objects of this format's own names, with anything in them."""
    leaf = _ANYTHING | _TIMES | st.sampled_from(_WORDS[name])
    keys = st.sampled_from(_FIELDS[name])
    value = st.recursive(
        leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6), max_leaves=25
    )
    return json.dumps(draw(st.dictionaries(keys, value, max_size=12))).encode()


@pytest.mark.parametrize("name", JSON)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_taken_or_refused_by_its_field(name: str, data: st.DataObject) -> None:
    keeps_its_promises(name, data.draw(documents(name)))


@pytest.mark.parametrize("name", [name for name in JSON if isinstance(KILLS[name], dict)])
@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_kill_with_anything_beside_it_keeps_its_promises(name: str, data: st.DataObject) -> None:
    changed = {**KILLS[name], **data.draw(st.dictionaries(st.sampled_from(_FIELDS[name]), _ANYTHING, max_size=3))}

    keeps_its_promises(name, raw(changed))


def _written(name: str, said: dict[str, str], parts: list[str]) -> str:
    attributes = "".join(f' {key}="{value}"' for key, value in said.items())
    return f"<{name}{attributes}>{''.join(parts)}</{name}>"


@st.composite
def trees(draw: st.DrawFn) -> str:
    """Elements of the XML formats' own names, in any order and with any attributes."""
    names = st.sampled_from([
        "nitf", "head", "docdata", "body", "body.head", "body.content", "p", "hl1", "hedline", "media",
        "media-reference",
        "doc-id", "du-key", "date.issue", "date.release", "byline", "newsItem", "itemMeta", "contentMeta", "headline",
        "pubStatus", "embargoed", "contentSet", "inlineXML", "inlineData", "subject", "name", "rss", "channel", "item",
        "title", "guid", "pubDate", "feed", "entry", "id", "updated", "link", "author", "content", "enclosure",
    ])  # fmt: skip
    attributes = st.dictionaries(
        st.sampled_from(["guid", "version", "qcode", "id-string", "norm", "management-status", "source", "type"]),
        st.sampled_from(["1", "a", "stat:canceled", "canceled", "20261126T100000Z", "soon", "text/html", "x"]),
        max_size=3,
    )  # fmt: skip
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&>\ufffe\uffff"))

    def element(inner: Any) -> Any:
        return st.builds(
            _written,
            names, attributes, st.lists(inner, max_size=4),
        )  # fmt: skip

    return str(draw(element(st.recursive(words, element, max_leaves=15))))


@pytest.mark.parametrize("name", XML)
@given(document=trees(), wrapped=st.sampled_from(["{}", "<nitf><head><docdata>{}</docdata></head></nitf>",
                                                 '<newsItem guid="a">{}</newsItem>', "<rss><channel>{}</channel></rss>",
                                                 '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>']))  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_xml_is_taken_or_refused_by_its_element(name: str, document: str, wrapped: str) -> None:
    keeps_its_promises(name, wrapped.format(document).encode())


@pytest.mark.parametrize("name", ADAPTERS)
@given(body=st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b'{"a":' + tail)
       | st.binary(max_size=60).map(lambda tail: b"<rss>" + tail))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_no_document_are_refused(name: str, body: bytes) -> None:
    keeps_its_promises(name, body)


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_kill_is_its_id_and_revision_and_nothing_of_its_document_leaves(name: str) -> None:
    answer = told(name, raw(KILLS[name]))

    assert not isinstance(answer, Refused), str(answer)
    (intake,) = answer
    assert (intake.submission.id, intake.submission.status) == ("a", Status.CANCELED)
    assert SECRET not in repr(intake)
    assert "Nilufar" not in str(admit_article(intake.submission, None))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name in JSON if isinstance(KILLS[name], dict)])
@pytest.mark.parametrize("poison", ['"\\u0000"', '"\\ud800"', "99999999999999999999999"])
def test_a_kill_passes_though_some_other_value_could_not(name: str, poison: str) -> None:
    body = raw(KILLS[name])[:-1] + f', "extra": {poison}}}'.encode()

    answer = told(name, body)

    assert not isinstance(answer, Refused), str(answer)
    assert answer[0].submission.status == "canceled"


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a":1,"a":2}', "given twice"),
        (b'{"a":' + b"[" * 100_000, "nested deeper"),
        (b'{"a":"b"', "not JSON"),
        (b'{"a":"\xff"}', "UTF-8"),
    ],
)
def test_what_parsers_read_differently_is_refused(name: str, body: bytes, said: str) -> None:
    answer = told(name, body)

    assert isinstance(answer, Refused)
    assert said in str(answer)


LAUGHS = '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'
FETCHES = '<!DOCTYPE nitf SYSTEM "http://127.0.0.1:9/nitf.dtd"><nitf/>'
READS = '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><newsItem guid="a">&f;</newsItem>'


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("document", [LAUGHS, FETCHES, READS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_document_type_is_refused_before_anything_parses_it(name: str, document: str, encoding: str) -> None:
    answer = told(name, document.encode(encoding))

    assert isinstance(answer, Refused)
    assert "<!DOCTYPE" in str(answer)


@pytest.mark.parametrize("name", XML)
def test_an_encoding_that_hides_letters_is_refused(name: str) -> None:
    document = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-<rss/>'

    assert isinstance(told(name, document.encode("ascii")), Refused)


WIDE = 60_000
LARGE: dict[str, bytes] = {
    "native": raw({"id": "a", "revision": 1, "status": "usable", "headline": "h", "body_html": "<" * 900_000}),
    "ninjs": raw({"guid": "a", "headline": "<" * 900_000, "subject": [{"name": "s"}] * WIDE}),
    "wordpress": raw({"guid": "a", "status": "publish", "modified_gmt": "2026-11-26T10:00:00",
                      "title": {"rendered": "<br" * 600_000}}),
    "ghost": raw({"post": {"current": {"uuid": "a", "updated_at": "2026-11-26T10:00:00Z", "status": "published",
                                       "html": "&" * 900_000, "title": " " * 900_000}}}),
    "ans": raw({"type": "story", "_id": "a", "last_updated_date": "2026-11-26T10:00:00Z",
                "content_elements": [{"type": "image", "url": "x"}] * WIDE}),
    "newsml-g2": f"""<newsItem guid="a"><contentMeta>{"<subject><name>s</name></subject>" * WIDE}
        </contentMeta></newsItem>""".encode(),
    "nitf": f"""<nitf><head><docdata><doc-id id-string="a"/></docdata></head><body><body.content>
        {"<media><media-reference source='x'/></media>" * (WIDE // 2)}</body.content></body></nitf>""".encode(),
    "feed": b"<rss><channel>" + b"<item><guid>a</guid></item>" * (WIDE // 2) + b"</channel></rss>",
}  # fmt: skip


@contextmanager
def cut_off_after(seconds: int) -> Iterator[None]:
    """Fails what needs more of a core, however busy the machine is with other work."""

    def late(*_: object) -> None:
        pytest.fail(f"still at it after {seconds} seconds of a core")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_largest_document_does_not_stall_the_door(name: str) -> None:
    assert len(LARGE[name]) <= 2 * 1024 * 1024
    # Work that grows with the square of a document's size takes minutes of a core; this is a deadline, not a pace.
    with cut_off_after(60):
        told(name, LARGE[name])
