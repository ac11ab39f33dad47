"""The verdict on a run: every check, and the table that says so."""

from collections.abc import Collection
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.faults import checks, ending
from tests.faults.checks import Case, Check

CHECKS: dict[str, Check] = {
    "lost at the door": checks.lost_at_the_door,
    "lost at a stage": checks.lost,
    "duplicated": checks.duplicated,
    "backwards": checks.backwards,
    "published after kill": checks.published_after_kill,
    "shown under embargo": checks.early,
    "poison not buried once": checks.poison,
    "unfinished": checks.unfinished,
    "stories that end wrong": ending.articles_end_right,
    "comments that end wrong": ending.comments_end_right,
    "workers that fell": checks.fallen,
}
ONE_STAGE = ("lost at the door", "lost at a stage", "duplicated", "poison not buried once", "unfinished")
"""What can be asked of a single stage, without the pages at the end of all."""


@dataclass(frozen=True)
class Verdict:
    """Violations by the name of the check that found them."""

    violations: dict[str, list[str]]

    @property
    def clean(self) -> bool:
        """True where no check found anything."""
        return not any(self.violations.values())

    @property
    def caught_by(self) -> list[str]:
        """The checks that found something, and how much."""
        return [f"{name} ({len(found)})" for name, found in self.violations.items() if found]


def audit(case: Case, asked: Collection[str] = tuple(CHECKS)) -> Verdict:
    """Judge one run by the checks named in ``asked``."""
    return Verdict({name: list(CHECKS[name](case)) for name in CHECKS if name in asked})


def show(verdict: Verdict, facts: dict[str, str], console: Console, *, examples: int = 5) -> None:
    """Print what happened, the count of every check, and the first few violations of each."""
    table = Table(title="Faults", show_header=False, title_justify="left")
    for name, value in facts.items():
        table.add_row(name, value)
    table.add_section()
    for name, found in verdict.violations.items():
        table.add_row(name, f"[{'red' if found else 'green'}]{len(found)}[/]")
    console.print(table)
    for name, found in verdict.violations.items():
        for line in found[:examples]:
            console.print(f"{name}: {line}", markup=False, highlight=False)
