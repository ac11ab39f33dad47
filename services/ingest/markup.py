"""Markup that a parser can read in the time and memory there is.

A parser of HTML opens formatting that was left open again in every paragraph that follows: two thousand short tags make
a million elements. Of elements with the same name and attributes it keeps three at most (HTML, "push onto the list of
active formatting elements"), and one `a`; so it is attributes that make them many.
"""

import re

MAX_TAGS = 20_000
MAX_REFERENCES = 100_000
"""A parser's work grows with the square of character references in one run of text. Both numbers are far above any
story."""
MOST_ELEMENTS = 1_000_000
"""About half a second, and 150 MiB until it is over."""
_FORMATS = "b|big|code|em|font|i|s|small|strike|strong|tt|u"
_ALIKE = 3 * len(_FORMATS.split("|")) + 2
"""What can be open at one time where nothing has attributes, with an ``a`` and a ``nobr``."""
_TOLD = re.compile(rf"<(?:{_FORMATS})[\s/]", re.IGNORECASE)
_PLAIN_TOLD = re.compile(rf"<({_FORMATS})[\s/][^<>]*>", re.IGNORECASE)


class Unreadable(ValueError):  # noqa: N818 - said of what was sent
    """It would become more than it is; the message says what to change."""


def tame(html: str) -> str:
    """The same, in most cases untouched. Where it could grow beyond reason, formatting loses its attributes.

    Raises ``Unreadable`` where that does not help.
    """
    for mark, limit, what in (("<", MAX_TAGS, "tags"), ("&", MAX_REFERENCES, "character references")):
        if html.count(mark) > limit:
            raise Unreadable(f"has more than {limit} {what}: send simpler markup")
    if _could_become(html) > MOST_ELEMENTS:
        html = _PLAIN_TOLD.sub(r"<\1>", html)
        if _could_become(html) > MOST_ELEMENTS:
            raise Unreadable("has formatting with attributes that could be open everywhere: send simpler markup")
    return html


def _could_become(html: str) -> int:
    return (len(_TOLD.findall(html)) + _ALIKE) * html.count("<")
