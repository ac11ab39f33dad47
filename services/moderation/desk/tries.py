"""How often somebody may try to sign in, counted by name and for all together. No address is looked at."""

import asyncio
from hashlib import sha256

import pyotp

from shared.accounts import Account
from shared.keys import Keys, escape
from shared.streams import Client

A_NAME = 10
A_NAME_S = 15 * 60
EVERYBODY = 120
EVERYBODY_S = 5 * 60
STEP_S = 30
"""How long six digits last (RFC 6238)."""


class Tries:
    """Counted before anything is compared, so that many at once are as many as one after the other."""

    def __init__(self, redis: Client, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self.at_once = asyncio.Semaphore(2)
        """Passwords compared at one time: each takes 64 MiB for a tenth of a second."""

    async def take(self, name: str) -> bool:
        """False where it has been tried too often."""
        of_name, of_all = self._of(name), self._keys.key("desk:tries")
        pipe = self._redis.pipeline(transaction=True)
        for key, span in ((of_name, A_NAME_S), (of_all, EVERYBODY_S)):
            pipe.incr(key)
            pipe.expire(key, span, nx=True)
        tried, _, altogether, _ = await pipe.execute()
        return int(tried) <= A_NAME and int(altogether) <= EVERYBODY

    async def fine(self, name: str) -> None:
        """It was the right person."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(self._of(name))
        pipe.decr(self._keys.key("desk:tries"))
        # Where the count has run out in between, what the subtraction left must run out too.
        pipe.expire(self._keys.key("desk:tries"), EVERYBODY_S, nx=True)
        await pipe.execute()

    async def spend(self, account: Account, code: str, now: float) -> bool:
        """True for the digits of now, or of half a minute ago or ahead, the first time; never twice."""
        if account.totp is None:
            return account.demo
        # A Persian keyboard writes other digits for the same numbers, and people put a space in the middle.
        code, step = "".join(str(int(sign)) for sign in code if sign.isdecimal()), int(now // STEP_S)
        digits = pyotp.TOTP(account.totp)
        # All three are looked at, whichever fits.
        fits = [one for one in (step - 1, step, step + 1) if digits.verify(code, for_time=one * STEP_S)]
        if not fits:
            return False
        used = self._keys.key(f"desk:code:{escape(account.name)}:{fits[0]}")
        return bool(await self._redis.set(used, b"", nx=True, ex=10 * STEP_S))

    def _of(self, name: str) -> str:
        # What is typed into the wrong field may be a password.
        return self._keys.key(f"desk:tries:{sha256(name.encode()).hexdigest()}")
