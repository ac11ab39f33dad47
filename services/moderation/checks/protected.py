"""Names a story must never tell: a reader who knows one, or guesses it, must not either."""

from services.moderation.protected import protected as finder
from services.moderation.subject import Subject
from shared.comments import Evidence


def protected(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each, with its place and never the term: who reads the record may not be who may know it."""
    thread = subject.around.thread if subject.around else None
    if thread is None or not thread.protected:
        return ()
    return tuple(
        Evidence(check="protected", kind="protected-term", span=found.span)
        for found in finder(thread.protected).find(subject.text)
    )
