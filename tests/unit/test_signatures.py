"""A signature holds for the bytes and the place it was made for, and for nothing else; minisign agrees."""

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.errors import Unusable
from shared.keyring import CURRENT, RETIRED, load_signer, make_keys, public_keys, rotate
from shared.signatures import Forged, PublicKey, Trusted, verify

BODY = "<p>آب به رودخانه برگشت</p>".encode()
ABOUT = Trusted("urn:desk example:۱/2", 7, 9, "light", "0" * 64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_body_is_bound_to_its_place(folder: Path) -> None:
    sidecar = load_signer(folder).sidecar(BODY, ABOUT.comment())

    key, comment = verify(BODY, sidecar, public_keys(folder))

    assert key == load_signer(folder).key
    assert Trusted.parse(comment) == ABOUT
    assert sidecar == load_signer(folder).sidecar(BODY, ABOUT.comment())


@pytest.mark.parametrize(
    ("body", "old", "new", "why"),
    [
        (BODY + b" ", "", "", "not what was signed"),
        (BODY, "sequence=9", "sequence=10", "comment was changed"),
        (BODY, "trusted comment: ", "", "not a minisign signature file"),
    ],
)
def test_whatever_is_changed_is_found(folder: Path, body: bytes, old: str, new: str, why: str) -> None:
    sidecar = load_signer(folder).sidecar(BODY, ABOUT.comment())
    head, _, rest = sidecar.partition("\n")

    with pytest.raises(Forged, match=why):
        verify(body, f"{head}\n{rest.replace(old, new) if old else rest}", public_keys(folder))


def test_garbage_is_refused_and_never_breaks(folder: Path) -> None:
    sidecar = load_signer(folder).sidecar(BODY, ABOUT.comment()).splitlines()

    for line in (1, 3):
        for wrong in ("", "!!", "AAAA", "ا"):
            broken = [*sidecar[:line], wrong, *sidecar[line + 1 :]]
            with pytest.raises(Forged):
                verify(BODY, "\n".join(broken), public_keys(folder))


def test_what_a_stranger_signed_is_not_believed(folder: Path, tmp_path: Path) -> None:
    make_keys(tmp_path / "other")

    with pytest.raises(Forged, match="not among those you trust"):
        verify(BODY, load_signer(tmp_path / "other").sidecar(BODY, "x"), public_keys(folder))


def test_two_keys_are_valid_while_one_is_exchanged_and_never_three(folder: Path) -> None:
    signed = [load_signer(folder).sidecar(BODY, "1")]
    for number in (2, 3):
        rotate(folder)
        signed.append(load_signer(folder).sidecar(BODY, str(number)))

    assert len(public_keys(folder)) == 2
    assert [verify(BODY, one, public_keys(folder))[1] for one in signed[1:]] == ["2", "3"]
    with pytest.raises(Forged):
        verify(BODY, signed[0], public_keys(folder))
    assert sum(1 for _ in (folder / RETIRED).glob("*.key")) == 2


def test_the_secret_key_is_its_owners_and_is_never_written_over(folder: Path) -> None:
    before = (folder / CURRENT).read_bytes()

    with pytest.raises(Unusable, match="is there already"):
        make_keys(folder)

    assert (folder / CURRENT).stat().st_mode & 0o077 == 0
    assert (folder / CURRENT).read_bytes() == before


@pytest.mark.parametrize("text", ["", "nonsense", "untrusted comment: x\nAAAA\n"])
def test_a_key_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / CURRENT).write_text(text)

    with pytest.raises(Unusable, match=r"current\.key"):
        load_signer(tmp_path)
    with pytest.raises(Unusable):
        PublicKey.parse(text)


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="lightwire keys make"):
        load_signer(tmp_path)


@pytest.mark.needs("minisign")
def test_minisign_believes_us_and_we_believe_minisign(folder: Path, tmp_path: Path) -> None:
    minisign = shutil.which("minisign") or ""
    story = tmp_path / "story.html"
    story.write_bytes(BODY)
    sidecar = tmp_path / "story.html.minisig"
    sidecar.write_text(load_signer(folder).sidecar(BODY, ABOUT.comment()))
    (public,) = folder.glob("*.pub")

    ours = subprocess.run([minisign, "-Vm", story, "-p", public], capture_output=True, text=True, check=True)
    made = tmp_path / "theirs"
    theirs: list[str | Path] = [minisign, "-S", "-m", story, "-s", folder / CURRENT, "-t", "by minisign", "-x", made]
    subprocess.run(theirs, capture_output=True, check=True)

    assert ABOUT.comment() in ours.stdout
    assert verify(BODY, made.read_text(), public_keys(folder))[1] == "by minisign"


@pytest.mark.parametrize("content", [b"untrusted comment: \xc3\xa9\nAAAA\n", b"nonsense", b""])
def test_a_public_key_that_cannot_be_read_is_named(folder: Path, content: bytes) -> None:
    (folder / "odd.pub").write_bytes(content)

    with pytest.raises(Unusable, match=r"odd\.pub"):
        public_keys(folder)
    with pytest.raises(Unusable, match=r"odd\.pub"):
        rotate(folder)
    assert load_signer(folder).key
