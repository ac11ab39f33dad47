"""The server's clock is set while the pipeline works: what waits for its time comes late or early, but comes once."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.calamity import Plan
from tests.faults.run import Scale, run

JUMPY = Scale(400, 600, 15, Plan(kills=2, jumps=6), poison=0, drain_s=60)


@pytest.mark.needs("cc")
def test_a_clock_that_jumps_neither_loses_nor_repeats_anything(tmp_path: Path) -> None:
    result = asyncio.run(run(JUMPY, 3, tmp_path))

    assert result.verdict.clean, (result.verdict.violations, result.facts)
