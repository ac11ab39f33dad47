"""`lightwire ingest-check` tells a newsroom's developer what would happen, and sends nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import cli
from tests.unit.test_adapter_json import superdesk


def check(said: Any, *options: str, form: str = "ninjs") -> Result:
    document = said if isinstance(said, str) else json.dumps(said)
    return CliRunner().invoke(cli, ["ingest-check", "-", "--as", form, *options], input=document)


@pytest.mark.parametrize(
    ("fields", "decision", "code"),
    [
        ({}, "created", 0),
        ({"embargoed": "2999-01-01T00:00:00Z"}, "held: until 2999-01-01 00:00 UTC", 0),
        ({"embargoed": "2020-01-01T00:00:00Z"}, "created", 0),
        ({"pubstatus": "withheld"}, "withdrawn: nothing would leave", 0),
        ({"pubstatus": "canceled"}, "withdrawn: the story would be killed", 0),
        ({"type": "picture"}, "nothing", 0),
        ({"guid": None}, "refused: /uri is missing", 1),
        ({"pubstatus": "spiked"}, "refused: /pubstatus is none of", 1),
    ],
)
def test_the_decision_is_the_first_thing_said(fields: dict[str, Any], decision: str, code: int) -> None:
    answer = check(superdesk(**fields))

    assert answer.stdout.startswith(decision)
    assert answer.exit_code == code


def test_what_is_left_out_and_what_sanitising_takes_is_listed() -> None:
    html = '<p onclick="x()">One <a href="javascript:x">two</a></p><script>bad()</script><script>worse()</script>'

    answer = check(superdesk(body_html=html, version=3)).stdout

    assert "<p>One <a rel=" in answer
    assert "! /version is a number" in answer
    for gone in ("! onclick on <p>", "! href on <a>", "! <script> (2)"):
        assert gone in answer


def test_a_program_gets_the_submission_the_decision_and_every_warning() -> None:
    (told,) = json.loads(check(superdesk(version=3), "--json", "--source", "desk").stdout)

    assert (told["decision"], told["type"]) == ("created", "lightwire.article.submitted.v1")
    assert told["submission"] == {
        "id": "urn:a", "revision": 3, "status": "usable", "headline": "H", "body_html": "<p>B</p>",
    }  # fmt: skip
    assert [warning.split()[0] for warning in told["warnings"]] == ["/version"]


def test_a_folder_is_told_in_a_line_for_each_story(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(superdesk()))
    (tmp_path / "b.json").write_text("{}")

    answer = CliRunner().invoke(cli, ["ingest-check", str(tmp_path), "--as", "ninjs"])

    first, second = answer.stdout.splitlines()
    assert first.split() == ["created", "a.json", "urn:a", "revision", "3", "«H»"]
    assert second.startswith("refused   b.json  /uri is missing")
    assert answer.exit_code == 1


def test_what_a_document_says_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in check(superdesk(headline="\x1b[2Jgone")).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.json", "--as", "ninjs"], "nowhere.json"),
        (["-", "--as", "word"], "write one of native, ninjs"),
        (["-", "--as", "ninjs", "--option", "site"], "NAME=VALUE"),
    ],
)
def test_wrong_usage_is_told_from_a_refusal(arguments: list[str], told: str) -> None:
    answer = CliRunner().invoke(cli, ["ingest-check", *arguments])

    assert answer.exit_code == 2
    assert told in answer.stderr


def test_options_and_headers_reach_the_adapter() -> None:
    headers = ["--header", "ce-specversion: 1.0", "--header", "ce-id: 7", "--header",
               "ce-type: lightwire.article.submitted.v1"]  # fmt: skip
    said = {"id": "a", "revision": 1, "status": "usable", "headline": "H"}

    (told,) = json.loads(check(said, *headers, "--json", form="native").stdout)
    (prefixed,) = json.loads(check(superdesk(), "--option", "id_prefix=x:", "--json").stdout)

    assert (told["event_id"], prefixed["submission"]["id"]) == ("7", "x:urn:a")
