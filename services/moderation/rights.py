"""Who may ask for what. The desk knows people's queues, languages and sections; here stands what nobody gets around."""

from datetime import timedelta
from hashlib import sha256

from services.moderation.act import refused
from services.moderation.decide import refused_decision
from shared.cases import Role, SanctionKind
from shared.events import DecisionRequested, HoldRequested, PolicyRequested, SanctionRequested, ThreadRequested
from shared.outcome import Blob, Given, Outcome
from shared.requests import PersonAsks
from shared.tokens import right

_LEAST: dict[type[PersonAsks], Role] = {
    HoldRequested: Role.EDITOR,
    ThreadRequested: Role.EDITOR,
    PolicyRequested: Role.ADMIN,
}


KEEPS = timedelta(days=1)
"""How long a signed request may be on its way: moderation may be down for a night."""


def spent_key(asked: PersonAsks) -> str:
    """Where it stands that a token has been used."""
    return f"asked:{sha256((asked.token or '').encode()).hexdigest()}"


def spent(asked: PersonAsks) -> Blob:
    """Nobody who copies a request from the stream can have it done again."""
    return Blob(spent_key(asked), b"1", int(2 * KEEPS.total_seconds() * 1000))


def may_not(asked: PersonAsks, given: Given, secret: str) -> Outcome | None:
    """The refusal; ``None`` where they may."""
    if not right(secret, asked, given.event.id):
        return _no(asked, "the token is not right: sign in again, or give the program LIGHTWIRE_DESK_SECRET")
    if secret and (asked.at is None or abs(given.now - asked.at) > KEEPS):
        return _no(asked, "it was asked more than a day ago, or does not say when: ask again")
    least = _least(asked)
    if not asked.role.may(least):
        return _no(asked, f"this takes the role {least.value}: ask somebody who has it")
    return None


def _least(asked: PersonAsks) -> Role:
    if isinstance(asked, SanctionRequested):
        # To warn and to read first is everyday work; to shut somebody out, or let them in again, is not.
        mild = asked.kind in {SanctionKind.WARN, SanctionKind.PREMODERATE}
        return Role.MODERATOR if mild else Role.EDITOR
    return _LEAST.get(type(asked), Role.MODERATOR)


def _no(asked: PersonAsks, detail: str) -> Outcome:
    if isinstance(asked, DecisionRequested):
        return refused_decision(asked, "not-allowed", detail)
    return refused(asked, "not-allowed", detail)
