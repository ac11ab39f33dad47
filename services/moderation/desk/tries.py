"""How often somebody may try to sign in, by name, and for all names nobody has. No address is looked at."""

import asyncio
from hashlib import sha256

import pyotp

from shared.accounts import Account
from shared.keys import Keys, escape
from shared.streams import Client

A_NAME = 10
A_NAME_S = 15 * 60
NOBODYS = 120
NOBODYS_S = 5 * 60
STEP_S = 30
"""How long six digits last (RFC 6238)."""


class Tries:
    """Counted before anything is compared, so that many at once are as many as one after the other.

    People never wait for, or run out of tries because of, those who invent names.
    """

    def __init__(self, redis: Client, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self.at_once = asyncio.Semaphore(2)
        """Passwords compared at one time: each takes 64 MiB for a tenth of a second."""
        self.for_nobody = asyncio.Semaphore(1)
        """The same for names that nobody has: a flood of them has a line of its own."""

    async def take(self, name: str) -> bool:
        """False where it has been tried too often."""
        return await self._count(self._of(name), 1, A_NAME_S) <= A_NAME

    async def invented(self, *, nobodys: bool) -> bool:
        """True while more names are made up than mistyped; ``nobodys``: this is one more.

        Whatever is wrong is then answered as too often, of names there are too: else the answers would tell them apart.
        """
        return await self._count(self._keys.key("desk:tries"), int(nobodys), NOBODYS_S) > NOBODYS

    async def fine(self, name: str) -> None:
        """It was the right person."""
        await self._redis.delete(self._of(name))

    async def _count(self, key: str, more: int, span: int) -> int:
        pipe = self._redis.pipeline(transaction=True)
        pipe.incrby(key, more)
        pipe.expire(key, span, nx=True)
        tried, _ = await pipe.execute()
        return int(tried)

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
