"""The keys the embedded pipeline signs with."""

from collections.abc import Mapping
from pathlib import Path

from shared.keyring import CURRENT, delegate, make_keys


def signing_keys(folder: Path, environment: Mapping[str, str]) -> str:
    """The folder that LIGHTWIRE_SIGNING_KEYS names, or ``keys`` in ours, with a key made at the first start."""
    if given := environment.get("LIGHTWIRE_SIGNING_KEYS"):
        return given
    own = folder / "keys"
    if not (own / CURRENT).exists():
        make_keys(own)
    return str(own.resolve())


def edition_keys(folder: Path, environment: Mapping[str, str], newsroom: str) -> str:
    """The folder that LIGHTWIRE_SITE_KEYS names, or ``edition`` in ours, certified by the key of ``newsroom``.

    Nothing where the newsroom's keys are somebody else's to give: only they may vouch for a site.
    """
    if (given := environment.get("LIGHTWIRE_SITE_KEYS")) or environment.get("LIGHTWIRE_SIGNING_KEYS"):
        return given or ""
    own = folder / "edition"
    delegate(Path(newsroom), own)
    return str(own.resolve())
