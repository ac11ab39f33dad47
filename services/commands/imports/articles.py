"""Which of our articles a story of another system is."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.commands.answers import Code, Problem
from services.commands.imports.told import Refused


class Articles:
    """Story id or address there → article id here. Without a list, each story keeps a name of its own."""

    def __init__(self, listed: Mapping[str, str] | None) -> None:
        self._listed = listed

    def find(self, names: Iterable[str | None], otherwise: str) -> str:
        """``names``: all that the story is called there. Raises ``Refused`` where a list does not have it."""
        if self._listed is None:
            return otherwise
        known = [name for name in names if name]
        for name in known:
            for spelling in (name, name.rstrip("/"), f"{name}/"):
                if spelling in self._listed:
                    return self._listed[spelling]
        raise Refused(f"--articles does not name the story {known[0] if known else otherwise}: add it, then run again")


def listed(path: Path | None) -> Articles:
    """A CSV file of two columns or a JSON object. Raises Problem."""
    if path is None:
        return Articles(None)
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise Problem(f"--articles {path}: {error.strerror or error}", Code.USAGE) from None
    except UnicodeDecodeError as error:
        raise Problem(f"--articles {path}: byte {error.start} is not UTF-8", Code.USAGE) from None
    found = _json(text, path) if text.lstrip().startswith("{") else _csv(text, path)
    if wrong := [story for story, article in found.items() if not 1 <= len(article) <= 512]:
        raise Problem(f"--articles {path}: the article of {wrong[0]} must have 1 to 512 characters", Code.USAGE)
    return Articles(found)


def _json(text: str, path: Path) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Problem(f"--articles {path}: not JSON: {error}", Code.USAGE) from None
    if wrong := [story for story, article in found.items() if not isinstance(article, str)]:
        raise Problem(f"--articles {path}: the article of {wrong[0]} must be a string", Code.USAGE)
    return dict(found)


def _csv(text: str, path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = csv.reader(io.StringIO(text, newline=""))
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or (rows.line_num == 1 and cells == ["story", "article"]):
            continue
        if len(cells) != 2 or not all(cells):
            raise Problem(f"--articles {path}, line {rows.line_num}: write story,article", Code.USAGE)
        found[cells[0]] = cells[1]
    return found
