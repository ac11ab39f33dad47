"""Each seeded bug is caught, and the code as it is passes the same: ``python -m tests.faults.mutants``."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults import site_kills
from tests.faults.auditor import Verdict
from tests.faults.calamity import Plan
from tests.faults.mutations import MUTATIONS
from tests.faults.run import Scale, run
from tests.faults.site_mutations import SITE_MUTATIONS

RELAY = Scale(0, 3_000, 12, Plan(kills=10, stalls=4, stall_s=2.5), transient=0, poison=0, drain_s=20,
              claim_after_ms=800, services=("relay",), repeats=0)  # fmt: skip
"""One stage without versions, two workers that die and stall."""
RIVALS = Scale(600, 600, 12, Plan(kills=2, stalls=6, stall_s=2.5), poison=0, drain_s=15, claim_after_ms=800)
"""Many revisions, and workers that come back late with old ones."""
DARK = Scale(300, 3_000, 14, Plan(power_cuts=3), transient=0, poison=0, drain_s=15)
"""The power goes, three times."""

RUNS: dict[str, Scale] = {
    "no-fence": RELAY,
    "no-version-check": RIVALS,
    "acknowledge-first": RELAY,
    "maxlen": RIVALS,
    "no-idempotency": RIVALS,
    "commit-apart": RELAY,
    "everysec": DARK,
}
SITE = site_kills.Scale(15)
"""A site that dies fifteen times."""
SEED = 11


def judge(scale: Scale | site_kills.Scale, mutant: str | None) -> Verdict:
    """One run on a server of its own."""
    if isinstance(scale, site_kills.Scale):
        with tempfile.TemporaryDirectory(prefix="lightwire-mutant-") as directory:
            return asyncio.run(site_kills.run(scale, SEED, Path(directory), mutant=mutant)).verdict
    if mutant is not None:
        scale = replace(scale, appendfsync=MUTATIONS[mutant].appendfsync)
    with tempfile.TemporaryDirectory(prefix="lightwire-mutant-") as directory:
        return asyncio.run(run(scale, SEED, Path(directory), mutant=mutant)).verdict


def main() -> int:
    """0 if every bug was caught and nothing else was."""
    whys = {name: one.why for name, one in MUTATIONS.items()} | {name: one.why for name, one in SITE_MUTATIONS.items()}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these of {', '.join(whys)}, or none for all")
    asked = parser.parse_args().names
    console = Console(width=120 if not sys.stdout.isatty() else None)
    table = Table("bug", "what it does", "caught by", title="Seeded bugs", title_justify="left")
    survived = False
    for name in asked or whys:
        caught = judge(RUNS.get(name, SITE), name).caught_by
        survived |= not caught
        table.add_row(name, whys[name], ", ".join(caught) or "[red]survived[/]")
        console.print(f"{name}: {', '.join(caught) or 'survived'}", highlight=False)
    sound: dict[str, Scale | site_kills.Scale] = {"relay": RELAY, "services": RIVALS, "power cuts": DARK, "site": SITE}
    for title, scale in sound.items() if not asked else ():
        caught = judge(scale, None).caught_by
        survived |= bool(caught)
        table.add_row("none", f"the code as it is, {title}", f"[red]{', '.join(caught)}[/]" if caught else "nothing")
    console.print(table)
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main())
