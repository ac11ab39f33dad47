"""The name that stands above a comment."""

import re

UNNAMED = "Anonymous"
_ADDRESS = re.compile(r"\S@\S|(?:\d[\s().-]?){7,}")


def shown(name: object) -> str:
    """As its author chose it, on one line; one that is an address or a telephone number is not shown."""
    words = " ".join(str(name or "").split())
    return UNNAMED if not words or _ADDRESS.search(words) else words
