"""Who writes, as far as moderation knows: never a name, only what became of their comments."""

from services.moderation.subject import Subject
from shared.comments import Evidence

NEW_UNDER = 3
"""Published comments; somebody with fewer is new."""
ENOUGH = 5
"""Decided comments from which on a share says something."""
_HELD_AS = {"warn": "warned", "premoderate": "premoderated", "suspend": "suspended", "ban": "banned"}


def author(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each thing that is known: ``new``, each sanction that holds, the share of refused comments, and
    how many came within a minute."""
    here = subject.around
    if here is None or here.known is None or here.tally is None:
        return ()
    found = [Evidence(check="author", kind=_HELD_AS[one.kind.value]) for one in here.sanctions]
    if here.tally.published < NEW_UNDER:
        found.append(Evidence(check="author", kind="new", score=float(here.tally.published)))
    if here.tally.decided >= ENOUGH:
        share = here.tally.rejected / here.tally.decided
        found.append(Evidence(check="author", kind="rejected-share", score=round(share, 3)))
    found.append(Evidence(check="author", kind="in-a-minute", score=float(here.in_a_minute)))
    return tuple(found)
