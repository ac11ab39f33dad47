"""`lightwire verify FILE`: is this copy what the newsroom published?"""

import hashlib
from pathlib import Path

from services.commands.answers import Code, Problem, out, print_json, printable
from services.commands.bundles import is_bundle, verify_bundle
from services.commands.indexes import judged, read_index
from shared.errors import Unusable
from shared.keyring import public_keys
from shared.signatures import SIDECAR, Forged, PublicKey, Trusted, verify


def verify_copy(
    file: Path, signature: Path | None, key: Path, index: Path | None, edition: Path | None, *, as_json: bool
) -> None:
    """Say what the signature beside ``file`` binds it to. Raises ``Problem`` where it does not hold."""
    keys = _keys(key)
    if is_bundle(file):
        verify_bundle(file, keys, as_json=as_json)
        return
    beside = signature or file.with_name(file.name + SIDECAR)
    content, sidecar = _read(file), _read(beside)
    try:
        signer, comment = verify(content, sidecar.decode("utf-8", "replace"), keys)
    except Forged as problem:
        raise Problem(f"{file}: not genuine: {printable(str(problem))}") from None
    told = Trusted.parse(comment)
    if told is None:
        raise Problem(f"{file}: signed with {signer.id}, but not as a rendition: {printable(comment)}")
    if hashlib.sha256(content).hexdigest() != told.sha256:
        raise Problem(f"{file}: signed with {signer.id}, but its signature names another file")
    age = "A copy can be genuine and old: the one with the highest sequence is the newest."
    if index is not None:
        day, standings = read_index(index, edition or index.with_name("edition.pub"), keys)
        try:
            age = judged(told, day, standings)
        except Problem as old:
            raise Problem(f"{file}: {old}") from None
    facts: dict[str, str | int] = {
        "article": told.article_id, "revision": told.revision, "sequence": told.sequence,
        "rendition": told.rendition, "key": signer.id,
    }  # fmt: skip
    if as_json:
        facts |= {"age": age} if index else {}
        print_json({"file": str(file), "genuine": True, **facts})
        return
    out.print(f"{file}: genuine")
    for name, value in facts.items():
        out.print(f"  {name:<10} {printable(str(value))}")
    out.print(printable(age))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = "its signature is not there: fetch it, or name it with --signature" if path.suffix == SIDECAR else ""
        raise Problem(f"{path}: {error.strerror}{f'; {what}' if what else ''}", Code.USAGE) from None


def _keys(path: Path) -> tuple[PublicKey, ...]:
    """From a public key file, or all of a folder."""
    try:
        found = public_keys(path) if path.is_dir() else (PublicKey.parse(path.read_text("ascii")),)
    except (Unusable, OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: no public key: {error}; name one with --key", Code.USAGE) from None
    if not found:
        raise Problem(f"{path}: no public keys there (*.pub); name one with --key", Code.USAGE)
    return found
