"""How an address of this site is written."""

from urllib.parse import quote


def href(path: str) -> str:
    """From the root, encoded, for a decoded path without its leading slash."""
    return "/" + quote(path, safe="/-._~!$&'()*+,;=:@")
