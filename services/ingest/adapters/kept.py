"""Several stories of one document, some of which may not be usable."""

from collections.abc import Iterable
from dataclasses import replace

from services.ingest.adapters.intake import Intake, Refused


def kept(tries: Iterable[Iterable[Intake]]) -> tuple[Intake, ...]:
    """All that can be taken; what cannot is a warning beside the first of them. Raises the first ``Refused`` where
    nothing can.
    """
    found: list[Intake] = []
    refused: list[Refused] = []
    for each in tries:
        try:
            found += each
        except Refused as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    if refused:
        told = (f"{error}; this entry was left out" for error in refused)
        found[0] = replace(found[0], warnings=(*found[0].warnings, *told))
    return tuple(found)
