"""What was said before, in these words or nearly."""

from rapidfuzz import fuzz, process

from services.moderation.around import LEAST
from services.moderation.subject import Subject
from shared.comments import Evidence, Span

ALIKE = 0.6
"""Nothing below is a finding; 1 is the same."""


def repeat(subject: Subject) -> tuple[Evidence, ...]:
    """How like it is to what its author and its thread said lately, and how often exactly this was posted."""
    here = subject.around
    if here is None or len(here.folded) < LEAST:
        return ()
    whole = Span(start=0, end=len(subject.text))
    found = []
    best = process.extractOne(here.folded, here.recent, scorer=fuzz.ratio, score_cutoff=100 * ALIKE)
    if best is not None:
        found.append(Evidence(check="repeat", kind="like", span=whole, score=round(best[1] / 100, 3)))
    if here.same:
        found.append(Evidence(check="repeat", kind="same", span=whole, score=float(here.same)))
    return tuple(found)
