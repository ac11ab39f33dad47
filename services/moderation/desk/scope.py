"""What somebody may see and decide: their role, and for moderators their queues, languages and sections."""

from services.moderation.desk.articles import Story
from services.moderation.standing import Standing
from shared.accounts import Account
from shared.cases import Role
from shared.model import primary


def language_of(standing: Standing) -> str:
    """As enrichment told it; ``und`` where it could not."""
    return primary(standing.facts.language) if standing.facts else "und"


def sees(account: Account, standing: Standing, story: Story | None) -> bool:
    """A limit that cannot be checked is not kept: what has no known section is for those without such a limit."""
    if account.role is not Role.MODERATOR:
        return True
    if account.languages and language_of(standing) not in account.languages:
        return False
    if account.sections and (story is None or story.section not in account.sections):
        return False
    return not account.queues or standing.queue is None or standing.queue in account.queues


def decides(account: Account, standing: Standing, story: Story | None) -> bool:
    """Who is limited to queues decides what waits there, and may take back what they decided themselves."""
    if not sees(account, standing, story):
        return False
    if account.role is not Role.MODERATOR or not account.queues:
        return True
    own = standing.decision.actor.kind == "human" and standing.decision.actor.id == account.name
    return standing.queue in account.queues or own


def queues(account: Account, every: tuple[str, ...]) -> tuple[str, ...]:
    """Those they work on, in the house's order."""
    if account.role is not Role.MODERATOR or not account.queues:
        return every
    return tuple(queue for queue in every if queue in account.queues)
