"""The AsyncAPI document describes the streams as they are, in a form other people's tools accept."""

import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from docs.generator.asyncapi import document, read_by_stages
from docs.generator.schemas import to_text
from docs.generator.streams import SERVICES, STREAMS
from shared.events import every_type
from tests.contract.golden import CLOUDEVENTS

PARSER = "@asyncapi/parser@3.6.3"
ERROR = 0
CHECK = """
import { readFileSync } from 'node:fs';
import pkg from '@asyncapi/parser';
const { document, diagnostics } = await new pkg.Parser().parse(readFileSync(process.argv[2], 'utf8'));
const channels = document ? document.channels().all().map(channel => channel.address()) : [];
const found = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path }));
process.stdout.write(JSON.stringify({ channels, diagnostics: found }));
"""


@pytest.fixture(scope="module")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Parse a document with the AsyncAPI project's own parser."""
    folder = tmp_path_factory.mktemp("asyncapi")
    (folder / "check.mjs").write_text(CHECK)
    (folder / "package.json").write_text('{"private": true}')
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", PARSER]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        reason = f"npm could not install {PARSER}: {done.stderr.strip()[-200:]}"
        pytest.fail(reason) if os.environ.get("LIGHTWIRE_CI") else pytest.skip(reason)

    def run(path: Path) -> dict[str, Any]:
        answer = subprocess.run(
            ["node", "check.mjs", str(path)], cwd=folder, capture_output=True, text=True, timeout=60, check=True
        )
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    return run


@pytest.mark.needs("npm")
@pytest.mark.needs("node")
def test_the_asyncapi_projects_own_parser_finds_no_error(parse: Any, project: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({**document(), "channels": {"x": {"messages": {"m": {"$ref": "#/nowhere"}}}}}))

    said, of_broken = parse(project / "docs" / "asyncapi" / "lightwire.json"), parse(broken)

    assert [one for one in said["diagnostics"] if one["severity"] == ERROR] == []
    assert len(said["channels"]) == len(STREAMS)
    # The parser is known to speak up: silence about ours means something.
    assert [one for one in of_broken["diagnostics"] if one["severity"] == ERROR]


def test_every_stream_a_stage_reads_is_described_with_its_group() -> None:
    reads = {stream: set(services) for stream, services in read_by_stages().items()}
    described: defaultdict[str, set[str]] = defaultdict(set)
    for stream in STREAMS:
        for reader in set(stream.read_by) & set(SERVICES):
            described[stream.name].add(reader)

    assert reads == described
    for name, services in reads.items():
        channel = document()["channels"][name]
        assert set(channel.get("x-groups", [channel["bindings"]["redis"]["groupName"]])) == services
        assert channel["bindings"]["redis"]["groupName"] in services


def test_every_event_type_travels_on_the_stream_its_class_names() -> None:
    travels = {(kind, stream.name) for stream in STREAMS for kind in stream.kinds}

    assert {kind for kind, _ in travels} == set(every_type())
    for kind, stream in travels:
        assert stream.split(".{")[0] == kind.stream or stream.startswith(f"{kind.stream}.")


def test_every_stream_has_a_writer_and_a_reader() -> None:
    operations = document()["operations"].values()

    sides = {(operation["channel"]["$ref"], operation["action"]) for operation in operations}

    channels = {f"#/channels/{name}" for name in document()["channels"]}
    assert sides == {(channel, action) for channel in channels for action in ("send", "receive")}


def test_every_example_is_a_cloudevent() -> None:
    messages = document()["components"]["messages"]

    for message in messages.values():
        assert not list(CLOUDEVENTS.iter_errors(message["examples"][0]["payload"]))


def test_the_document_is_the_same_every_time() -> None:
    once = to_text(document())
    read_by_stages.cache_clear()

    assert to_text(document()) == once
