"""Who wrote a comment, without a way back to who they are."""

import hashlib
import hmac
import secrets
from pathlib import Path

from services.commands.answers import Code, Problem

LEAST = 16
"""Bytes of a key; shorter ones can be tried out."""


class Pseudonyms:
    """The same person gets the same pseudonym.

    Accounts are numbered by their system, so a plain digest hides nothing that was secret and stays the same in every
    import. A guest is known by an e-mail address alone, and addresses can be guessed: that digest has a key.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def account(self, system: str, id_: str) -> str:
        """Of somebody with an account."""
        digest = hashlib.sha256(f"{system}\naccount\n{id_}".encode()).hexdigest()
        return f"{system}:{digest[:32]}"

    def guest(self, system: str, address: str) -> str:
        """Of somebody known by an address."""
        message = f"{system}\nguest\n{address.strip().casefold()}".encode()
        return f"{system}:{hmac.new(self._key, message, hashlib.sha256).hexdigest()[:32]}"


def with_key(path: Path | None) -> Pseudonyms:
    """By the key in a file, else by one that is forgotten when the run ends. Raises Problem."""
    if path is None:
        return Pseudonyms(secrets.token_bytes(32))
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise Problem(f"--key {path}: {error.strerror or error}", Code.USAGE) from None
    if len(key) < LEAST:
        raise Problem(f"--key {path}: has {len(key)} bytes, write at least {LEAST} into it: "
                      "`head -c 32 /dev/urandom | base64`", Code.USAGE)  # fmt: skip
    return Pseudonyms(key)
