"""Lift events of an older version to the one we read (contract, section 2).

Readers are deployed before writers, so at any time streams hold both. An upvert takes the ``data`` of version N and
returns that of N+1; they are chained. Every one keeps a golden event of its old version in ``shared/schemas/golden``.
"""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]

RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "ha-arab", "he", "ks", "ku-arab", "ps", "sd", "ug", "ur", "yi"}
)
"""Languages written in a script that runs from right to left, as BCP 47 primary subtags (or with a script)."""


def article_enriched_v1(data: Data) -> Data:
    """v2 says the direction of the text; in v1 every channel had to guess it from the language."""
    enrichment = data.get("enrichment")
    if not isinstance(enrichment, dict):
        return data
    language = str(enrichment.get("language", "und")).lower()
    rtl = language in RIGHT_TO_LEFT or language.split("-")[0] in RIGHT_TO_LEFT
    return {**data, "enrichment": {**enrichment, "direction": "rtl" if rtl else "ltr"}}


UPVERTS: dict[str, tuple[str, Callable[[Data], Data]]] = {
    # An enriched story of the first release may still wait in articles.enriched when moderation is upgraded.
    "lightwire.article.enriched.v1": ("lightwire.article.enriched.v2", article_enriched_v1),
}
"""Old type → (next type, how to get there)."""


def leads(type_: str, wanted: str) -> bool:
    """True where a chain of upverts lifts ``type_`` to ``wanted``."""
    while type_ != wanted and type_ in UPVERTS:
        type_, _ = UPVERTS[type_]
    return type_ == wanted


def upvert(type_: str, data: Data, wanted: str) -> Data:
    """``data`` as ``wanted`` says it. KeyError where no chain of upverts leads there."""
    while type_ != wanted:
        type_, lift = UPVERTS[type_]
        data = lift(data)
    return data
