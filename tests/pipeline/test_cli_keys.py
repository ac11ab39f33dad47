"""`lightwire keys` and `lightwire verify FILE` as an operator and a reader meet them."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import cli
from services.embedded_keys import edition_keys, signing_keys
from shared.keyring import load_edition, load_signer, public_keys
from shared.signatures import Trusted


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def signed(folder: Path, keys: Path, text: str = "<p>story</p>") -> Path:
    """A file with its signature beside it."""
    content, file = text.encode(), folder / "story.html"
    trusted = Trusted("desk:1", 3, 9, "light", sha256(content).hexdigest())
    file.write_bytes(content)
    file.with_name("story.html.minisig").write_text(load_signer(keys).sidecar(content, trusted.comment()))
    return file


def test_keys_are_made_once_exchanged_and_listed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"

    made, again = run("keys", "make", keys), run("keys", "make", keys)
    exchanged = json.loads(run("keys", "rotate", keys, "--json").stdout)
    listed = run("keys", "list", keys)

    assert (made.exit_code, again.exit_code) == (0, 2)
    assert "rotate it, or name another folder" in again.output
    assert listed.stdout.count("\n") == len(public_keys(keys)) == 2
    assert exchanged["key"] in listed.stdout
    assert (keys / "current.key").stat().st_mode & 0o077 == 0


def test_a_folder_without_keys_says_what_to_do(tmp_path: Path) -> None:
    for command in (("rotate",), ("list",), ("edition",)):
        heard = run("keys", *command, tmp_path / "none", *([tmp_path / "site"] if command == ("edition",) else []))

        assert heard.exit_code != 0
        assert "lightwire keys make" in heard.output


def test_a_site_s_folder_is_made_and_certified_anew(tmp_path: Path) -> None:
    keys, site = tmp_path / "keys", tmp_path / "site"
    run("keys", "make", keys)

    first = json.loads(run("keys", "edition", keys, site, "--json").stdout)
    run("keys", "rotate", keys)
    second = run("keys", "edition", keys, site)

    assert second.exit_code == 0
    assert first["key"] in second.stdout
    assert load_signer(keys).key in load_edition(site).newsroom


def test_ready_makes_what_is_missing_and_leaves_what_is_there(tmp_path: Path) -> None:
    keys, site = tmp_path / "keys", tmp_path / "site"

    made = run("keys", "ready", keys, site)
    first = load_signer(keys).key, load_edition(site).signer.key
    run("keys", "rotate", keys)
    again = run("keys", "ready", keys, site)

    assert (made.exit_code, again.exit_code) == (0, 0)
    assert load_edition(site).signer.key == first[1]
    assert load_edition(site).newsroom[0] == load_signer(keys).key != first[0]


def test_a_copy_is_verified_with_a_key_or_a_folder_in_words_or_in_json(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    run("keys", "make", keys)
    file = signed(tmp_path, keys)
    (public,) = keys.glob("*.pub")

    words, facts = run("verify", file, "--key", public), run("verify", file, "--key", keys, "--json")

    assert (words.exit_code, "genuine" in words.stdout, "desk:1" in words.stdout) == (0, True, True)
    told = json.loads(facts.stdout)
    assert (told["genuine"], told["sequence"], told["rendition"]) == (True, 9, "light")


def test_what_is_missing_or_wrong_is_named(tmp_path: Path) -> None:
    keys, others = tmp_path / "keys", tmp_path / "others"
    run("keys", "make", keys)
    run("keys", "make", others)
    file = signed(tmp_path, keys)

    stranger = run("verify", file, "--key", others)
    (tmp_path / "bad.pub").write_text("no key")
    no_key, nothing = run("verify", file, "--key", tmp_path / "bad.pub"), run("verify", tmp_path / "x", "--key", keys)
    file.write_text("<p>forged</p>")
    forged = run("verify", file, "--key", keys)
    (tmp_path / "story.html.minisig").unlink()
    unsigned = run("verify", file, "--key", keys)

    assert (stranger.exit_code, "not among those you trust" in stranger.output) == (1, True)
    assert (no_key.exit_code, "no public key" in no_key.output) == (2, True)
    assert nothing.exit_code == 2
    assert (forged.exit_code, "not what was signed" in forged.output) == (1, True)
    assert (unsigned.exit_code, "fetch it, or name it with --signature" in unsigned.output) == (2, True)


@pytest.mark.parametrize("given", ["", "somebody's"])
def test_make_run_vouches_for_its_own_site_and_for_nobody_else_s(tmp_path: Path, given: str) -> None:
    environment = {"LIGHTWIRE_SIGNING_KEYS": given} if given else {}

    keys = signing_keys(tmp_path, environment)
    edition = edition_keys(tmp_path, environment, keys)

    if given:
        assert (keys, edition) == (given, "")
    else:
        assert load_edition(Path(edition)).newsroom == public_keys(Path(keys))
        assert edition_keys(tmp_path, {"LIGHTWIRE_SITE_KEYS": "/mine"}, keys) == "/mine"
