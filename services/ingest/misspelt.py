"""Names in a submission that are none of ours: ignored, and refused where one looks as if it kept something back.

Decision 0031. Readers ignore what they do not know, so that writers may be newer. A misspelt embargo would be ignored
as well, and the story would be out.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from services.ingest.hostile import below
from shared.envelope import EventData
from shared.errors import Rejected
from shared.events import ArticleSubmitted

KEEPS_BACK: Mapping[str, str] = {"embargo": "embargoed_until", "protect": "protected_terms"}
"""How names begin that mean one of these, whatever follows."""
_NEAR = 0.8


def strangers(data: Mapping[str, object], kind: type[EventData]) -> Iterator[tuple[str, str | None]]:
    """Names with something behind them that are no fields, and the field each may mean where that is not said."""
    if data.keys() <= kind.model_fields.keys():
        # Nearly every submission: asked of each several times.
        return
    fields = {_letters(name): name for name in kind.model_fields}
    for name, value in data.items():
        if name in kind.model_fields or not value:
            continue
        letters = _letters(name)
        meant = fields.get(letters)
        if meant is None:
            begins = (field for start, field in KEEPS_BACK.items() if letters.startswith(start))
            near = (fields[one] for one in get_close_matches(letters, fields, 1, _NEAR))
            meant = next((one for one in (*begins, *near) if one in kind.model_fields), None)
        yield name, None if meant in data else meant


def insist(data: object, kind: type[EventData], at: str = "/data") -> None:
    """Return if nothing in ``data`` was to keep a story back and would not. Raises ``Rejected``."""
    if kind is not ArticleSubmitted or not isinstance(data, dict):
        return
    for name, meant in strangers(data, kind):
        if meant in KEEPS_BACK.values():
            raise Rejected(f"{below(at, name)} is no field, and would hold nothing back: did you mean {meant}?")


def warned(data: object, kind: type[EventData], at: str = "/data") -> tuple[str, ...]:
    """A sentence for each name that is ignored."""
    found = strangers(data, kind) if isinstance(data, dict) else ()
    return tuple(
        f"{below(at, name)} is no field and was ignored" + (f": did you mean {meant}?" if meant else "")
        for name, meant in found
    )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
