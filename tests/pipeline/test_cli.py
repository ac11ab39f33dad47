"""`lightwire status`, `trace`, `dead`, `parked` and `verify` against a real Redis."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from services.cli import cli
from shared.dead_letters import bury
from shared.keys import Keys
from shared.streams import Entry
from tests.pipeline.cli_case import Case, case, ingested, said, submitted
from tests.server import Server

COMMANDS = (
    ("migrate",), ("status",), ("tail", "articles.submitted"), ("trace", "desk:1"), ("dead", "list"),
    ("dead", "show", "ingest/1-0"), ("dead", "replay", "--all"), ("dead", "drop", "--all"), ("parked", "list"),
    ("parked", "retry", "--all"), ("verify",),
)  # fmt: skip


@pytest.fixture
def lightwire(redis_server: Server, tmp_path: Path) -> Iterator[Case]:
    with case(redis_server.url, tmp_path) as found:
        yield found


def died(found: Case, reason: str = "conflict") -> str:
    """Put a dead letter of ingest there; its id."""
    original = json.dumps(submitted()).encode()
    entry = Entry("5-0", {b"event": original}, 1)
    _, key, _, *flat = bury(
        Keys(), "ingest", "articles.submitted", entry, reason, "send a greater one", datetime.now(UTC)
    )
    return str(found.redis.xadd(key, dict(zip(flat[::2], flat[1::2], strict=True))).decode())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_redis_that_is_away_is_exit_code_3_and_says_what_to_do(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, ["--redis", "redis://127.0.0.1:1/0", *command])

    assert result.exit_code == 3
    assert "lightwire up" in result.stderr
    assert "Traceback" not in result.stderr


def test_every_command_has_json_an_example_and_its_exit_codes_in_its_help() -> None:
    def leaves(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield path, command
            return
        for name, child in inner.items():
            yield from leaves(child, (*path, name))

    for path, command in leaves(typer.main.get_command(cli)):
        told = CliRunner().invoke(cli, [*path, "--help"]).stdout
        assert "Example: lightwire" in told, path
        assert "Exit codes:" in told, path
        assert any("--json" in param.opts for param in command.params), path  # type: ignore[attr-defined]


def test_trace_tells_each_step_with_its_delay(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")
    lightwire.add(ingested(), id="e-2", cause="e-1")

    told = lightwire.json("trace", "desk:1")
    words = lightwire.run("trace", "desk:1").stdout

    assert [event["stream"] for event in told["events"]] == ["articles.submitted", "articles.ingested"]
    assert told["events"][0]["delay_ms"] is None
    assert told["events"][1]["delay_ms"] >= 0
    assert "r1 · created" in words


def test_trace_finds_dead_letters_parked_entries_and_receipts(lightwire: Case) -> None:
    died(lightwire)
    lightwire.add(said(), id="e-1")
    lightwire.park("articles.submitted", "ingest")
    lightwire.redis.hset("lightwire:receipts:desk:1", "site", json.dumps({"revision": 1, "sequence": 7}))

    told = lightwire.json("trace", "desk:1")

    assert {event["stream"] for event in told["events"]} == {"articles.submitted", "dead.ingest"}
    assert "the disk is full" in next(event["waits"] for event in told["events"] if event["waits"])
    assert told["receipts"] == [{"channel": "site", "revision": 1, "sequence": 7}]


def test_trace_of_an_unknown_id_finds_nothing(lightwire: Case) -> None:
    assert lightwire.run("trace", "desk:none").exit_code == 1


def test_status_tells_what_waits_and_where(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")
    lightwire.add(said(2), id="e-2")
    lightwire.park("articles.submitted", "ingest")
    died(lightwire)

    told = lightwire.json("status", "--sample", "0.1")
    result = lightwire.run("status", "--sample", "0.1")

    stage = told["stages"][0]
    assert (stage["service"], stage["parked"], stage["in_work"], stage["workers"]) == ("ingest", 1, 0, 0)
    assert stage["oldest_age"] >= 0
    assert told["dead"] == {"ingest": 1}
    assert result.exit_code == 1
    assert "lightwire dead list" in result.stdout


def test_status_sees_the_age_of_what_nobody_has_read(lightwire: Case) -> None:
    lightwire.redis.xadd("lightwire:articles.submitted", {"event": "{}"}, id="1000-0")
    lightwire.redis.xgroup_create("lightwire:articles.submitted", "ingest", id="0")

    told = lightwire.json("status", "--sample", "0.1")

    assert told["stages"][0]["oldest_age"] > 1_000_000_000_000


def test_dead_letters_are_listed_by_filter_and_shown_with_their_bytes(lightwire: Case) -> None:
    kept, _ = died(lightwire), died(lightwire, "rejected")

    listed = lightwire.json("dead", "list", "--reason", "conflict", "--subject", "desk:1", "--since", "1h")
    shown = lightwire.json("dead", "show", f"ingest/{kept}")

    assert [letter["id"] for letter in listed] == [f"ingest/{kept}"]
    assert json.loads(shown["original"]["event"]) == submitted()
    assert lightwire.run("dead", "list", "--service", "delivery").exit_code == 1


def test_a_dry_run_changes_nothing_and_a_replay_moves_the_original_back_with_an_audit_entry(lightwire: Case) -> None:
    died(lightwire)

    dry = lightwire.json("dead", "replay", "--all", "--dry-run")
    left = lightwire.redis.xlen("lightwire:dead.ingest")
    done = lightwire.json("dead", "replay", "--all", "--actor", "desk")

    rows = lightwire.redis.xrange("lightwire:articles.submitted")
    assert (dry["done"], left, done["done"]) == (0, 1, 1)
    assert [json.loads(fields[b"event"]) for _, fields in rows] == [submitted()]
    assert lightwire.redis.xlen("lightwire:dead.ingest") == 0
    assert lightwire.redis.xlen("lightwire:audit") == 1


def test_drop_wants_ids_or_all_and_deletes_only_what_was_named(lightwire: Case) -> None:
    first, _ = died(lightwire), died(lightwire)

    assert lightwire.run("dead", "drop").exit_code == 2
    assert lightwire.run("dead", "drop", "ingest/1-1").exit_code == 1
    assert lightwire.json("dead", "drop", f"ingest/{first}")["done"] == 1
    assert lightwire.redis.xlen("lightwire:dead.ingest") == 1


def test_parked_entries_are_listed_with_their_reason_and_made_due(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")
    entry = lightwire.park("articles.submitted", "ingest")

    listed = lightwire.json("parked", "list")
    retried = lightwire.json("parked", "retry", entry)
    due = lightwire.json("parked", "list")

    assert (listed[0]["entry"], listed[0]["attempts"], listed[0]["why"]) == (entry, 3, "OSError: the disk is full")
    assert listed[0]["due_in_ms"] > 0
    assert retried["entries"] == [entry]
    assert due[0]["due_in_ms"] <= 0


def test_verify_holds_while_entries_pass_wait_or_die(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")
    lightwire.park("articles.submitted", "ingest")
    lightwire.add(said(2), id="e-2")

    result = lightwire.run("verify")

    assert result.exit_code == 0, result.stdout


def test_verify_finds_what_was_lost_doubled_and_went_backwards(lightwire: Case) -> None:
    lightwire.redis.xgroup_create("lightwire:articles.submitted", "ingest", id="0", mkstream=True)
    lost = lightwire.add(said(9), id="e-9")
    lightwire.redis.xreadgroup("ingest", "worker-1", {"lightwire:articles.submitted": ">"})
    lightwire.redis.xack("lightwire:articles.submitted", "ingest", lost)
    lightwire.add(ingested(2), id="i-2")
    lightwire.add(ingested(2), id="i-2")
    lightwire.add(ingested(1), id="i-1")

    found = lightwire.run("verify", "--json")

    broken = {check["promise"]: len(check["broken"]) for check in json.loads(found.stdout) if check["broken"]}
    assert found.exit_code == 1
    assert broken == {
        "every submitted revision has an outcome": 1,
        "no event is on a stream twice": 1,
        "revisions never go backwards on a stream": 1,
    }


def test_verify_finds_a_parked_entry_without_an_alarm(lightwire: Case) -> None:
    lightwire.add(said(), id="e-1")
    lightwire.park("articles.submitted", "ingest")
    lightwire.redis.delete("lightwire:parked:ingest:articles.submitted")

    result = lightwire.run("verify")

    assert result.exit_code == 1
    assert "parked without an alarm" in result.stdout


def test_verify_of_an_empty_redis_says_so(lightwire: Case) -> None:
    assert lightwire.run("verify").exit_code == 1


def test_show_leaves_out_what_is_empty_and_the_audit_names_who_acted(lightwire: Case) -> None:
    letter = died(lightwire)

    shown = lightwire.run("dead", "show", f"ingest/{letter}").stdout
    lightwire.run("dead", "drop", f"ingest/{letter}", "--actor", "Mira")

    assert "None" not in shown
    assert "Mira" in lightwire.run("tail", "audit", "--from", "0", "--no-follow").stdout
