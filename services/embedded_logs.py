"""What the log of a child that ended tells a person: the few lines that say why."""

import json
import re
from pathlib import Path

MOST = 12
_SEVERE = frozenset({"warning", "error", "critical", "exception"})
_REDIS = re.compile(r"\d+:[XCSM] \d+ \w+ \d+ [\d:.]+ (.) ")
"""How Redis and Valkey begin a line; the sign is the level, ``#`` for a warning."""


def wrong_settings(log: Path) -> list[str]:
    """The lines of a service that ended at its start because of its settings: name and what it should be."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return lines if lines and all(re.match(r"LIGHTWIRE_[A-Z_]+: ", line) for line in lines) else []


def telling(log: Path) -> str:
    """Its last warnings and worse; where there are none, its last two lines."""
    lines = log.read_text("utf-8", "replace").splitlines()
    told = [line for line in lines if line.strip() and severe(line)][-MOST:] or lines[-2:]
    return f"From {log}:\n" + ("\n".join(f"  {line}" for line in told) or "  (it said nothing)")


def severe(line: str) -> bool:
    """True for a warning or worse. What is no line of a log at all is a traceback or a last word, and counts too."""
    if found := _REDIS.match(line):
        return found[1] == "#"
    try:
        document = json.loads(line)
    except ValueError:
        return True
    return not isinstance(document, dict) or document.get("level") in _SEVERE
