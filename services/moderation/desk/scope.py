"""What somebody may see and decide: their role, and for moderators their queues, languages and sections."""

from services.moderation.desk.matter import Matter
from shared.accounts import Account
from shared.cases import Role


def sees(account: Account, matter: Matter) -> bool:
    """A limit that cannot be checked is not kept: what has no known section is for those without such a limit."""
    if account.role is not Role.MODERATOR:
        return True
    if account.languages and matter.language not in account.languages:
        return False
    if account.sections and (matter.story is None or matter.story.section not in account.sections):
        return False
    if not account.queues or not matter.queues or _theirs(account, matter):
        return True
    # Who asked another queue may see what comes of it.
    return matter.asked_by == account.name


def decides(account: Account, matter: Matter) -> bool:
    """Who is limited to queues decides what waits there, and may take back what they decided themselves.

    What waits there only because they asked is for the others: nobody brings home what they want to decide.
    Nobody decides about an appeal against their own decision; moderation would refuse it too.
    """
    if not sees(account, matter) or matter.standing.comment is None or matter.own_appeal(account.name):
        return False
    if account.role is not Role.MODERATOR or not account.queues:
        return True
    actor = matter.standing.decision.actor
    return _theirs(account, matter) or (actor.kind == "human" and actor.id == account.name)


def asks(account: Account, matter: Matter, every: tuple[str, ...]) -> tuple[str, ...]:
    """The queues they may ask to look at it: of what they may decide any other, else all but their own.

    Asking moves a case. What waits with others is theirs to pass on, and an appeal is not for whom it is against.
    """
    if not sees(account, matter) or matter.standing.comment is None or matter.own_appeal(account.name):
        return ()
    elsewhere = tuple(queue for queue in every if queue not in matter.queues)
    if decides(account, matter):
        return elsewhere
    return () if matter.queues else tuple(queue for queue in elsewhere if queue not in account.queues)


def places(account: Account, matter: Matter) -> tuple[str, ...]:
    """Where they may impose something on its author, or lift it: the section it was written in; "" is everywhere.

    Who is limited in what they see has no say about everything else an author writes. Nor has anybody limited or not
    about somebody whose comment they may not decide about, such as an author who appeals against them.
    """
    if not decides(account, matter):
        return ()
    section = matter.story.section if matter.story else None
    limited = account.role is Role.MODERATOR and (account.queues or account.languages or account.sections)
    return (*(() if limited else ("",)), *((section,) if section else ()))


def _theirs(account: Account, matter: Matter) -> bool:
    case = matter.open_case
    brought = case.queue if case and matter.asked_by == account.name else None
    given = (matter.standing.queue, case.queue if case and case.queue != brought else None)
    return any(queue in account.queues for queue in given if queue)


def queues(account: Account, every: tuple[str, ...]) -> tuple[str, ...]:
    """Those they work on, in the house's order."""
    if account.role is not Role.MODERATOR or not account.queues:
        return every
    return tuple(queue for queue in every if queue in account.queues)
