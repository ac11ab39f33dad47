"""What the pages promise is there."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ingest.sources import Source
from shared.events import ArticleSubmitted, CommentSubmitted, Event

TOP = Path(__file__).parents[2]
DECISIONS = sorted(TOP.glob("docs/decisions/0*.md"))
PAGES = sorted(
    [
        *TOP.glob("*.md"),
        *TOP.glob("docs/*.md"),
        *DECISIONS,
        TOP / "docs" / "decisions" / "README.md",
        TOP / "shared" / "README.md",
    ]
)


def blocks(page: Path, language: str) -> Iterator[str]:
    """The contents of a page's fenced blocks in a language."""
    yield from re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def targets() -> dict[str, str | None]:
    """Makefile target → its sentence."""
    rules = re.findall(r"^([a-z]+):(?:[^=\n#]*)(?:## (.*))?$", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE)
    return {name: sentence or None for name, sentence in rules}


def test_every_make_target_has_a_sentence() -> None:
    for name, sentence in targets().items():
        assert sentence, f"{name} has no sentence"
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence


def test_make_alone_prints_every_target() -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory"], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout

    assert {line.split()[1] for line in printed.splitlines()} == set(targets())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_every_make_command_on_a_page_is_a_target(page: Path) -> None:
    text = page.read_text("utf-8")

    said = set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))

    assert said <= set(targets())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)

    links = [
        link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link and not link.startswith("mailto:")
    ]

    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} in {page.name}"
        assert not anchor or anchor in anchors(target), f"{link} in {page.name}"


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings answer to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_says_how_to_run_and_how_to_test() -> None:
    commands = list(blocks(TOP / "README.md", "sh"))

    assert commands[0] == "make run\n"
    assert "<!-- the test command -->\n```sh\nmake test\n```" in (TOP / "README.md").read_text("utf-8")


@pytest.mark.parametrize("number", range(3))
def test_the_events_written_by_hand_for_newsrooms_are_valid(number: int) -> None:
    raw = list(blocks(TOP / "docs" / "newsrooms.md", "json"))[number]

    kind = {kind.type: kind for kind in (ArticleSubmitted, CommentSubmitted)}[json.loads(raw)["type"]]

    assert Event[kind].model_validate_json(raw).data is not None  # type: ignore[valid-type]


def test_the_event_in_the_readme_is_valid() -> None:
    raw = next(
        re.findall(r"-d '(\{.*?\})'$", block, re.DOTALL | re.MULTILINE)
        for block in blocks(TOP / "README.md", "sh")
        if "curl" in block
    )

    assert Event[ArticleSubmitted].model_validate_json(raw[0]).data is not None


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_short_and_says_when_to_reconsider_it(page: Path) -> None:
    lines = page.read_text("utf-8").rstrip().splitlines()

    assert lines[0].startswith(f"# {page.name[:4]} · ")
    assert lines[-1].startswith("Revisit when ")
    assert len(lines) <= 25
    assert page.name in (page.parent / "README.md").read_text("utf-8")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_glossary_is_in_order_and_has_the_words_of_the_house() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| (.+) \|$", (TOP / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)[1:]

    words = [word for word, _ in rows]

    assert words == sorted(words)
    assert {"dead letter", "dateline", "embargo", "kill", "receipt", "rendition", "upvert"} <= set(words)


def test_the_changelog_says_whom_a_change_concerns() -> None:
    text = (TOP / "CHANGELOG.md").read_text("utf-8")

    entries = re.findall(r"^- (.*)$", text, re.MULTILINE)

    assert "## [Unreleased]" in text
    assert all(re.match(r"(Newsrooms|Channels|Readers|Moderators|Operators|Developers): ", entry) for entry in entries)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_a_page_leaves_nothing_open_and_names_nobodys_machine(page: Path) -> None:
    text = page.read_text("utf-8")

    found = re.findall(r"\b(?:TODO|FIXME|TBD|XXX)\b|(?<![\w.])/(?:work|home|root|tmp)/", text)

    assert not found


def test_every_key_of_sources_toml_is_on_its_page() -> None:
    page = (TOP / "docs" / "formats.md").read_text("utf-8")
    table = page[page.index("| key of `[[source]]`") : page.index("**A source may")]

    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| ")]
    told = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}

    assert set(Source.model_fields) == told - {"source"}
    for name, row in re.findall(r"^\| `([a-z_]+)` \| `([^`]+)` ", table, re.MULTILINE):
        default = Source.model_fields[name].default
        assert row == (json.dumps(default) if isinstance(default, tuple) else str(default)), name
