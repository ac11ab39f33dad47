"""What every page of the desk works with."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from services.moderation.desk.articles import Articles
from services.moderation.desk.asking import Asking
from services.moderation.desk.claims import Claims
from services.moderation.desk.ledger import Ledger
from services.moderation.desk.sessions import Sessions
from services.moderation.desk.settings import Settings
from services.moderation.desk.tries import Tries
from services.moderation.desk.waiting import Waiting
from services.moderation.policy import Rulebook
from shared.accounts import Accounts
from shared.keys import Keys
from shared.streams import Client


class Meters:
    """Counted without names: neither of people nor of what they looked at."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter("lightwire_desk_answers", "Answers, by status.", ("status",), registry=self.registry)
        self.sign_ins = Counter(
            "lightwire_desk_sign_ins", "Signing in, by outcome.", ("outcome",), registry=self.registry
        )
        self.decisions = Counter(
            "lightwire_desk_decisions", "Decisions asked for, by outcome.", ("outcome",), registry=self.registry
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """One process of it."""

    settings: Settings
    rules: Rulebook
    redis: Client
    keys: Keys
    accounts: Accounts
    sessions: Sessions
    tries: Tries
    asking: Asking
    articles: Articles
    waiting: Waiting
    claims: Claims
    ledger: Ledger
    meters: Meters

    @classmethod
    def at(cls, settings: Settings, rules: Rulebook, redis: Client) -> "Desk":
        """All of it, on one Redis."""
        keys = Keys(settings.prefix)
        accounts, articles = Accounts(redis, keys), Articles(redis, keys)
        asking = Asking(redis, keys, settings.desk_secret.get_secret_value())
        return cls(
            settings, rules, redis, keys, accounts, Sessions(redis, keys, accounts), Tries(redis, keys), asking,
            articles, Waiting(redis, keys, articles), Claims(redis, keys), Ledger(), Meters(),
        )  # fmt: skip
