"""Reads a policy from its files."""

from pathlib import Path

from services.moderation.policy import PolicyError, Rulebook, files_named, rulebook

DEFAULT = Path(__file__).parent / "policy.toml"
"""What a newsroom starts with."""


def load(path: Path = DEFAULT) -> Rulebook:
    """The policy at ``path`` with its word lists, which lie beside it. Raises ``PolicyError``."""
    policy = _read(path)
    return rulebook(policy, {name: _read(path.parent / name) for name in files_named(policy)})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror or error}") from None
