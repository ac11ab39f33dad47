"""Where a comment points outside, also where it hides it."""

import re
from functools import lru_cache

from linkify_it import LinkifyIt  # type: ignore[import-untyped]

from shared.comments import Span

_MANGLED = re.compile(
    r"hxxps?://\S+"
    r"|(?<![\w-])[\w-]+ ?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)) ?[a-z]{2,24}\b(?:/\S*)?"
    r"|(?<![\w-])[\w-]+ \. (?:com|net|org|info|biz|xyz|ru|ir|af|me|io|co)\b(?:/\S*)?",
    re.IGNORECASE,
)


def links(text: str) -> tuple[Span, ...]:
    """Addresses and mail addresses in plain text, with or without ``http``, in order, none inside another.

    Finds the usual ways around a filter too: ``hxxp://``, ``evil[.]com``, ``evil . com``.
    """
    found = [(match.index, match.last_index) for match in _linkify().match(text) or ()]
    found += [match.span() for match in _MANGLED.finditer(text)]
    spans: list[Span] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not spans or start >= spans[-1].end:
            spans.append(Span(start=start, end=end))
    return tuple(spans)


@lru_cache(maxsize=1)
def _linkify() -> LinkifyIt:
    return LinkifyIt()
