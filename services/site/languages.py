"""Which language a reader gets who names none in the address."""

from collections.abc import Sequence


def preferred(accept_language: str, available: Sequence[str]) -> str:
    """The best of ``available`` (not empty, the default first) for an ``Accept-Language`` header (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:1_000].split(",")):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        if 0.0 < quality <= 1.0:
            wanted.append((-quality, place, tag.split("-")[0]))
    for _, _, primary in sorted(wanted):
        if primary in available:
            return primary
        if primary == "*":
            break
    return available[0]
