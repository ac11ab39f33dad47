"""The whole pipeline as `lightwire up` runs it, full of a reader's data, and every place where none of it may be."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from redis import Redis

from services.embedded import SERVICES
from tests.pipeline.test_embedded import Up
from tests.server import free_port

BODY, NAME, NOTE = "quokkabody", "quokkaname", "quokkanote"
MAIL, PHONE, IP, IP6 = "quokka.reader@leak.example", "+93705550199", "198.51.100.23", "2001:db8::77:1"
PLANTED = (BODY, NAME, NOTE, MAIL, MAIL.split("@")[0], PHONE, PHONE[1:], IP, IP6)
LEAKS = ("leaklog", "leakmetric", "leakdead")
"""Words that the seeded bugs do let out."""
NOW = "2026-11-23T16:00:00Z"
EVERYTHING = f"{BODY} {MAIL} {PHONE} {IP} {IP6}"


def comment(id_: str, body: str = EVERYTHING, **more: Any) -> dict[str, Any]:
    """The data of a submission, with what nobody asked for beside it."""
    author = {"id": "u-1", "name": NAME, "email": MAIL, "phone": PHONE, "ip": IP}
    data = {
        "id": id_, "article_id": "desk:1", "revision": 1, "status": "usable", "author": author, "body": body,
        "created_at": NOW, "email": MAIL, "remote_addr": IP,
    }  # fmt: skip
    return {**data, **more}


def event(data: object, type_: str = "lightwire.comment.submitted.v1", **more: Any) -> bytes:
    """In an envelope that has extensions of its own."""
    id_ = data["id"] if isinstance(data, dict) and "id" in data else "e"
    envelope = {"specversion": "1.0", "id": f"e-{id_}", "source": "/readers", "type": type_, "data": data}
    return json.dumps({**envelope, "readermail": MAIL, "clientip": IP, **more}).encode()


def refused_and_dead() -> list[bytes]:
    """What cannot be taken, each with a reader's data where it is wrong."""
    wrong: dict[str, dict[str, Any]] = {
        "long": {"body": EVERYTHING * 200}, "nobody": {"author": MAIL}, "when": {"created_at": MAIL},
        "zone": {"created_at": f"2026-11-23T16:00:00 {MAIL}"}, "status": {"status": MAIL},
        "revision": {"revision": PHONE},
        "language": {"language": BODY + " " + MAIL}, "parent": {"parent_id": [MAIL]}, "empty": {"body": "\u200b"},
        "role": {"author": {"id": "u", "name": NAME, "role": MAIL}}, "article": {"article_id": {MAIL: PHONE}},
        "control": {"body": f"{EVERYTHING} \x00"}, "half": {"body": f"{EVERYTHING} \ud800"},
        "number": {"score": float("inf"), "body": EVERYTHING},
    }  # fmt: skip
    rows = [event(comment(name, **fields)) for name, fields in wrong.items()]
    rows += [
        event(comment("key", **{MAIL: f"{BODY}\x00"})),
        event(comment("type"), type_=f"lightwire.{BODY}.v1"), event(comment("mail"), type_=MAIL), event(MAIL),
        event(comment("trace"), traceparent=EVERYTHING * 9), event(comment("time"), time=MAIL),
        event(None, dataref=MAIL), event(None, dataref="lightwire:data:" + "0" * 64),
        EVERYTHING.encode(), f'{{"{MAIL}": "{BODY}"'.encode(), EVERYTHING.encode() + b"\xff", b"[" * 99 + BODY.encode(),
        f'{{"{MAIL}": 1, "{MAIL}": 2}}'.encode(), json.dumps([EVERYTHING]).encode(),
    ]  # fmt: skip
    return rows


@dataclass
class House:
    """A running pipeline."""

    up: Up
    url: str
    ports: dict[str, int]
    redis: Any

    def send(self, *rows: bytes, stream: str = "comments.submitted") -> None:
        """Put them on a stream, byte for byte."""
        for row in rows:
            self.redis.xadd(f"lightwire:{stream}", {"event": row})

    def lightwire(self, *words: str) -> str:
        """What a command says, both ways."""
        command = [sys.executable, "-c", "from services.cli import main; main()", "--redis", self.url, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        return done.stdout + done.stderr

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.ports['site']}"

    def settled(self) -> bool:
        """True once nothing is in work, parked, or waiting."""
        stages = json.loads(self.lightwire("status", "--sample", "0.1", "--json"))["stages"]
        return all(not (one["in_work"] or one["parked"] or one["oldest_age"]) for one in stages)

    def standing(self, id_: str) -> dict[str, Any]:
        """The decision that holds; empty where there is none."""
        stored = self.redis.hget(f"lightwire:moderation:{id_}", "standing")
        return dict(json.loads(stored)["decision"]) if stored else {}

    def page(self) -> str:
        """Where the story stands on the site; empty until it does."""
        rows: Any = self.redis.xrange("lightwire:renditions.full")
        return next((str(json.loads(row[b"event"])["data"]["path"]) for _, row in rows), "")

    def places(self) -> dict[str, str]:
        """Everything an operator reads by default."""
        logs = {str(path.name): path.read_text("utf-8", "replace") for path in self.up.folder.rglob("*.log")}
        meters = {
            f"metrics of {name}": httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
            for name, port in self.ports.items()
        }
        commands = (
            ("dead", "list"), ("dead", "list", "--json"), ("status", "--sample", "0.1"), ("parked", "list"),
            ("status", "--sample", "0.1", "--json"), ("parked", "list", "--json"), ("trace", "crash-check"),
            ("trace", "conflict"), ("trace", "crash-stage", "--json"),
        )  # fmt: skip
        said = {"lightwire " + " ".join(words): self.lightwire(*words) for words in commands}
        return {**logs, "what `lightwire up` said": self.up.said, **meters, **said}


def found(places: dict[str, str], words: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Which of these words stand where, capitals or not, with what stands around each."""
    return [
        (place, word, text[max(0, at - 80) : at + 80])
        for place, text in places.items()
        for word in words
        if (at := text.lower().find(word.lower())) >= 0
    ]


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """`lightwire up` in a folder of its own, as talkative as it can be, with bugs in it."""
    ports = {service.name: free_port() for service in SERVICES}
    settings = {service.port_setting: str(ports[service.name]) for service in SERVICES}
    settings |= {
        "LIGHTWIRE_LOG_LEVEL": "debug", "LIGHTWIRE_MAX_ATTEMPTS": "2", "LIGHTWIRE_BACKOFF_BASE_MS": "50",
        "LIGHTWIRE_DEAD_LETTER_LIMIT": "0", "PYTHONPATH": str(Path(__file__).parent / "planted"),
    }  # fmt: skip
    said = folder / "up.txt"
    with said.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-c", "from services.cli import main; main()", "up"], cwd=folder, stdout=sink, stderr=sink,
            start_new_session=True, env={**os.environ, **settings},
        )  # fmt: skip
    try:
        up = Up(folder, process, said).ready()
        url = (folder / ".lightwire" / "redis.url").read_text().strip()
        with Redis.from_url(url) as redis:
            yield House(up, url, ports, redis)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
