"""Who may import whom, and what a decision may know."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SERVICES = ("ingest", "enrichment", "moderation", "delivery")
WIRING = {"app.py", "settings.py", "__main__.py"}


def test_every_import_contract_is_kept(project: Path) -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert linted.returncode == 0, linted.stdout


def test_there_are_the_four_contracts_the_house_rests_on(project: Path) -> None:
    settings = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))

    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == {
        "services-are-independent", "shared-knows-no-service", "decisions-are-pure", "shared-in-layers",
    }  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_no_decision_asks_for_the_time_or_the_environment(project: Path, service: str) -> None:
    asked = [
        f"{path.name}:{node.lineno} {node.attr}"
        for path in sorted((project / "services" / service).rglob("*.py"))
        # The front of ingest is all wiring.
        if path.name not in WIRING and path.parent.name != "http"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "uuid4", "environ"}
        and not (isinstance(node.value, ast.Name) and node.value.id in {"given", "one"})
    ]  # fmt: skip

    assert not asked


@pytest.mark.parametrize("service", [*SERVICES, "site"])
def test_only_main_reads_the_environment(project: Path, service: str) -> None:
    found = [
        f"{path.name}: {word}"
        for path in sorted((project / "services" / service).rglob("*.py"))
        if path.name != "__main__.py"
        for word in ("os.environ", "getenv(", "Settings()")
        if word in path.read_text("utf-8")
    ]

    assert not found


def test_nothing_is_called_by_a_name_that_says_nothing(project: Path) -> None:
    names = {"utils", "util", "common", "core", "base", "manager", "helpers", "helper", "misc"}

    found = [
        path.relative_to(project).as_posix()
        for folder in ("services", "shared", "tests")
        for path in (project / folder).rglob("*")
        if path.stem in names
    ]

    assert not found
