"""`lightwire bytes` and `lightwire dictionary`: what pages weigh, and what makes them lighter."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from services.delivery.renditions.light import LIGHT
from shared.dictionary import build
from tests.pipeline.cli_case import Case, case
from tests.pipeline.site_house import published, withdrawn
from tests.server import Server
from tests.stories import stories

PAGES = [LIGHT.render(page) for page in stories("fa", 6)]


@pytest.fixture
def lightwire(redis_server: Server, tmp_path: Path) -> Iterator[Case]:
    """A pipeline that has published six light pages, the last one by reference, one of them also killed."""
    with case(redis_server.url, tmp_path) as found:
        for n, page in enumerate(PAGES):
            said = published(f"desk:{n}", 1, page, rendition="light", language="fa", path=f"/fa/light/{n:010}.html")
            if n == 5:
                key = f"lightwire:blob:{sha256(page.encode()).hexdigest()}"
                found.redis.set(key, page)
                said = said.model_copy(update={"content": None, "content_ref": key})
            found.add(said, id=f"e-{n}", stream="renditions.light")
        found.add(withdrawn("desk:0", 2, rendition="light", language="fa"), id="k-0", stream="renditions.light")
        yield found


def test_a_story_is_weighed_by_coding_and_by_part(lightwire: Case) -> None:
    weighed = lightwire.json("bytes", "desk:1")["light"]

    codings, parts = weighed["codings"], weighed["parts"]
    assert codings["plain"] == len(PAGES[1].encode())
    assert codings["brotli"] == len(brotli.compress(PAGES[1].encode(), mode=brotli.MODE_TEXT, quality=11))
    assert codings["plain"] > codings["gzip"] > codings["brotli"]
    assert 2_500 < parts["photo"] < 4_500
    bare = re.sub(r"data:image/webp;base64,[^\"]*", "", PAGES[1])
    unstyled = re.sub(r"<style>.*?</style>", "", bare)
    sizes = [len(brotli.compress(text.encode(), mode=brotli.MODE_TEXT, quality=11)) for text in (bare, unstyled)]
    assert parts["style"] == sizes[0] - sizes[1] > 0
    assert sum(parts.values()) < codings["brotli"] * 1.1
    assert "brotli" in lightwire.run("bytes", "desk:5").stdout


def test_with_a_dictionary_it_also_says_what_that_saves(lightwire: Case) -> None:
    made = lightwire.json("dictionary", "build", "fa", "--out", str(lightwire.folder), "--month", "2026-11")

    weighed = lightwire.json("bytes", "desk:5", "--dictionary", made["file"])["light"]["codings"]

    assert Path(made["file"]).read_bytes() == build(PAGES[1:])
    assert Path(made["file"]).name.startswith("fa-2026-11-")
    assert made["stories"] == 5
    assert weighed["dcb"] < weighed["brotli"]


def test_what_is_killed_or_unknown_has_no_weight(lightwire: Case) -> None:
    for id_ in ("desk:0", "desk:99"):
        answer = lightwire.run("bytes", id_)

        assert answer.exit_code == 1
        assert "no page of it is shown" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["../fa"], "LANGUAGE"), (["FA"], "LANGUAGE"), (["fa", "--month", "2026"], "--month"),
        (["fa", "--month", "2026-13"], "--month"),
    ],
)  # fmt: skip
def test_a_name_no_site_would_take_is_refused(lightwire: Case, arguments: list[str], told: str) -> None:
    answer = lightwire.run("dictionary", "build", *arguments, "--out", str(lightwire.folder / "none"))

    assert answer.exit_code == 2
    assert told in answer.stderr
    assert not (lightwire.folder / "none").exists()


def test_too_few_stories_make_no_dictionary(lightwire: Case) -> None:
    answer = lightwire.run("dictionary", "build", "en", "--out", str(lightwire.folder / "none"))

    assert answer.exit_code == 1
    assert "0 light pages in en are too few" in answer.stderr
    assert not (lightwire.folder / "none").exists()
