"""What every page of the desk works with."""

import asyncio
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from services.moderation.desk.articles import Articles
from services.moderation.desk.asking import Asking
from services.moderation.desk.claims import Claims
from services.moderation.desk.ledger import Ledger
from services.moderation.desk.live import LivePolicy
from services.moderation.desk.sessions import Sessions
from services.moderation.desk.settings import Settings
from services.moderation.desk.tries import Tries
from services.moderation.desk.waiting import Waiting
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
    policy: LivePolicy
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
    trying: asyncio.Semaphore
    """Policies tried at one time."""

    @classmethod
    def at(cls, settings: Settings, redis: Client) -> "Desk":
        """All of it, on one Redis."""
        keys = Keys(settings.prefix)
        accounts, articles = Accounts(redis, keys), Articles(redis, keys)
        asking = Asking(redis, keys, settings.desk_secret.get_secret_value())
        return cls(
            settings=settings, policy=LivePolicy(redis, keys, settings.policy_file), redis=redis, keys=keys,
            accounts=accounts, sessions=Sessions(redis, keys, accounts), tries=Tries(redis, keys), asking=asking,
            articles=articles, waiting=Waiting(redis, keys, articles), claims=Claims(redis, keys), ledger=Ledger(),
            meters=Meters(), trying=asyncio.Semaphore(1),
        )  # fmt: skip
