"""The daily index: of every story the newest sequence, signed, so that an old copy can be told from a new one."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from urllib.parse import quote

from services.site.holdings import Standing
from shared.signatures import Signer, Statement

KIND = "index"


def day_index(day: date, standings: Iterable[Standing]) -> str:
    """A line for each story: state, id (percent-encoded), revision, and ``rendition=sequence`` of each rendition.

    The form is that of docs/mirrors.md. Ids and numbers alone: nothing a withdrawn story said.
    """
    lines = [f"lightwire index 1 {day.isoformat()}"]
    for one in standings:
        state = "published" if one.shown else "withdrawn"
        sequences = " ".join(f"{rendition}={sequence}" for rendition, sequence in one.sequences)
        lines.append(f"{state} {quote(one.article_id, safe='')} {one.revision} {sequences}")
    return "\n".join(lines) + "\n"


def signed(text: str, day: date, signer: Signer) -> str:
    """Its signature file."""
    content = text.encode()
    facts = {"date": day.isoformat(), "sha256": sha256(content).hexdigest()}
    return signer.sidecar(content, Statement(KIND, facts).comment())
