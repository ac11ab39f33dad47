"""Reads a gazetteer from its file."""

from pathlib import Path

from services.enrichment.gazetteer import Gazetteer, GazetteerError, builds_on_shipped, gazetteer

SHIPPED = Path(__file__).parents[1] / "officials.toml"
"""What a newsroom starts with."""


def load(path: Path = SHIPPED) -> Gazetteer:
    """The gazetteer at ``path``, with the shipped one where it builds on that. Raises ``GazetteerError``."""
    raw = _read(path)
    return gazetteer(raw, str(path), _read(SHIPPED) if builds_on_shipped(raw, str(path)) else None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GazetteerError(f"{path} cannot be read: {error.strerror or error}") from None
