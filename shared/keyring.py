"""The folder keys are kept in: ``current.key`` signs, every ``*.pub`` beside it is valid, two of them at most.

A site that signs bundles and indexes has a folder of another kind: a key of its own, what the newsroom's key says of
it, and the newsroom's public keys in ``newsroom``; docs/decisions/0016.
"""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey

from shared.errors import Unusable
from shared.signatures import BLAKE2B, NO_KDF, PURE, SIDECAR, Forged, PublicKey, Signer, certified, certify, checksum

CURRENT, RETIRED, NEWSROOM = "current.key", "retired", "newsroom"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a site signs bundles and indexes with, and what it shows readers of keys."""

    signer: Signer
    certificate: str
    """Signature file of the key's own file, by a key of the newsroom."""
    newsroom: tuple[PublicKey, ...]
    """The keys stories are signed with, the newest first."""


def load_signer(folder: Path) -> Signer:
    """Raises ``Unusable`` where there is no key that can be read, naming the file."""
    path = folder / CURRENT
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(
            f"{path} cannot be read ({type(error).__name__}): make keys with `lightwire keys make {folder}`"
        ) from None
    return Signer.parse(text, str(path))


def make_keys(folder: Path) -> PublicKey:
    """A new pair: ``current.key``, for its owner's eyes only, and ``<id>.pub``. Raises ``Unusable`` over an old one."""
    folder.mkdir(parents=True, exist_ok=True)
    secret, number = SigningKey.generate(), secrets.token_bytes(8)
    key = PublicKey(number, bytes(secret.verify_key))
    pair = bytes(secret) + key.point
    body = PURE + NO_KDF + BLAKE2B + bytes(48) + number + pair + checksum(number, pair)
    try:
        handle = os.open(folder / CURRENT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Unusable(f"{folder / CURRENT} is there already: rotate it, or name another folder") from None
    (folder / f"{key.id}.pub").write_text(str(key), "ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"untrusted comment: lightwire secret key {key.id}\n{base64.b64encode(body).decode()}\n")
    return key


def public_keys(folder: Path) -> tuple[PublicKey, ...]:
    """The valid ones, the newest first. Raises ``Unusable`` where a file is none."""
    files = sorted(folder.glob("*.pub"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return tuple(_public_key(path) for path in files)


def _public_key(path: Path) -> PublicKey:
    try:
        return PublicKey.parse(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError, Unusable) as error:
        raise Unusable(f"{path}: {error}") from None


def rotate(folder: Path) -> PublicKey:
    """A new current key. The one before stays valid, older ones are put aside and are not believed any more."""
    before = load_signer(folder).key
    aside = folder / RETIRED
    aside.mkdir(exist_ok=True)
    for key in public_keys(folder):
        if key != before:
            (folder / f"{key.id}.pub").replace(aside / f"{key.id}.pub")
    (folder / CURRENT).replace(aside / f"{before.id}.key")
    return make_keys(folder)


def delegate(folder: Path, edition: Path) -> PublicKey:
    """Make ``edition`` a folder for a site: a key of its own, certified by the current key of ``folder``.

    Done again it keeps that key and certifies it anew, as after an exchange. Raises ``Unusable``.
    """
    newsroom = load_signer(folder)
    key = load_signer(edition).key if (edition / CURRENT).exists() else make_keys(edition)
    (edition / f"{key.id}.pub{SIDECAR}").write_text(certify(newsroom, key), "ascii")
    shown = edition / NEWSROOM
    shown.mkdir(exist_ok=True)
    # The oldest first: which one is the newest, their files' times say.
    valid = {f"{one.id}.pub": str(one) for one in reversed(public_keys(folder))}
    for file in shown.glob("*.pub"):
        if file.name not in valid:
            file.unlink()
    for name, text in valid.items():
        (shown / name).write_text(text, "ascii")
    return key


def load_edition(edition: Path) -> Edition:
    """Raises ``Unusable`` where a part is missing or the newsroom's key does not vouch for the site's."""
    signer = load_signer(edition)
    newsroom = public_keys(edition / NEWSROOM)
    file = edition / f"{signer.key.id}.pub"
    try:
        certificate = file.with_name(file.name + SIDECAR).read_text("ascii")
        certified(file.read_bytes(), certificate, newsroom)
    except (OSError, UnicodeDecodeError, Forged) as error:
        raise Unusable(
            f"{file}: no certificate of a newsroom's key that holds ({error}): "
            f"make it again with `lightwire keys edition KEYS {edition}`"
        ) from None
    return Edition(signer, certificate, newsroom)
