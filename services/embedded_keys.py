"""The keys the embedded pipeline signs with, and the token its first newsroom shows."""

import secrets
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


DEMO_TOKEN = "demo.token"  # noqa: S105 - the name of a file
_DEMO = """# Made by `lightwire up` for trying things here. LIGHTWIRE_SOURCES names a file of your own.
[[source]]
name = "demo"
secrets_file = ["demo.token"]
accepts = ["articles", "comments", "reports", "appeals", "media"]
"""


def demo_source(folder: Path, environment: Mapping[str, str], *, loopback: bool) -> str:
    """The file that LIGHTWIRE_SOURCES names; else ``sources.toml`` beside our folder, or one in it with ``demo``.

    The token of that source lies beside it, readable by whoever runs this alone. Where others can reach the port, none
    is made.
    """
    if given := environment.get("LIGHTWIRE_SOURCES"):
        return given
    beside, own, token = folder.parent / "sources.toml", folder / "sources.toml", folder / DEMO_TOKEN
    if beside.exists():
        return str(beside.resolve())
    if not loopback:
        return str((folder / "no-sources.toml").resolve())
    if not token.exists():
        token.touch(mode=0o600)
        token.write_text(secrets.token_urlsafe(32) + "\n", "utf-8")
    if not own.exists():
        own.write_text(_DEMO, "utf-8")
    return str(own.resolve())
