"""A minute of trouble on a real server; `make faults` has the long one."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from tests.faults.auditor import CHECKS
from tests.faults.run import SHORT, Result, run


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One timetable a day, the same for everyone; a number in ``LIGHTWIRE_FAULTS`` chooses another."""
    asked = os.environ.get("LIGHTWIRE_FAULTS", "")
    seed = int(asked) if asked.isdigit() else int(time.time() // 86_400)
    folder: Path = tmp_path_factory.mktemp("faults")
    print(f"seed {seed}, logs in {folder}")
    return asyncio.run(run(SHORT, seed, folder))


@pytest.mark.parametrize("check", CHECKS)
def test_kills_stalls_and_a_power_cut_leave_nothing(result: Result, check: str) -> None:
    assert result.verdict.violations[check] == [], result.facts
