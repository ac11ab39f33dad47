"""The Chromium that tests look through."""

import shutil

from tests.conftest import TOOLS

CHROMIUM = next(filter(None, map(shutil.which, TOOLS["chromium"])), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
