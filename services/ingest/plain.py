"""Text that is only text: nothing in it steers a terminal, a page or the lines around it."""

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OPENS = "\u202a\u202b\u202d\u202e"
_POPS = "\u202c"
_ISOLATES = "\u2066\u2067\u2068"
_CLOSES = "\u2069"
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Either of them, or ``\\r``: most texts hold none, and are looked through once."""


def plain(text: str) -> str:
    """``text`` without control characters, line ends as ``\\n``, the words untouched.

    Direction controls (U+202A-U+202E, U+2066-U+2069) stay where each paragraph closes what it opens, as good
    typesetting does. In a paragraph that does not, all are removed: an open one turns around whatever
    follows it.
    """
    if not _UNUSUAL.search(text):
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    if _STEERING.search(text):
        text = "\n".join(line if _balanced(line) else _STEERING.sub("", line) for line in text.split("\n"))
    return text


def one_line(text: str) -> str:
    """As ``plain``, on one line: what stands in a headline, a name, a caption."""
    return " ".join(plain(text).replace("\t", "\n").split("\n")).strip(" ")


def _balanced(line: str) -> bool:
    opened: list[str] = []
    for character in _STEERING.findall(line):
        if character in _OPENS:
            opened.append(_POPS)
        elif character in _ISOLATES:
            opened.append(_CLOSES)
        elif not opened or opened.pop() != character:
            return False
    return not opened
