"""A bundle on a disk: unpacked, opened without a server, it leads to every story, light and full, both ways."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.newsroom import Newsroom
from tests.browser.paper import Paper, printed
from tests.server import binaries, free_port, running

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def paper(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A site with the example stories."""
    folder, port = tmp_path_factory.mktemp("bundle"), free_port()
    newsroom = Newsroom()
    newsroom.publish(project / "examples")
    with (
        running(next(iter(binaries().values())), folder) as server,
        printed(newsroom, server.url, folder, port, project) as paper,
    ):
        yield paper


def unpacked(paper: Paper, kind: str, folder: Path) -> Path:
    """Without the net: from now on only the disk is asked."""
    with ZipFile(BytesIO(httpx.get(f"{paper.address}/{kind}/bundle.zip").content)) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].split("/")[0]


@pytest.mark.parametrize(("kind", "language"), [("en", "en"), ("fa", "fa"), ("en/light", "en"), ("fa/light", "fa")])
def test_every_line_of_a_bundle_leads_to_its_story(
    paper: Paper, tab: Page, tmp_path: Path, kind: str, language: str
) -> None:
    top = unpacked(paper, kind, tmp_path)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))

    for front in (top / "index.html", top / language / "index.html", top / language / "light" / "index.html"):
        tab.goto(front.as_uri())
        assert tab.evaluate("document.documentElement.dir") == ("rtl" if language == "fa" else "ltr")
        lines = tab.locator("h2 a").evaluate_all("links => links.map(link => [link.href, link.textContent])")
        lighter = tab.locator(".facts a").evaluate_all("links => links.map(link => link.href)")
        assert len(lines) >= 5
        assert len(lighter) == (0 if "light" in kind else len(lines))
        for address, headline in lines:
            tab.goto(address)
            assert tab.locator("h1").inner_text() == headline
            broken = tab.evaluate(
                "Promise.all([...document.images].map(image => image.decode().then(() => 0, () => image.src)))"
            )
            assert not any(broken)
        for address in lighter:
            tab.goto(address)
            assert tab.locator("h1").count() == 1

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
