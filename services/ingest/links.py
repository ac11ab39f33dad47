"""Which addresses may stand behind a link."""

import re
import unicodedata

_ADDRESS = re.compile(
    r"(?:https?://"
    r"(?:[\w.~-]+|\[[0-9a-f:.]+\])"  # a host without user:password@, backslash or percent sign
    r"(?::\d{1,5})?(?:[/?#][^\s\\<>\"`]*)?"
    r"|mailto:[^\s\\<>\"`/@]+@[^\s\\<>\"`/@]+)",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_JOINERS = "\u200c\u200d"
MAX_LINK = 2_000


def safe_link(address: str) -> str | None:
    """The address if a reader may be sent there, else ``None``.

    ``http``, ``https`` and ``mailto`` only, absolute, at most 2,000 characters, without control, format or
    Unicode space characters anywhere: browsers drop some of those, so that ``java&#10;script:`` would
    become what it hides. Zero-width joiners stay allowed after the host, because Persian addresses are
    spelt with them.
    """
    address = address.strip(" \t\r\n")
    if len(address) > MAX_LINK or _CONTROL.search(address) or not _ADDRESS.fullmatch(address):
        return None
    if not address.isascii():
        host = re.split(r"[/?#]", address.split("//", 1)[-1], maxsplit=1)[0]
        if any(c in host for c in _JOINERS):
            return None
        for character in address:
            if unicodedata.category(character)[0] in "CZ" and character not in _JOINERS:
                return None
    return address


def web_link(address: str) -> str | None:
    """As ``safe_link``, for what is fetched or opened as a page: no ``mailto``."""
    link = safe_link(address)
    return link if link and link[:4].lower() == "http" else None
