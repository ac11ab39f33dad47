"""Which way a story reads."""

from dataclasses import replace

from services.enrichment.draft import UNDETERMINED, Draft, House
from shared.articles import Direction

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "lrc", "mzn", "prs", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "syrc", "thaa"})


def direction(draft: Draft, _: House) -> Draft:
    """From the language; a script subtag (``ku-Arab``, ``fa-Latn``) is more exact than the language."""
    return replace(draft, direction=reads(draft.language, draft.article.headline))


def reads(language: str, text: str) -> Direction:
    """The direction of ``language``; of the first letter that has one, where the language is unknown."""
    primary, *rest = language.lower().split("-")
    for subtag in rest:
        if len(subtag) == 4 and subtag.isalpha():
            return Direction.RTL if subtag in _RTL_SCRIPTS else Direction.LTR
    if primary != UNDETERMINED:
        return Direction.RTL if primary in _RIGHT_TO_LEFT else Direction.LTR
    first = next((letter for letter in text if letter.isalpha()), "")
    return Direction.RTL if "\u0590" <= first <= "\u08ff" or "\ufb1d" <= first <= "\ufefc" else Direction.LTR
