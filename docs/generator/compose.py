"""The variables of docker-compose.yml that are no setting of a service."""

import re
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parents[2] / "docker-compose.yml"
USED = re.compile(r"\$\{(LIGHTWIRE_\w+):-([^}]*)\}")
MEANINGS = {
    "LIGHTWIRE_REDIS_IMAGE": "The server: Redis 7.0 or newer, or Valkey 8 or newer.",
    "LIGHTWIRE_REDIS_USER": "The unprivileged user of that image.",
    "LIGHTWIRE_REDIS_MAXMEMORY": "Memory at which the door closes; nothing stored is thrown away.",
    "LIGHTWIRE_SOURCES_FOLDER": "Folder with `sources.toml`, which says who may submit over HTTP.",
}


def variables() -> Iterator[tuple[str, str, str]]:
    """(name, default, meaning) in the order of the file. KeyError for one that nobody has described."""
    for name, default in dict.fromkeys(USED.findall(FILE.read_text("utf-8"))):
        if name.endswith("_PORT") or name == "LIGHTWIRE_MEDIA":
            continue  # a setting of the services that read it
        if name in MEANINGS:
            yield name, default, MEANINGS[name]
        elif name.endswith("_IMAGE"):
            part = name.removeprefix("LIGHTWIRE_").removesuffix("_IMAGE").lower()
            yield name, default, f"The image of {'the command line' if part == 'cli' else part}."
        else:
            raise KeyError(f"{name} in docker-compose.yml is not described: add it to {__name__}.MEANINGS")
