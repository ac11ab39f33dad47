"""Write what is generated from the code; with ``--check``, only say what is out of date and exit 1.

``python -m docs.generate``: JSON Schemas, AsyncAPI, docs/events.md, docs/settings.md and .env.example.
"""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from docs.generator import asyncapi, events_page, schemas, settings_page

ROOT = Path(__file__).parents[1]


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file, path below the top of the checkout → text."""
    return chain(schemas.files(), asyncapi.files(), events_page.files(), settings_page.files())


def outdated() -> list[Path]:
    """Generated files that are missing or say something else than the code."""
    return [path for path, text in files() if not _says(ROOT / path, text)]


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


def main(arguments: list[str]) -> int:
    """0 when everything is as the code says."""
    if arguments == ["--check"]:
        old = outdated()
        sys.stderr.writelines(f"{path} is out of date: run `make docs`\n" for path in old)
        return 1 if old else 0
    for path, text in files():
        if not _says(ROOT / path, text):
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
