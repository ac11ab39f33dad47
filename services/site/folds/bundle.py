"""The offline bundle: stories, pictures and a signed list of all of it, as a folder to unpack and carry on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from services.site.folds.collection import stamp
from services.site.holdings import Leaf
from shared.keyring import Edition
from shared.signatures import SIDECAR, Statement

KIND = "bundle"
SUMS = "SHA256SUMS"
KEY = "keys/edition.pub"
LONGEST_NAME = 255
"""Bytes a file name may have on most disks."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What goes into a bundle."""

    language: str
    rendition: str
    made_at: datetime
    leaves: Sequence[Leaf]
    pictures: Mapping[str, bytes]
    """By digest."""
    fronts: Mapping[str, bytes]
    """Path → page, for the top of the folder and of the folders in it."""
    edition: Edition | None

    @property
    def folder(self) -> str:
        """What it unpacks into."""
        return f"{self.language}-{self.rendition}-{self.made_at:%Y-%m-%d}"


def fits(leaf: Leaf) -> bool:
    """True where the file and its signature can be written to any disk; some scripts take three bytes a letter."""
    return all(len(f"{part}{SIDECAR}".encode()) <= LONGEST_NAME for part in leaf.path.split("/"))


def bundle(bound: Bound) -> bytes:
    """A ZIP file, the same for the same content. ``sha256sum -c SHA256SUMS`` checks it, `lightwire verify` more.

    Every story has the signature it was delivered with; the list is signed by the site's key, which the newsroom's
    key vouches for. Pages are as they were signed: not a byte may be put in.
    """
    files = _files(bound)
    sums = "".join(f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())).encode()
    files[SUMS] = sums
    if bound.edition:
        facts = {
            "language": bound.language, "rendition": bound.rendition, "made": stamp(bound.made_at),
            "stories": str(len({leaf.article_id for leaf in bound.leaves})), "sha256": sha256(sums).hexdigest(),
        }  # fmt: skip
        files[SUMS + SIDECAR] = bound.edition.signer.sidecar(sums, Statement(KIND, facts).comment()).encode()
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, content in files.items():
            info = ZipInfo(f"{bound.folder}/{path}", (1980, 1, 1, 0, 0, 0))
            # For those who unpack it: to be read by all.
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, ZIP_STORED if path.startswith("media/") else ZIP_DEFLATED, 9)
    return packed.getvalue()


def _files(bound: Bound) -> dict[str, bytes]:
    files = dict(bound.fronts)
    for leaf in bound.leaves:
        files[leaf.path] = leaf.body
        if leaf.signature:
            files[leaf.path + SIDECAR] = leaf.signature.encode()
    files |= {f"media/{digest}": content for digest, content in bound.pictures.items()}
    if bound.edition:
        files[KEY] = str(bound.edition.signer.key).encode()
        files[KEY + SIDECAR] = bound.edition.certificate.encode()
    return files
