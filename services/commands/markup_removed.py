"""What sanitising took out of a text, in words a newsroom's developer can act on."""

from collections import Counter

from selectolax.lexbor import LexborHTMLParser

_WRAPPERS = frozenset({"html", "head", "body"})


def removed(before: str, after: str) -> tuple[str, ...]:
    """Elements and attributes there are fewer of, each once: ``<script> (2)``, ``onclick on <a>``."""
    had, has = _counted(before), _counted(after)
    found = []
    for name, count in had.items():
        less = count - has[name]
        # Of an element that is gone altogether nobody asks where its attributes are.
        if less > 0 and (name.startswith("<") or has[name.rpartition(" ")[2]]):
            found.append(name + (f" ({less})" if less > 1 else ""))
    return tuple(found)


def _counted(html: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    if not html.strip():
        return counts
    for node in LexborHTMLParser(html).css("*"):
        if node.tag in _WRAPPERS:
            continue
        counts[f"<{node.tag}>"] += 1
        counts.update(f"{name} on <{node.tag}>" for name in node.attributes)
    return counts
