"""`lightwire publish`, `migrate` and `tail` against a real Redis."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.cli_case import Case, case, submitted
from tests.server import Server

WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24


@pytest.fixture
def lightwire(redis_server: Server, tmp_path: Path) -> Iterator[Case]:
    with case(redis_server.url, tmp_path) as found:
        yield found


def published(found: Case, stream: str = "articles.submitted") -> list[dict[str, Any]]:
    rows: Any = found.redis.xrange(f"lightwire:{stream}")
    return [json.loads(fields[b"event"]) for _, fields in rows]


def test_a_file_of_events_is_published_in_its_order(lightwire: Case) -> None:
    file = lightwire.write("a.ndjson", submitted(), submitted(revision=2, headline="پلی بر رود"))

    result = lightwire.run("publish", file)

    assert result.exit_code == 0, result.stderr
    assert [event["data"]["revision"] for event in published(lightwire)] == [1, 2]
    assert published(lightwire)[1]["data"]["headline"] == "پلی بر رود"
    assert "lightwire trace desk:1" in result.stdout


def test_one_wrong_line_keeps_the_whole_file_back_and_names_line_and_field(lightwire: Case) -> None:
    file = lightwire.write("a.ndjson", submitted(), submitted(revision="two"), submitted(headline=""))

    result = lightwire.run("publish", file)

    assert result.exit_code == 2
    assert "line 2: /data/revision" in result.stderr
    assert "line 3: /data/headline" in result.stderr
    assert published(lightwire) == []


def test_a_misspelt_embargo_publishes_nothing_and_any_other_name_is_told(lightwire: Case) -> None:
    early = lightwire.write("early.json", submitted(embargo_until="2030-01-01T00:00:00Z"))
    other = lightwire.write("other.json", submitted(keyword=["bridge"]))

    refused, taken = lightwire.run("publish", early), lightwire.run("publish", other)

    assert (refused.exit_code, taken.exit_code) == (2, 0)
    assert "embargo_until is no field, and would hold nothing back: did you mean embargoed_until?" in refused.stderr
    assert "line 1: /data/keyword is no field and was ignored: did you mean keywords?" in taken.stderr
    assert len(published(lightwire)) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"not json", "not JSON"),
        (b"[1]", "must be a JSON object"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"specversion":"1.0","type":"x"}', "/type"),
        (b'{"id":"1"}', "--source"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (json.dumps(submitted(headline="\ud800")).encode(), "lone surrogate"),
        (b'{"specversion":NaN}', "no JSON number"),
    ],
)  # fmt: skip
def test_garbage_is_refused_with_a_sentence(lightwire: Case, line: bytes, told: str) -> None:
    result = lightwire.run("publish", "-", stdin=line + b"\n")

    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_kill_needs_nothing_but_id_and_revision(lightwire: Case) -> None:
    kill = {"id": "desk:1", "revision": 2, "status": "canceled"}

    result = lightwire.run("publish", "-", "--source", "/newsroom/test", stdin=json.dumps(kill).encode())

    assert result.exit_code == 0, result.stderr
    assert published(lightwire)[0]["type"] == "lightwire.article.submitted.v1"
    assert published(lightwire)[0]["source"] == "/newsroom/test"


def test_a_bare_comment_gets_its_envelope_and_the_same_words_the_same_id(lightwire: Case) -> None:
    comment = {"id": "c-1", "article_id": "desk:1", "revision": 1, "status": "canceled"}
    file = lightwire.write("c.json", comment)

    lightwire.run("publish", file, "--source", "/readers/test")
    lightwire.run("publish", file, "--source", "/readers/test")

    first, second = published(lightwire, "comments.submitted")
    assert first["id"] == second["id"]


def test_a_document_over_several_lines_is_one_event(lightwire: Case) -> None:
    raw = json.dumps(submitted(), indent=2).encode()

    result = lightwire.run("publish", "-", stdin=raw)

    assert result.exit_code == 0, result.stderr
    assert len(published(lightwire)) == 1


def test_relative_times_count_from_now(lightwire: Case) -> None:
    before = datetime.now(UTC)
    file = lightwire.write("a.ndjson", submitted(embargoed_until="+8s", published_at="-2h", headline="+8s"))

    lightwire.run("publish", file)

    data = published(lightwire)[0]["data"]
    until = datetime.fromisoformat(data["embargoed_until"])
    assert 7.9 <= (until - before).total_seconds() <= 60
    assert datetime.fromisoformat(data["published_at"]) < before
    assert data["headline"] == "+8s"


def test_an_image_beside_the_file_travels_by_its_digest(lightwire: Case) -> None:
    (lightwire.folder / "media").mkdir()
    (lightwire.folder / "media" / "a.webp").write_bytes(WEBP)
    file = lightwire.write("a.ndjson", submitted(images=[{"href": "media/a.webp", "alt": "A bridge"}]))

    result = lightwire.run("publish", file)

    digest = hashlib.sha256(WEBP).hexdigest()
    assert result.exit_code == 0, result.stderr
    assert published(lightwire)[0]["data"]["images"] == [{"alt": "A bridge", "media": digest}]
    assert lightwire.redis.get(f"lightwire:original:{digest}") == WEBP
    assert 0 < lightwire.redis.pttl(f"lightwire:original:{digest}") <= 7 * 86_400_000


@pytest.mark.parametrize("href", ["../secret.webp", "/etc/passwd", "missing.webp", "a.ndjson"])
def test_no_file_but_an_image_in_the_folder_is_ever_sent(lightwire: Case, href: str) -> None:
    (lightwire.folder.parent / "secret.webp").write_bytes(WEBP)
    file = lightwire.write("a.ndjson", submitted(images=[{"href": href}]))

    result = lightwire.run("publish", file)

    assert result.exit_code == 2
    assert "/data/images/0/href" in result.stderr
    assert published(lightwire) == []


def test_a_long_story_travels_by_reference(lightwire: Case) -> None:
    file = lightwire.write("a.ndjson", submitted(body_html="<p>" + "x" * 70_000 + "</p>"))

    lightwire.run("publish", file)

    event = published(lightwire)[0]
    stored = lightwire.redis.get(event["dataref"])
    assert "data" not in event
    assert event["dataref"] == f"lightwire:data:{hashlib.sha256(stored).hexdigest()}"
    assert json.loads(stored)["id"] == "desk:1"


def test_as_is_sends_bytes_unchecked(lightwire: Case) -> None:
    result = lightwire.run("publish", "-", "--as-is", "--json", stdin=b"{broken\n")

    rows: Any = lightwire.redis.xrange("lightwire:articles.submitted")
    assert rows[0][1] == {b"event": b"{broken"}
    assert json.loads(result.stdout)[0]["entry"] == rows[0][0].decode()


def test_a_file_that_is_not_there_is_named(lightwire: Case) -> None:
    result = lightwire.run("publish", "nowhere.ndjson")

    assert result.exit_code == 2
    assert "nowhere.ndjson" in result.stderr


def test_migrate_loads_the_library_once(lightwire: Case) -> None:
    lightwire.redis.function_flush()

    first, second = lightwire.json("migrate"), lightwire.json("migrate")

    assert (first["loaded"], second["loaded"]) == (True, False)
    assert first["library"] == "lightwire_streams_v1"


def test_tail_tells_one_line_per_event_and_the_event_itself_in_json(lightwire: Case) -> None:
    lightwire.run("publish", lightwire.write("a.ndjson", submitted(), submitted(revision=2)))

    lines = lightwire.run("tail", "articles.submitted", "--from", "0", "--count", "2").stdout.splitlines()
    raw = lightwire.run("tail", "articles.submitted", "--from", "1h", "--no-follow", "--json").stdout.splitlines()

    assert [line.split()[1:] for line in lines] == [["article.submitted", "desk:1", f"r{n}"] for n in (1, 2)]
    assert [json.loads(line)["data"]["revision"] for line in raw] == [1, 2]


def test_tail_shows_control_characters_instead_of_obeying_them(lightwire: Case) -> None:
    lightwire.run("publish", lightwire.write("a.ndjson", submitted(id="a\u001b[2Jb")))

    result = lightwire.run("tail", "articles.submitted", "--from", "0", "--no-follow")

    assert "\x1b" not in result.stdout


def test_tail_of_an_unknown_stream_lists_the_known_ones(lightwire: Case) -> None:
    lightwire.run("publish", lightwire.write("a.ndjson", submitted()))

    result = lightwire.run("tail", "article.submited", "--no-follow")

    assert result.exit_code == 1
    assert "articles.submitted" in result.stderr


def test_a_time_that_is_none_is_wrong_usage(lightwire: Case) -> None:
    lightwire.run("publish", lightwire.write("a.ndjson", submitted()))

    assert lightwire.run("tail", "articles.submitted", "--from", "yesterday").exit_code == 2
