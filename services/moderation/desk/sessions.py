"""Who is signed in: sessions in Redis, known by the digest of a token that only the browser has."""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from time import time

from shared.accounts import Account, Accounts
from shared.keys import Keys
from shared.streams import Client

IDLE_S = 30 * 60
ABSOLUTE_S = 12 * 3_600
PENDING_S = 10 * 60
"""How long a form to sign in may lie open."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one person."""

    account: Account
    csrf: str
    """Stands in every form; a page of somebody else cannot know it."""
    digest: str


class Sessions:
    """Opens, finds and ends them."""

    def __init__(self, redis: Client, keys: Keys, accounts: Accounts) -> None:
        self._redis, self._keys, self._accounts = redis, keys, accounts

    def _key(self, digest: str) -> str:
        return self._keys.key(f"desk:session:{digest}")

    async def open(self, account: Account) -> str:
        """The token of a new session; what the browser had before it signed in is worth nothing afterwards."""
        token = secrets.token_urlsafe(32)
        stored = {
            "name": account.name, "epoch": account.epoch, "csrf": secrets.token_urlsafe(32),
            "until": time() + ABSOLUTE_S,
        }  # fmt: skip
        await self._redis.set(self._key(digest_of(token)), json.dumps(stored), ex=IDLE_S)
        return token

    async def find(self, token: str) -> Session | None:
        """The session, kept for another while; None where it is over, or its account is disabled, gone or changed."""
        digest = digest_of(token)
        stored = await self._redis.get(self._key(digest))
        if stored is None:
            return None
        found = json.loads(stored)
        account = await self._accounts.get(found["name"])
        left = found["until"] - time()
        if account is None or account.disabled or account.epoch != found["epoch"] or left <= 0:
            await self._redis.delete(self._key(digest))
            return None
        await self._redis.expire(self._key(digest), max(1, int(min(IDLE_S, left))))
        return Session(account, found["csrf"], digest)

    async def end(self, session: Session) -> None:
        """This one; all of a person end by the epoch of their account."""
        await self._redis.delete(self._key(session.digest))


def digest_of(token: str) -> str:
    """What Redis knows of a token: who reads the one cannot make the other."""
    return sha256(token.encode()).hexdigest()
