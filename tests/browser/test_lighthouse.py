"""Lighthouse gives every kind of page at least 99 of 100: performance, accessibility, best practices, search."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.newsroom import Newsroom
from tests.browser.paper import Paper, printed
from tests.server import binaries, free_port, running

pytestmark = [pytest.mark.needs("npm"), pytest.mark.needs("node"), pytest.mark.needs("chromium")]

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 0.99
RUNS = 3
"""At most. Of the performance score the best counts: whatever else a machine does can only lower it."""
AGAIN = "Please run Lighthouse again"
"""What it says when Chromium's trace came without its beginning, about one run in ten; nothing was judged then."""
STORIES = {"en": "urn:newsml:desk.example:20261121:early-ferry", "fa": "urn:newsml:desk.example:20261121:seyl-khiaban"}
UNREADABLE = (
    # Lighthouse fetches it from within the page, as a script of the page would, and the policy of a page without
    # scripts allows no fetch. The same file is judged from the full stories of the same site.
    "robots-txt",
)


@pytest.fixture(scope="module")
def paper(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """The site with all that the example newsroom has published, photos and comments included."""
    folder, port = tmp_path_factory.mktemp("lighthouse"), free_port()
    newsroom = Newsroom(f"http://127.0.0.1:{port}")
    newsroom.publish(project / "examples")
    with (
        running(next(iter(binaries().values())), folder) as server,
        printed(newsroom, server.url, folder, port, project) as paper,
    ):
        yield paper


def judged(
    checkers: Path, address: str, categories: Sequence[str] = CATEGORIES, skipped: Sequence[str] = ()
) -> dict[str, Any]:
    """Lighthouse's report on a page, as a phone of middling speed on a slow network would see it."""
    command = [
        "node", str(checkers / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json",
        "--form-factor=mobile", "--throttling-method=simulate", f"--only-categories={','.join(categories)}",
        "--disable-full-page-screenshot", "--no-enable-error-reporting", f"--chrome-flags={' '.join(ARGUMENTS)}",
        *(f"--skip-audits={audit}" for audit in skipped),
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": str(CHROMIUM)}
    for _ in range(RUNS):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
        if AGAIN not in done.stderr:
            break
    assert done.returncode == 0, f"{address}: {done.stderr}"
    report: dict[str, Any] = json.loads(done.stdout)
    assert "runtimeError" not in report, report
    return report


def short(report: dict[str, Any]) -> dict[str, str]:
    """Category → its score and the audits that took from it, of those below the mark."""
    found = {}
    for name, category in report["categories"].items():
        if category["score"] < LEAST:
            audits = [report["audits"][one["id"]] for one in category["auditRefs"] if one["weight"]]
            lost = [one for one in audits if one["score"] is not None and one["score"] < 1]
            why = "; ".join(f"{one['id']} {one['score']} {one.get('displayValue', '')}".strip() for one in lost)
            found[name] = f"{category['score']} ({why})"
    return found


@pytest.mark.parametrize("rendition", ["full", "light"])
@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("kind", ["story", "front"])
def test_a_page_is_as_good_as_lighthouse_can_tell(
    checkers: Path, paper: Paper, kind: str, language: str, rendition: str
) -> None:
    story = paper.newest(rendition)[STORIES[language]]
    assert "<img" in (story.content or ""), "a story without its photo is too easy"
    path = story.path if kind == "story" else f"/{language}/{'light/' if rendition == 'light' else ''}"
    address = f"{paper.address}{path}"
    fetches = kind == "story" and rendition == "full"
    skipped = () if fetches else UNREADABLE
    if kind == "story" and rendition == "light":
        # Its photo travels inside the page and has 320 pixels, of which a fine screen would like more.
        skipped = (*skipped, "image-size-responsive")

    below = short(judged(checkers, address, skipped=skipped))
    for _ in range(RUNS - 1):
        if "performance" in below:
            del below["performance"]
            below |= short(judged(checkers, address, ["performance"]))

    assert below == {}, f"{address}: {below}"


BAD = """<html><head><meta name="robots" content="noindex"></head><body>
<img src="nothing.png"><p style="color:#ddd;background:#fff">Hardly there</p><button></button><a href="x">here</a>
<script>const from = performance.now(); while (performance.now() - from < 1500); throw new Error("bad")</script>"""


@pytest.fixture
def bad(tmp_path: Path) -> Iterator[str]:
    """The address of a page with a fault in every category."""
    (tmp_path / "index.html").write_text(BAD, "utf-8")

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """What is asked is nobody's business."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_lighthouse_is_awake(checkers: Path, bad: str) -> None:
    below = short(judged(checkers, bad))

    assert set(below) == set(CATEGORIES)
    assert "image-alt" in below["accessibility"]
    assert "errors-in-console" in below["best-practices"]
    assert "meta-description" in below["seo"]
