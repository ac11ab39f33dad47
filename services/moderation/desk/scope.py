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
    return not account.queues or not matter.queues or _theirs(account, matter)


def decides(account: Account, matter: Matter) -> bool:
    """Who is limited to queues decides what waits there, and may take back what they decided themselves.

    Nobody decides about an appeal against their own decision; moderation would refuse it too.
    """
    if not sees(account, matter) or matter.standing.comment is None or matter.own_appeal(account.name):
        return False
    if account.role is not Role.MODERATOR or not account.queues:
        return True
    actor = matter.standing.decision.actor
    return _theirs(account, matter) or (actor.kind == "human" and actor.id == account.name)


def _theirs(account: Account, matter: Matter) -> bool:
    return any(queue in account.queues for queue in matter.queues)


def queues(account: Account, every: tuple[str, ...]) -> tuple[str, ...]:
    """Those they work on, in the house's order."""
    if account.role is not Role.MODERATOR or not account.queues:
        return every
    return tuple(queue for queue in every if queue in account.queues)
