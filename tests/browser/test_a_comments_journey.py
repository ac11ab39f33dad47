"""One comment through everything: held, approved at the desk, shown, reported, rejected, appealed, shown again."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from redis import Redis

from shared.comments import Author, CommentStatus
from shared.events import ArticleSubmitted, CommentAppealed, CommentSubmitted, EventData, seal, to_json
from tests.pipeline.test_embedded import Start, start

__all__ = ["start"]
pytestmark = pytest.mark.needs("chromium")

PATIENCE_S = 30.0
WORDS = "Any idiot could have told them that the bridge would not last."


class House:
    """What `make run` starts."""

    def __init__(self, folder: Path, said: str) -> None:
        self.folder = folder
        self.url = (folder / ".lightwire" / "redis.url").read_text("utf-8").strip()
        self.redis: Any = Redis.from_url(self.url)
        self.site, self.desk = (
            re.findall(rf"^{name}: (http://\S+?)/?\s", said, re.MULTILINE)[0] for name in ("site", "desk")
        )
        self.password = re.findall(r"password (\S+),", said)[0]

    def tell(self, data: EventData) -> None:
        """As a newsroom does."""
        event = to_json(seal(data, id=f"{data.subject}-{data.type}", source="/newsroom/test"))
        self.redis.xadd(f"lightwire:{data.stream}", {"event": event})

    def until(self, stream: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The event for which it holds, once it is there."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            for _, fields in self.redis.xrange(f"lightwire:{stream}"):
                event: dict[str, Any] = json.loads(fields[b"event"])
                if holds(event["data"]):
                    return event
            assert time.monotonic() < deadline, stream
            time.sleep(0.05)

    def lightwire(self, *words: str) -> str:
        """The command line beside it."""
        command = [sys.executable, "-m", "services.cli", "--redis", self.url, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def house(start: Start) -> Iterator[House]:
    """The whole pipeline with one story."""
    up = start().ready()
    opened = House(up.folder, up.said)
    story = {
        "id": "s1", "revision": 1, "status": "usable", "headline": "A bridge closes", "language": "en",
        "body_html": "<p>The bridge closes on Monday, the council said, for repairs that will take until spring.</p>",
    }  # fmt: skip
    opened.tell(ArticleSubmitted.model_validate_json(json.dumps(story)))
    yield opened
    opened.redis.close()


def verdict(seq: int, verdict: str) -> Callable[[dict[str, Any]], bool]:
    return lambda data: (data["decision"]["seq"], data["decision"]["verdict"]) == (seq, verdict)


def test_a_comment_travels_from_hand_to_hand_and_one_trace_tells_it_all(house: House, browser: Browser) -> None:
    house.tell(
        CommentSubmitted.model_validate(
            {"id": "c1", "article_id": "s1", "revision": 1, "status": CommentStatus.USABLE, "body": WORDS,
             "author": Author(id="reader-77", name="Mina"), "created_at": "2026-11-26T08:00:00Z"}, strict=False,
        )
    )  # fmt: skip
    house.until("comments.moderated", verdict(0, "hold"))
    path = house.until("renditions.full", lambda data: data["article_id"] == "s1")["data"]["path"]
    story = house.site + path
    # Held: nobody sees it, and the desk shows why.
    page = browser.new_page()
    page.goto(f"{house.desk}/queue")
    page.fill("#name", "desk")
    page.fill("#password", house.password)
    page.click("main button")
    page.get_by_role("link", name="Any idiot").click()
    expect(page.locator("mark")).to_contain_text("idiot")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Published")
    house.until("renditions.comments", lambda data: data["action"] == "commented" and data.get("comment_id") == "c1")
    # Shown with its story; a reader reports it.
    reader = browser.new_page()
    house.until("renditions.full", lambda data: data["action"] == "commented")
    deadline = time.monotonic() + PATIENCE_S
    while WORDS not in (reader.goto(story), reader.content())[1]:
        assert time.monotonic() < deadline
    reader.get_by_role("link", name="Report what Mina wrote").click()
    expect(reader.locator("blockquote")).to_contain_text(WORDS)
    reader.get_by_label("It insults or threatens somebody").check()
    # Nobody reads and chooses within two seconds; the form does not take it sooner.
    deadline = time.monotonic() + PATIENCE_S
    while reader.evaluate("performance.now()") < 2_200:
        assert time.monotonic() < deadline
    reader.get_by_role("button").click()
    expect(reader.get_by_role("status")).to_contain_text("A moderator will look at it")
    house.until("moderation.cases", lambda data: data["what"] == "reported")
    # The case at the desk: rejected, and withdrawn from every channel.
    page.goto(f"{house.desk}/queue?queue=reported")
    page.get_by_role("link", name="Any idiot").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_contain_text("Rejected")
    gone = house.until("renditions.comments", lambda data: data["action"] == "commented" and data["sequence"] > 4)
    assert WORDS not in json.dumps(gone)
    # Its author appeals; who rejected it cannot decide, somebody else can.
    house.tell(CommentAppealed(comment_id="c1", author_id="reader-77", words="I quoted the minister."))
    house.until("moderation.cases", lambda data: data["what"] == "appealed")
    page.goto(f"{house.desk}/queue?queue=appeals")
    page.get_by_role("link", name="Any idiot").click()
    expect(page.get_by_text("I quoted the minister.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    house.lightwire("moderation", "decide", "c1", "publish", "--actor", "sara")
    house.until("comments.moderated", verdict(3, "publish"))

    told = json.loads(house.lightwire("trace", "c1", "--json"))["events"]

    streams = [one["stream"] for one in told]
    assert [name for name in streams if name == "comments.moderated"] == ["comments.moderated"] * 4
    assert {
        "comments.submitted", "comments.ingested", "comments.enriched", "comments.reported", "comments.appealed",
        "moderation.cases", "moderation.commands", "notices.authors", "renditions.comments",
    } <= {*streams}  # fmt: skip
    assert [one["by"] for one in told if one["stream"] == "comments.moderated"] == ["engine", "desk", "desk", "sara"]
    assert "idiot" not in json.dumps(told)
