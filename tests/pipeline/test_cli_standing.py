"""What `lightwire` says of where things stand: `trace`, the comments of `up`, lists and filters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import cli
from services.commands.dotenv import from_file
from services.commands.journeys import Journeys
from services.commands.wire import Seen
from services.embedded_logs import telling
from tests.pipeline.cli_case import Case, case, ingested, said
from tests.server import Server


@pytest.fixture
def lightwire(redis_server: Server, tmp_path: Path) -> Iterator[Case]:
    with case(redis_server.url, tmp_path) as found:
        yield found


def seen(stream: str, kind: str, **data: Any) -> Seen:
    event = {"type": f"lightwire.{kind}.v1", "subject": data.get("article_id"), "data": data}
    return Seen(stream, "1-0", {b"event": json.dumps(event).encode()})


def now(found: Case, id_: str = "desk:1") -> str:
    return str(found.json("trace", id_)["now"])


def test_a_file_of_settings_gives_our_names_without_quotes_and_comments(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        '# ports\nLIGHTWIRE_SITE_PORT=8100\nLIGHTWIRE_SITE_NAME="Fjord $Post" # ours\nPATH=/x\n'
    )

    found = from_file(tmp_path / ".env")

    assert found == {"LIGHTWIRE_SITE_PORT": "8100", "LIGHTWIRE_SITE_NAME": "Fjord $Post"}


def test_trace_names_a_repeat_and_an_overtaken_submission(lightwire: Case) -> None:
    lightwire.add(said(2), id="e-2")
    lightwire.add(ingested(2), id="i-2", cause="e-2")
    lightwire.add(said(2), id="e-2")
    repeated = now(lightwire)
    lightwire.add(said(1), id="e-1")

    told = lightwire.json("trace", "desk:1")["events"]

    assert "ignored: duplicate" in repeated
    assert "ignored: stale" in now(lightwire)
    notes = [event["note"] for event in told if event["stream"] == "articles.submitted"]
    assert notes == [None, "ignored: duplicate", "ignored: stale"]


def test_trace_tells_what_waits_from_what_ingest_found_nothing_in(lightwire: Case) -> None:
    lightwire.add(said(1), id="e-1")
    unread = now(lightwire)
    lightwire.redis.xgroup_create("lightwire:articles.submitted", "ingest", id="$")

    assert unread == "on its way: waits for ingest, which has never run here"
    assert now(lightwire).startswith("ingest has read it and passed nothing on: a draft")


def test_a_delay_counts_from_the_first_submission_of_an_id(lightwire: Case) -> None:
    first = lightwire.add(said(), id="e-1")
    fact = lightwire.add(ingested(), id="i-1", cause="e-1")
    lightwire.add(said(), id="e-1")

    told = lightwire.json("trace", "desk:1")["events"]

    expected = int(fact.split("-")[0]) - int(first.split("-")[0])
    assert next(event["delay_ms"] for event in told if event["stream"] == "articles.ingested") == expected


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ({"held_until": "2026-12-01T00:00:00Z"}, "held until 2026-12-01T00:00:00Z, nothing has left"),
        ({"shown": True}, "revision 1 is shown"),
        (
            {"shown": True, "same": ['{"id": "b"}', '{"id": "c"}']},
            "revision 1 is shown, the same report as b and c",
        ),
        ({"change": "killed"}, "killed with revision 1, shown nowhere"),
    ],
)
def test_trace_ends_with_where_a_story_stands(lightwire: Case, state: dict[str, object], line: str) -> None:
    lightwire.add(said(), id="e-1")
    lightwire.redis.hset("lightwire:article:desk:1", "state", json.dumps({"revision": 1, "change": "created"} | state))

    last = lightwire.run("trace", "desk:1").stdout.splitlines()[-1]

    assert line in last


@pytest.mark.parametrize(
    ("kind", "line"),
    [("rendition.published", "hidden with its story"), ("rendition.withdrawn", "withdrawn")],
)
def test_trace_tells_a_hidden_comment_from_a_withdrawn_one(lightwire: Case, kind: str, line: str) -> None:
    for stream, type_, data in (
        ("comments.moderated", "comment.moderated", {"comment": {}, "decision": {"verdict": "publish"}}),
        ("renditions.comments", kind, {}),
    ):
        subject = "c-1" if stream == "comments.moderated" else "desk:1"
        whole = {"comment_id": "c-1", "article_id": "desk:1", "revision": 1, **data}
        event = {"id": stream, "type": f"lightwire.{type_}.v1", "subject": subject, "data": whole}
        lightwire.redis.xadd(f"lightwire:{stream}", {"event": json.dumps(event)})
    lightwire.redis.hset("lightwire:article:desk:1", "state", json.dumps({"revision": 2, "change": "killed"}))

    assert now(lightwire, "c-1").startswith(line)


def test_comments_are_counted_by_what_became_of_them() -> None:
    journeys = Journeys()
    verdicts = {"a": "publish", "b": "publish", "c": "hold", "d": "reject", "e": "publish"}
    for id_, verdict in verdicts.items():
        journeys.comments.watch(id_, 1)
        data = {"comment_id": id_, "article_id": "gone" if id_ == "b" else "up", "revision": 1}
        decision = {"decision": {"verdict": verdict}, "comment": None if id_ == "e" else {"id": id_}}
        journeys.see(seen("comments.moderated", "comment.moderated", **data, **decision))
        if verdict == "publish" and id_ != "e":
            journeys.see(seen("renditions.comments", "rendition.published", **data))
    journeys.see(seen("renditions.comments", "rendition.withdrawn", article_id="gone", revision=2))

    told = journeys.comments.told

    assert told == (
        "comments: 5 sent: 1 shown, 1 held, 1 rejected, 1 withdrawn by its author, 1 hidden with a withdrawn story"
    )


def test_a_replaced_revision_says_by_which() -> None:
    journeys = Journeys()
    journeys.watch("desk:1", 1, "A bridge")
    journeys.watch("desk:1", 2, "A bridge")

    journeys.see(seen("receipts", "receipt.given", article_id="desk:1", revision=2))

    assert journeys.stories["desk:1", 1].last == "replaced by 2"
    assert journeys.stories["desk:1", 2].last == "on the site"


def test_of_a_log_only_warnings_and_worse_are_told(tmp_path: Path) -> None:
    log = tmp_path / "ingest.log"
    log.write_text('{"level":"info","event":"a"}\n{"level":"error","event":"b"}\n{"level":"info","event":"c"}\n')
    quiet = tmp_path / "quiet.log"
    quiet.write_text("".join(f'{{"level":"info","event":"{n}"}}\n' for n in range(5)))

    assert [line.strip() for line in telling(log).splitlines()[1:]] == ['{"level":"error","event":"b"}']
    assert len(telling(quiet).splitlines()) == 3


def test_a_stream_may_be_named_with_its_prefix_and_an_empty_one_is_no_mistake(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")

    told = lightwire.run("tail", "lightwire:articles.submitted", "--from", "0", "--no-follow")
    empty = lightwire.run("tail", "renditions.light", "--no-follow")

    assert "desk:1" in told.stdout
    assert (empty.exit_code, "nothing yet" in empty.stderr) == (0, True)


@pytest.mark.parametrize(("option", "allowed"), [("--reason", "conflict"), ("--service", "enrichment")])
def test_a_filter_that_can_match_nothing_is_wrong_usage(lightwire: Case, option: str, allowed: str) -> None:
    result = lightwire.run("dead", "list", option, "nonsense")

    assert result.exit_code == 2
    assert allowed in result.stderr


def test_every_summary_in_the_help_is_whole() -> None:
    paths = [[], ["dead"], ["parked"]]

    told = [CliRunner().invoke(cli, [*path, "--help"]).stdout.partition("Commands:")[2] for path in paths]

    assert all(told)
    assert not [text for text in told if "..." in text]
