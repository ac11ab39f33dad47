"""Generated pages say what the code says, and what they promise works."""

import json
import re
from pathlib import Path

import pytest

from docs import generate
from docs.generator.settings_page import parts
from shared.decode import decode
from shared.events import ArticleSubmitted, every_type
from shared.streams import Entry


def test_every_generated_page_is_up_to_date() -> None:
    assert generate.outdated() == [], "run `make docs`"


def test_a_check_names_what_is_out_of_date_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)

    code = generate.main(["--check"])

    assert code == 1
    assert "docs/events.md is out of date: run `make docs`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_generated_anew_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)

    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_the_command_on_the_events_page_sends_an_event_that_is_accepted(project: Path) -> None:
    page = (project / "docs" / "events.md").read_text("utf-8")
    command = re.search(r"XADD lightwire:articles\.submitted '\*' event '(.+?)'\n", page, re.DOTALL)
    assert command is not None

    event = decode(Entry("1-1", {b"event": command[1].encode()}, 1), ArticleSubmitted, None)

    assert event.subject is None
    assert event.data is not None


def test_every_event_type_has_its_place_on_the_events_page(project: Path) -> None:
    page = (project / "docs" / "events.md").read_text("utf-8")

    for kind in every_type():
        assert f"### {kind.type}\n" in page


def test_every_link_inside_the_events_page_leads_somewhere(project: Path) -> None:
    page = (project / "docs" / "events.md").read_text("utf-8")
    anchors = {
        re.sub(r"[^a-z0-9_ -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.+)$", page, re.M)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
    for target in re.findall(r"\]\((\.\./[^)#]+)\)", page):
        assert (project / "docs" / target).exists()


def test_examples_on_the_events_page_are_json(project: Path) -> None:
    page = (project / "docs" / "events.md").read_text("utf-8")

    for example in re.findall(r"```json\n(.+?)```", page, re.DOTALL):
        json.loads(example)


def test_every_setting_says_what_it_does_and_no_two_mean_different_things_by_one_name() -> None:
    settings = [setting for _, found in parts() for setting in found]
    defaults: dict[str, set[str]] = {}
    for setting in settings:
        defaults.setdefault(setting.name, set()).add(setting.default)

    assert all(setting.meaning for setting in settings)
    assert all(len(found) == 1 for found in defaults.values())
