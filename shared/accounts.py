"""Who may sign in at the moderators' desk: written by the command line, read and kept by the desk."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field, ValidationError
from redis.exceptions import WatchError

from shared import audit
from shared.cases import Role
from shared.comments import Queue
from shared.keys import Keys
from shared.model import Model, Timestamp
from shared.streams import Client

USERS = "desk:users"
"""Hash of name → account."""
SHORTEST, LONGEST = 12, 1_000
"""Characters of a password. Length is what resists guessing; rules about signs only make people write it down."""

_HASHER = PasswordHasher()
"""argon2id with what RFC 9106 advises where memory is short: 64 MiB, three passes."""


class Account(Model):
    """One person at the desk. An empty scope is no limit; it limits moderators alone."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")]
    """What they sign in with, and what decisions carry."""
    role: Role
    password: str | None = None
    """argon2id, with its parameters and salt; absent for who signs in elsewhere only."""
    must_change: bool = False
    """The password was given to them, and is good for choosing one of their own."""
    totp: str | None = None
    """The secret of their six digits, base 32."""
    demo: bool = False
    """Made by `lightwire up`: needs no digits, and is taken on loopback only."""
    queues: tuple[Queue, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    email: str | None = None
    """What the identity provider calls them: a verified address, or its `sub`."""
    disabled: bool = False
    epoch: Annotated[int, Field(ge=0)] = 0
    """Grows with all that ends their sessions; a session of an older one is none."""
    created_at: Timestamp


class Refused(ValueError):  # noqa: N818 - says what is wrong with the wish
    """An account cannot be changed like that; the message says why."""


def hashed(password: str) -> str:
    """What is kept of a password. Raises ``Refused`` for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"the password must have {SHORTEST} to {LONGEST} characters")
    return _HASHER.hash(password)


@cache
def _nobodys() -> str:
    """Fits no password: for a name nobody has, the same work is done as for any other."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def agrees(kept: str | None, password: str) -> bool:
    """True for the right password; takes as long where there is none to compare with."""
    try:
        return _HASHER.verify(kept or _nobodys(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Four groups of five letters and digits that are not taken for each other: 97 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


class Accounts:
    """The accounts in one Redis."""

    def __init__(self, redis: Client, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._users = keys.key(USERS)

    async def get(self, name: str) -> Account | None:
        """None where there is none, or none that can be read: nobody signs in by mistake."""
        return _read(await self._redis.hget(self._users, name))

    async def everyone(self) -> list[Account]:
        """By name."""
        found = (_read(value) for value in (await self._redis.hgetall(self._users)).values())
        return sorted((one for one in found if one), key=lambda one: one.name)

    async def change(
        self, name: str, actor: str, action: str, made: Callable[[Account | None], Account | None], detail: str = ""
    ) -> None:
        """Replace an account by what ``made`` says of the one there; None removes it. The audit says who did.

        ``made`` may be asked again if somebody else was quicker; what it raises leaves everything as it was.
        """

        head, stream = self._keys.key(audit.HEAD), self._keys.key(audit.STREAM)
        while True:
            async with self._redis.pipeline(transaction=True) as pipe:
                await pipe.watch(head, self._users)
                after = made(_read(await pipe.hget(self._users, name)))
                done = audit.chained(actor, action, name, (await pipe.get(head) or b"").decode(), detail)
                pipe.multi()
                if after is None:
                    pipe.hdel(self._users, name)
                else:
                    pipe.hset(self._users, name, after.model_dump_json(exclude_none=True))
                pipe.set(head, done.hash)
                pipe.xadd(stream, {"event": audit.written(done)})
                try:
                    await pipe.execute()
                except WatchError:
                    continue
                return

    async def record(self, actor: str, action: str, target: str, detail: str = "") -> None:
        """What changes no account, such as signing in."""
        await audit.record(self._redis, self._keys, actor, action, target, detail)


def _read(stored: bytes | None) -> Account | None:
    try:
        return Account.model_validate_json(stored) if stored else None
    except ValidationError:
        return None
