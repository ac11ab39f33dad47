"""The keys of a newsroom and of its site: who may vouch for what."""

from pathlib import Path

import pytest

from shared.errors import Unusable
from shared.keyring import CURRENT, delegate, load_edition, load_signer, make_keys, public_keys, rotate
from shared.signatures import SIDECAR, Forged, PublicKey, Statement, certified, certify, verify


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The newsroom's, with a key, and the site's, which is not there yet."""
    make_keys(tmp_path / "keys")
    return tmp_path / "keys", tmp_path / "edition"


def test_a_site_gets_a_key_of_its_own_that_the_newsroom_vouches_for(folders: tuple[Path, Path]) -> None:
    keys, site = folders

    key = delegate(keys, site)

    edition = load_edition(site)
    assert edition.signer.key == key != load_signer(keys).key
    assert edition.newsroom == public_keys(keys)
    assert certified(str(key).encode(), edition.certificate, edition.newsroom) == key


def test_the_newsroom_s_secret_never_goes_to_the_site(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    secret = (keys / CURRENT).read_text("ascii").splitlines()[1]

    delegate(keys, site)

    assert not [file for file in site.rglob("*") if file.is_file() and secret in file.read_text("ascii")]


def test_after_an_exchange_the_site_keeps_its_key_and_the_new_key_vouches_for_it(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    before = delegate(keys, site)
    for _ in range(2):
        new = rotate(keys)

        assert delegate(keys, site) == before

    edition = load_edition(site)
    assert new in edition.newsroom
    assert len(edition.newsroom) == 2
    certified(str(before).encode(), edition.certificate, (new,))


def test_a_certificate_of_a_retired_key_holds_no_more(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    delegate(keys, site)
    certificate = load_edition(site).certificate
    rotate(keys)
    rotate(keys)

    with pytest.raises(Forged, match="not among those you trust"):
        certified(str(load_signer(site).key).encode(), certificate, public_keys(keys))


def test_a_folder_whose_certificate_is_gone_or_another_s_is_refused_by_name(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    key = delegate(keys, site)
    file = site / f"{key.id}.pub{SIDECAR}"
    stranger = keys.with_name("stranger")
    make_keys(stranger)

    file.write_text(certify(load_signer(stranger), key), "ascii")
    with pytest.raises(Unusable, match=f"{key.id}.pub: .*lightwire keys edition KEYS"):
        load_edition(site)
    file.unlink()
    with pytest.raises(Unusable, match=f"{key.id}.pub: .*lightwire keys edition KEYS"):
        load_edition(site)


def test_a_certificate_holds_for_its_own_key_alone(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    key = delegate(keys, site)
    newsroom = load_signer(keys)
    other = PublicKey(b"\1" * 8, key.point)
    forged = newsroom.sidecar(str(other).encode(), Statement("edition", {"key": key.id}).comment())
    of_a_page = newsroom.sidecar(str(key).encode(), "lightwire article=a revision=1 sequence=1 rendition=full sha256=0")

    with pytest.raises(Forged, match="names another key"):
        certified(str(other).encode(), forged, (newsroom.key,))
    with pytest.raises(Forged, match="signed as something else"):
        certified(str(key).encode(), of_a_page, (newsroom.key,))
    with pytest.raises(Forged, match="not what was signed"):
        certified(str(other).encode(), load_edition(site).certificate, (newsroom.key,))


def test_a_site_s_key_cannot_sign_a_story(folders: tuple[Path, Path]) -> None:
    keys, site = folders
    delegate(keys, site)
    page = load_signer(site).sidecar(b"page", "lightwire article=a revision=1 sequence=1 rendition=full sha256=0")

    with pytest.raises(Forged, match="not among those you trust"):
        verify(b"page", page, public_keys(keys))


def test_a_statement_comes_back_as_it_was_and_for_its_own_kind_alone() -> None:
    said = Statement("bundle", {"language": "fa", "stories": "7", "sha256": "0a"})

    assert Statement.parse(said.comment(), "bundle") == said
    with pytest.raises(Forged, match="something else than index"):
        Statement.parse(said.comment(), "index")
