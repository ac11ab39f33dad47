"""What to paste next, once a pipeline runs: this program, and a story that is there."""

import shlex
import shutil
import sys
from pathlib import Path

from services.commands.wire import Seen
from shared.keys import Keys
from shared.streams import Client

RECENT = 50
"""Renditions looked at for one that is shown."""


async def hint(redis: Client, keys: Keys) -> str:
    """One command, ready to paste: `trace` of a story that is shown; `status` where there is none."""
    for entry, fields in await redis.xrevrange(keys.key("renditions.light"), count=RECENT):
        seen = Seen("renditions.light", entry.decode(), fields)
        if seen.type == "rendition.published" and seen.subject.isprintable():
            return f"{program()} trace {shlex.quote(seen.subject)}"
    return f"{program()} status"


def program() -> str:
    """This program as a person here calls it: its bare name where PATH finds it, else from the current folder."""
    called = Path(sys.argv[0])
    if called.name in ("", "-c", "__main__.py", "cli.py"):
        return "lightwire"
    found = shutil.which(called.name)
    whole = Path.cwd() / called
    if found and Path(found) == whole:
        return called.name
    return shlex.quote(str(whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole))
