"""Names as they may be spelled, and as they must not be."""

import re

from services.enrichment.gazetteer.text import PROCLITIC, ZWNJ, plain


def spellings(name: str, language: str) -> set[str]:
    """Every folded way to write ``name``."""
    found = {plain(name), plain(name.replace(ZWNJ, ""))}
    if language == "fa":
        # Ezafe after a silent heh is written with a mark, with a half space and a yeh, or not at all.
        found |= {one.replace("ه ", "ه ی ") for one in found}
        # هیئت and هیأت are one word, and both are right.
        found |= {one.replace("هییت", "هیات") for one in found}
    if language == "ar":
        # For and the melt into each other, and into the first letter of a name that begins with lam.
        found |= {"لل" + one[2:].removeprefix("ل") for one in found if one.startswith("ال")}
    return found - {""}


def protector(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds protected terms in folded text, with or without spaces in them and with anything written on."""
    names = {plain(term).replace(" ", "") for term in terms} - {""}
    if not names:
        return None
    loose = (" ?".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:(?<= )|^)(?:{PROCLITIC})(?:{'|'.join(loose)})")
