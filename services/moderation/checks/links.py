"""Where a comment leads its readers."""

import re

from services.moderation.subject import Subject, Unchecked
from shared.comments import Evidence

_SCHEME = re.compile(r"^(?:mailto:|[a-z][a-z0-9+.-]{0,20}:(?=//))?(?://)?(?:[^/?#@\s]*@)?", re.IGNORECASE)
_DOTS = re.compile(r"\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|(?<=\S) \. )\s?", re.IGNORECASE)
_HOST = re.compile(r"[^/?#:\s]{1,253}")


def links(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each link enrichment saw, with the host it leads to where one can be told."""
    if subject.facts is None:
        raise Unchecked("enrichment found out nothing about this comment")
    return tuple(
        Evidence(check="links", term=host(subject.text[span.start : span.end]), span=span)
        for span in subject.facts.links
    )


def host(link: str) -> str | None:
    """``evil.com`` of ``hxxp://www@evil[.]com/x``; in ASCII, as the name is looked up."""
    # A browser reads a backslash as a slash.
    found = _HOST.match(_SCHEME.sub("", _DOTS.sub(".", link).replace("\\", "/")))
    return in_ascii(found[0].strip(".")) if found else None


def in_ascii(name: str) -> str:
    """A name in one spelling; one that is none as it is, in small letters."""
    try:
        return name.casefold().encode("idna").decode()
    except UnicodeError:
        return name.casefold()


def within(name: str | None, hosts: tuple[str, ...]) -> bool:
    """True for one of these and whatever stands below it."""
    return name is not None and any(name == one or name.endswith(f".{one}") for one in map(in_ascii, hosts))
