"""`lightwire verify FILE --index DAY.txt`: is there a newer one?"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from services.commands.answers import Code, Problem, printable
from shared.signatures import SIDECAR, Forged, PublicKey, Statement, Trusted, certified, verify

OPENING = "lightwire index 1 "


@dataclass(frozen=True, slots=True)
class Standing:
    """What the index says of one story."""

    shown: bool
    sequences: dict[str, int]


def read_index(path: Path, edition: Path, keys: tuple[PublicKey, ...]) -> tuple[str, dict[str, Standing]]:
    """Its day, and what it says of each story. ``edition``: the site's key, its certificate beside it.

    Raises ``Problem`` where a signature does not hold or a file cannot be read.
    """
    content, sidecar = _read(path), _read(path.with_name(path.name + SIDECAR))
    key, certificate = _read(edition), _read(edition.with_name(edition.name + SIDECAR))
    try:
        site = certified(key, certificate.decode("utf-8", "replace"), keys)
        _, comment = verify(content, sidecar.decode("utf-8", "replace"), (site,))
        day = Statement.parse(comment, "index").facts.get("date", "")
    except Forged as problem:
        raise Problem(f"{path}: not genuine: {printable(str(problem))}") from None
    first, *lines = content.decode("utf-8", "replace").splitlines()
    if not first.startswith(OPENING):
        raise Problem(f"{path}: an index of another form: update lightwire")
    return day, dict(_standing(line) for line in lines)


def judged(told: Trusted, day: str, standings: dict[str, Standing]) -> str:
    """What the index says of a genuine copy. Raises ``Problem`` where it is old or was withdrawn."""
    standing = standings.get(told.article_id)
    if standing is None:
        return f"newer than the index of {day}, or of another site: the index does not name its story"
    newest = standing.sequences.get(told.rendition, 0)
    if told.sequence < newest:
        what = "a newer one was published" if standing.shown else "the story was withdrawn"
        raise Problem(f"genuine, but old: by {day} {what} (sequence {newest}; this is {told.sequence})")
    return f"the newest by {day}" if told.sequence == newest else f"newer than the index of {day}"


def _standing(line: str) -> tuple[str, Standing]:
    state, article, _, *sequences = line.split(" ")
    pairs = (one.partition("=") for one in sequences)
    numbers = {rendition: int(number) for rendition, _, number in pairs if number.isdecimal()}
    return unquote(article), Standing(state == "published", numbers)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}: fetch it from the site, with its {SIDECAR}", Code.USAGE) from None
