"""The keys the embedded pipeline signs with."""

from collections.abc import Mapping
from pathlib import Path

from shared.keyring import CURRENT, make_keys


def signing_keys(folder: Path, environment: Mapping[str, str]) -> str:
    """The folder that LIGHTWIRE_SIGNING_KEYS names, or ``keys`` in ours, with a key made at the first start."""
    if given := environment.get("LIGHTWIRE_SIGNING_KEYS"):
        return given
    own = folder / "keys"
    if not (own / CURRENT).exists():
        make_keys(own)
    return str(own.resolve())
