"""Where it is said."""

from services.moderation.subject import Subject
from shared.comments import Evidence


def thread(subject: Subject) -> tuple[Evidence, ...]:
    """The section, and how the thread is shut to who writes, where it is."""
    here = subject.around
    if here is None or here.thread is None:
        return ()
    found = []
    if here.thread.section:
        found.append(Evidence(check="thread", kind="section", term=here.thread.section))
    if mode := here.shut(subject.role):
        found.append(Evidence(check="thread", kind=mode.value))
    return tuple(found)
