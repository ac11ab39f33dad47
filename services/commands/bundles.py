"""`lightwire verify FOLDER`: is everything in this bundle what the newsroom published, and is all of it there?"""

import hashlib
import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from services.commands.answers import Code, Problem, out, print_json, printable
from shared.signatures import SIDECAR, Forged, PublicKey, Statement, Trusted, certified, verify

SUMS, KEY = "SHA256SUMS", "keys/edition.pub"
MOST_BYTES = 2 * 2**30
"""Unpacked; a file that claims more is not taken apart in memory."""
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_LISTED_BY_THE_SITE = re.compile(r"([a-z]{2,3}/(light/)?)?index\.html|media/[0-9a-f]{64}|" + re.escape(KEY))


def is_bundle(path: Path) -> bool:
    """A folder, or a ZIP file."""
    return path.is_dir() or (path.is_file() and is_zipfile(path))


def verify_bundle(path: Path, keys: tuple[PublicKey, ...], *, as_json: bool) -> None:
    """Check the list, its signature, and each story's own. Raises ``Problem`` that names the first file at fault."""
    files = _files(path)
    if SUMS not in files:
        raise Problem(f"{path}: no bundle: there is no {SUMS} in it")
    _listed(path, files)
    made = _list_signed(path, files, keys)
    stories = {told.article_id for name in files if (told := _page(path, name, files, keys))}
    facts = {"made": made.facts.get("made", ""), "stories": len(stories), "files": len(files)}
    if as_json:
        print_json({"bundle": str(path), "genuine": True, **facts})
        return
    out.print(f"{path}: genuine and whole")
    for name, value in facts.items():
        out.print(f"  {name:<10} {printable(str(value))}")
    out.print("What was corrected or withdrawn since it was made is not in it.")


def _files(path: Path) -> dict[str, bytes]:
    """Name → content, from the top of the folder or of the one folder in the ZIP file."""
    try:
        if path.is_dir():
            found = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
            return {name: file.read_bytes() for name, file in found.items()}
        with ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
                raise Problem(f"{path}: unpacks to over {MOST_BYTES:,} bytes: unpack it, and name the folder")
            named = [info.filename for info in archive.infolist() if not info.is_dir()]
            if len(set(named)) != len(named):
                raise Problem(f"{path}: not genuine: it holds two files of one name")
            return {name.partition("/")[2]: archive.read(name) for name in named}
    except (OSError, BadZipFile) as error:
        raise Problem(f"{path}: {error}", Code.USAGE) from None


def _listed(path: Path, files: dict[str, bytes]) -> None:
    lines = files[SUMS].decode("utf-8", "replace").splitlines()
    parsed = [found.groups() for line in lines if (found := _LINE.fullmatch(line))]
    sums = {name: digest for digest, name in parsed}
    if len(sums) != len(lines):
        raise Problem(f"{path}: not genuine: {SUMS} is no list of digests")
    for name, digest in sums.items():
        if name not in files:
            raise Problem(f"{path}: not whole: {printable(name)} is missing")
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Problem(f"{path}: not genuine: {printable(name)} is not the file that is listed")
    if strange := files.keys() - sums.keys() - {SUMS, SUMS + SIDECAR}:
        raise Problem(f"{path}: not genuine: {printable(min(strange))} was put in")


def _list_signed(path: Path, files: dict[str, bytes], keys: tuple[PublicKey, ...]) -> Statement:
    try:
        text, certificate, sidecar = (_text(files, name) for name in (KEY, KEY + SIDECAR, SUMS + SIDECAR))
        site = certified(text.encode(), certificate, keys)
        _, comment = verify(files[SUMS], sidecar, (site,))
        return Statement.parse(comment, "bundle")
    except KeyError as missing:
        raise Problem(f"{path}: not signed: {missing.args[0]} is missing") from None
    except Forged as problem:
        raise Problem(f"{path}: not genuine: the list: {printable(str(problem))}") from None


def _text(files: dict[str, bytes], name: str) -> str:
    return files[name].decode("utf-8", "replace")


def _page(path: Path, name: str, files: dict[str, bytes], keys: tuple[PublicKey, ...]) -> Trusted | None:
    """What a story's own signature says; ``None`` for what is no story."""
    if name.endswith(SIDECAR) or name == SUMS:
        return None
    if name + SIDECAR not in files:
        if _LISTED_BY_THE_SITE.fullmatch(name):
            return None
        raise Problem(f"{path}: not genuine: {printable(name)} has no signature")
    if name == KEY:
        return None
    try:
        _, comment = verify(files[name], _text(files, name + SIDECAR), keys)
    except Forged as problem:
        raise Problem(f"{path}: not genuine: {printable(name)}: {printable(str(problem))}") from None
    told = Trusted.parse(comment)
    if told is None or told.sha256 != hashlib.sha256(files[name]).hexdigest():
        raise Problem(f"{path}: not genuine: {printable(name)} is signed as something else")
    return told
