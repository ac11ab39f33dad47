"""The file ``.env`` in the folder a person stands in: settings that count where the environment has none."""

from pathlib import Path

from dotenv import dotenv_values

from services.commands.answers import Code, Problem

FILE = Path(".env")


def from_file(path: Path = FILE) -> dict[str, str]:
    """Its ``LIGHTWIRE_`` settings, without quotes and comments; empty where there is no file. Raises Problem."""
    if not path.is_file():
        return {}
    try:
        # No interpolation: a password may hold a dollar.
        found = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read: {error}", Code.USAGE) from None
    return {name: value for name, value in found.items() if name.startswith("LIGHTWIRE_") and value is not None}
