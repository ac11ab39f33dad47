"""Signatures anybody can check with minisign: Ed25519 over BLAKE2b-512, and a comment that binds a body to its place.

Format: the minisign manual, "Signature format"; docs/decisions/0011 says why. Pure: where keys are kept, ``keyring``
knows.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from shared.errors import Unusable

SIDECAR = ".minisig"
"""What a signature file is named by, after the name of the file it signs."""

PURE, _PREHASHED, NO_KDF, BLAKE2B = b"Ed", b"ED", b"\0\0", b"B2"
_TRUSTED = re.compile(
    r"lightwire article=(\S+) revision=(\d{1,19}) sequence=(\d{1,19}) rendition=([a-z0-9]+) sha256=([0-9a-f]{64})"
)

_STATEMENT = re.compile(r"lightwire ([a-z]+)((?: [a-z0-9]+=[^\s=]*)*)")


class Forged(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The signature does not hold; the message says in which way."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a signature says about the body under it."""

    article_id: str
    revision: int
    sequence: int
    rendition: str
    sha256: str

    def comment(self) -> str:
        """As it stands in the signature file; the id is percent-encoded, so that it has no spaces."""
        return (
            f"lightwire article={quote(self.article_id, safe='')} revision={self.revision} "
            f"sequence={self.sequence} rendition={self.rendition} sha256={self.sha256}"
        )

    @classmethod
    def parse(cls, comment: str) -> "Trusted | None":
        """``None`` where the comment is about something else."""
        found = _TRUSTED.fullmatch(comment)
        if found is None:
            return None
        article, revision, sequence, rendition, digest = found.groups()
        return cls(unquote(article), int(revision), int(sequence), rendition, digest)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signature says of a file that is no rendition: of a bundle's list, of an index, of a key."""

    kind: str
    """``bundle``, ``index`` or ``edition``."""
    facts: Mapping[str, str]

    def comment(self) -> str:
        """As it stands in the signature file. Values have neither spaces nor equals signs."""
        return " ".join([f"lightwire {self.kind}", *(f"{name}={value}" for name, value in self.facts.items())])

    @classmethod
    def parse(cls, comment: str, kind: str) -> "Statement":
        """Raises ``Forged`` for a comment about something else: a signature holds for what it was given for alone."""
        found = _STATEMENT.fullmatch(comment)
        if found is None or found[1] != kind:
            raise Forged(f"signed as something else than {kind}")
        return cls(kind, dict(fact.split("=", 1) for fact in found[2].split()))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key that may have signed."""

    number: bytes
    """Eight bytes that name it."""
    point: bytes

    @property
    def id(self) -> str:
        """As minisign prints it."""
        return self.number[::-1].hex().upper()

    @property
    def encoded(self) -> str:
        """56 letters, as ``minisign -P`` takes them."""
        return base64.b64encode(PURE + self.number + self.point).decode()

    def __str__(self) -> str:
        return f"untrusted comment: minisign public key {self.id}\n{self.encoded}\n"

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """From a key file, or from its second line alone. Raises ``Unusable``."""
        raw = decoded(text.strip().splitlines()[-1] if text.strip() else "")
        if len(raw) != 42 or raw[:2] != PURE:
            raise Unusable("not a minisign public key: it should be two lines, the second 56 letters")
        return cls(raw[2:10], raw[10:])


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the current key of a folder."""

    key: PublicKey
    _secret: SigningKey = field(repr=False)

    @classmethod
    def parse(cls, text: str, path: str) -> "Signer":
        """From a secret key file without a password. Raises ``Unusable``, naming ``path``."""
        raw = decoded(text.strip().splitlines()[-1] if text.strip() else "")
        if len(raw) != 158 or raw[:2] != PURE or raw[4:6] != BLAKE2B:
            raise Unusable(f"{path} is not a minisign secret key")
        if raw[2:4] != NO_KDF:
            raise Unusable(f"{path} has a password: a service cannot type one; make it with `minisign -G -W`")
        number, seed, point = raw[54:62], raw[62:94], raw[94:126]
        # minisign itself leaves the checksum of a key without a password empty.
        if raw[126:] not in (bytes(32), checksum(number, seed + point)):
            raise Unusable(f"{path} is damaged: its checksum does not agree")
        return cls(PublicKey(number, point), SigningKey(seed))

    def sidecar(self, content: bytes, trusted: str) -> str:
        """The signature file of ``content``: four lines, the same every time."""
        if "\n" in trusted or "\r" in trusted:
            raise ValueError("a trusted comment is one line")
        signature = self._secret.sign(hashlib.blake2b(content).digest()).signature
        whole = self._secret.sign(signature + trusted.encode()).signature
        return (
            f"untrusted comment: signature from lightwire key {self.key.id}\n"
            f"{base64.b64encode(_PREHASHED + self.key.number + signature).decode()}\n"
            f"trusted comment: {trusted}\n"
            f"{base64.b64encode(whole).decode()}\n"
        )


def verify(content: bytes, sidecar: str, keys: tuple[PublicKey, ...]) -> tuple[PublicKey, str]:
    """The key that signed and its trusted comment. Raises ``Forged``."""
    lines = sidecar.splitlines()
    if len(lines) < 4 or not lines[2].startswith("trusted comment: "):
        raise Forged("not a minisign signature file")
    first, trusted, whole = decoded(lines[1]), lines[2].removeprefix("trusted comment: "), decoded(lines[3])
    if len(first) != 74 or first[:2] != _PREHASHED or len(whole) != 64:
        raise Forged("not a minisign signature of the prehashed kind")
    number, signature = first[2:10], first[10:]
    key = next((one for one in keys if one.number == number), None)
    if key is None:
        raise Forged(f"signed with key {number[::-1].hex().upper()}, which is not among those you trust")
    try:
        VerifyKey(key.point).verify(hashlib.blake2b(content).digest(), signature)
    except BadSignatureError:
        raise Forged("the file is not what was signed") from None
    try:
        VerifyKey(key.point).verify(signature + trusted.encode(), whole)
    except BadSignatureError:
        raise Forged("the trusted comment was changed") from None
    return key, trusted


EDITION = "edition"


def certify(signer: Signer, key: PublicKey) -> str:
    """The signature file that lets ``key`` sign bundles and indexes; docs/decisions/0016."""
    return signer.sidecar(str(key).encode(), Statement(EDITION, {"key": key.id}).comment())


def certified(text: bytes, certificate: str, newsroom: tuple[PublicKey, ...]) -> PublicKey:
    """The key in ``text``, if one of the newsroom's keys lets it sign bundles and indexes. Raises ``Forged``."""
    _, comment = verify(text, certificate, newsroom)
    said = Statement.parse(comment, EDITION)
    try:
        key = PublicKey.parse(text.decode("ascii", "replace"))
    except Unusable as error:
        raise Forged(str(error)) from None
    if said.facts.get("key") != key.id:
        raise Forged("the certificate names another key")
    return key


def checksum(number: bytes, pair: bytes) -> bytes:
    """Of a secret key file."""
    return hashlib.blake2b(PURE + number + pair, digest_size=32).digest()


def decoded(text: str) -> bytes:
    """Base64 undone; nothing where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
