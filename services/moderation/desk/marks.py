"""A comment's own words, cut where evidence begins and ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.comments import Decision, Evidence

Found = tuple[int, str, Evidence]
"""Number of the hit in the decision, from 1; its rule; the evidence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters, and the evidence that stands on all of them."""

    text: str
    found: tuple[Found, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """Of the hits, each once."""
        return list(dict.fromkeys(number for number, _, _ in self.found))

    @property
    def said(self) -> str:
        """Rule and kind, for who cannot see the mark."""
        return ", ".join(dict.fromkeys(" ".join(filter(None, (rule, named(one)))) for _, rule, one in self.found))


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What turns the text around it, or shows nothing at all; not the joiners and marks that Persian is spelt with."""


def seen(text: str) -> str:
    """The text with what nobody sees written out, so that nothing reads otherwise than it is."""
    return _UNSEEN.sub(lambda found: f"⟦{ord(found[0]):04X}⟧", text)


def named(one: Evidence) -> str:
    """What kind of thing was found: never more than the record has."""
    return " ".join(filter(None, (one.kind or one.list or one.check, one.of and f"({one.of})")))


def pieces(body: str, decision: Decision) -> Sequence[Piece]:
    """All of ``body``, in order. What is said of the whole text marks nothing."""
    found = [
        (hit_no, hit.rule, one)
        for hit_no, hit in enumerate(decision.hits, 1)
        for one in hit.evidence
        if one.span and one.span.start < one.span.end and (one.span.start, one.span.end) != (0, len(body))
    ]
    spans = [(min(one.span.start, len(body)), min(one.span.end, len(body))) for _, _, one in found if one.span]
    cuts = sorted({0, len(body), *(cut for span in spans for cut in span)})
    return [
        Piece(
            body[start:end],
            tuple(each for each, (first, last) in zip(found, spans, strict=True) if first <= start and end <= last),
        )
        for start, end in pairwise(cuts)
    ]
