"""`lightwire up` as a person runs it: a process of its own, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from services.embedded import SERVICES
from services.leash import alive
from tests.pipeline.cli_case import submitted
from tests.server import Server, free_port

PATIENCE_S = 60.0


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Until it holds, or fail saying what did not."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@dataclass
class Up:
    """One `lightwire up`; ``said`` is everything it printed so far."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def ready(self) -> "Up":
        """Once it stays up."""
        wait_for(lambda: "running; Ctrl-C" in self.said or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said
        return self

    def ended(self) -> int:
        """Its exit code."""
        return self.process.wait(PATIENCE_S)

    def children(self) -> dict[str, int]:
        """Name → process id of what it started; the leash too."""
        table = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        rows = [line.split(maxsplit=2) for line in table.splitlines()]
        found = {args: int(pid) for pid, parent, args in rows if int(parent) == self.process.pid}
        names = [*(service.runs for service in SERVICES), "services.leash", "-server"]
        # services.delivery.press is not services.delivery: the longest name that fits is meant.
        named = {max((n for n in names if n in args), key=len, default=None): pid for args, pid in found.items()}
        return {name: pid for name, pid in named.items() if name}


Start = Callable[..., Up]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `lightwire up` on free ports; ends what a test left running."""
    runs: list[Up] = []

    def up(*args: str, folder: Path = tmp_path, **settings: str) -> Up:
        ports = {service.port_setting: "0" for service in SERVICES}
        log = folder / f"up-{len(runs)}.txt"
        command = [sys.executable, "-c", "from services.cli import main; main()", "up", *args]
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command, cwd=folder, stdout=sink, stderr=sink, start_new_session=True,
                env={**os.environ, **ports, **settings},
            )  # fmt: skip
        runs.append(Up(folder, process, log))
        return runs[-1]

    yield up
    for run in runs:
        if run.process.poll() is None:
            run.process.terminate()
            try:
                run.process.wait(60)
            except subprocess.TimeoutExpired:
                run.process.kill()
                run.process.wait()


def examples(folder: Path) -> str:
    """A folder with one story that is held for a moment, a comment on it, and a kill of another."""
    inner = folder / "stories"
    inner.mkdir()
    comment = {
        "specversion": "1.0", "id": "c-1", "source": "/readers/test", "type": "lightwire.comment.submitted.v1",
        "data": {
            "id": "c-1", "article_id": "desk:1", "revision": 1, "status": "usable", "body": "A good bridge, at last.",
            "author": {"id": "r-1", "name": "Mira"}, "created_at": "+0s",
        },
    }  # fmt: skip
    rows = [
        submitted(embargoed_until="+1s"),
        comment,
        submitted(id="desk:2"),
        submitted(id="desk:2", revision=2, status="canceled"),
    ]
    (inner / "1.ndjson").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return str(inner)


def test_a_first_run_shows_the_examples_and_a_second_keeps_them(start: Start, tmp_path: Path) -> None:
    folder = examples(tmp_path)

    first = start("--examples", folder, "--once")
    assert first.ended() == 0, first.said
    second = start("--examples", folder).ready()

    url = (tmp_path / ".lightwire" / "redis.url").read_text().strip()
    client = Redis.from_url(url)
    submissions = client.xlen("lightwire:articles.submitted")
    client.close()
    site = next(line for line in second.said.splitlines() if line.startswith("site: ")).removeprefix("site: ")
    with urllib.request.urlopen(site, timeout=10) as answer:
        page = answer.read().decode()
    assert "Valkey" in first.said or "Redis" in first.said
    assert "embargo until" in first.said
    assert "(killed)" in first.said
    assert "examples: all 4 are already there" in second.said
    assert "comments:" not in second.said
    assert "look: lightwire trace desk:1" in second.said
    assert submissions == 3
    assert "A bridge" in page


def test_ctrl_c_ends_everything_with_0_and_leaves_no_process(start: Start) -> None:
    run = start().ready()
    children = run.children()

    run.process.send_signal(signal.SIGINT)

    assert run.ended() == 0, run.said
    assert len(children) == len(SERVICES) + 2
    assert not [name for name, pid in children.items() if alive(pid)]


@pytest.mark.parametrize("victim", ["services.enrichment", "-server"])
def test_a_fallen_child_ends_the_whole_and_is_named(start: Start, victim: str) -> None:
    run = start().ready()
    children = run.children()

    os.kill(children[victim], signal.SIGKILL)

    name = "redis" if victim == "-server" else victim.removeprefix("services.")
    assert run.ended() == 1
    assert f"{name} was killed by SIGKILL" in run.said
    assert f".lightwire/log/{name}.log" in run.said
    assert run.said.rstrip().splitlines()[-1].endswith("start again and it goes on.")
    assert "Traceback" not in run.said
    assert not [left for left, pid in children.items() if alive(pid)]


def test_nothing_is_orphaned_when_up_itself_is_killed(start: Start) -> None:
    run = start().ready()
    children = run.children()

    run.process.kill()
    run.process.wait()

    wait_for(lambda: not [pid for pid in children.values() if alive(pid)], "children outlive their parent")
    again = start().ready()
    assert again.process.poll() is None


def test_a_second_up_in_the_same_folder_is_refused(start: Start) -> None:
    run = start().ready()

    second = start()

    assert second.ended() == 1
    assert f"process {run.process.pid}" in second.said
    assert run.process.poll() is None


def test_a_taken_port_is_named_with_its_setting(start: Start, redis_server: Server) -> None:
    port = redis_server.url.rsplit(":", 1)[1].removesuffix("/0")

    run = start(LIGHTWIRE_SITE_PORT=port)

    assert run.ended() == 1
    assert f"127.0.0.1:{port}" in run.said
    assert "LIGHTWIRE_SITE_PORT" in run.said


def test_a_file_env_reaches_the_children_and_a_wrong_value_is_wrong_usage(start: Start, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIGHTWIRE_BATCH=many\n")

    child = start("--once")
    assert child.ended() == 2, child.said
    own = start(LIGHTWIRE_SITE_PORT="abc", LIGHTWIRE_BATCH="10")

    assert "LIGHTWIRE_BATCH: Input should be a valid integer" in child.said
    assert own.ended() == 2
    assert "LIGHTWIRE_SITE_PORT is 'abc': it should be a port" in own.said


def test_an_existing_redis_is_used_and_left_running(start: Start, redis_server: Server) -> None:
    client = Redis.from_url(redis_server.url)
    client.flushall()

    run = start(LIGHTWIRE_REDIS_URL=redis_server.url).ready()
    children = run.children()
    run.process.terminate()

    assert run.ended() == 0, run.said
    assert "-server" not in children
    assert "as LIGHTWIRE_REDIS_URL says" in run.said
    assert client.ping()
    client.close()


def test_a_redis_that_does_not_answer_is_exit_code_3(start: Start) -> None:
    run = start(LIGHTWIRE_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")

    assert run.ended() == 3
    assert "LIGHTWIRE_REDIS_URL" in run.said
    with suppress(FileNotFoundError):
        assert "Traceback" not in run.said
