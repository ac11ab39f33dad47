"""What newsrooms start with is fit for use, and names are found in sentences as people write them."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.enrichment.app import build
from services.enrichment.gazetteer.__main__ import main
from services.enrichment.gazetteer.files import SHIPPED, load
from services.enrichment.settings import Settings
from shared.errors import Unusable

DATA = Path(__file__).parent / "data" / "officials"
GAZETTEER = load()
SENTENCES = tomllib.loads((DATA / "sentences.toml").read_text("utf-8"))["sentence"]
LEAST = {"precision": 0.97, "recall": 0.97}


def counted(language: str | None = None) -> dict[str, float]:
    """Precision and recall over the labelled sentences."""
    right = wrong = missed = 0
    for one in SENTENCES:
        if language not in (None, one["language"]):
            continue
        found = {name.listing.id for name in GAZETTEER.find([one["text"]], one["language"])}
        right += len(found & {*one["names"]})
        wrong += len(found - {*one["names"]})
        missed += len({*one["names"]} - found)
    return {"precision": right / (right + wrong), "recall": right / (right + missed)}


@pytest.mark.parametrize("measure", LEAST)
@pytest.mark.parametrize("language", [None, "en", "fa", "ar"])
def test_names_are_found_where_they_are_meant_and_nowhere_else(measure: str, language: str | None) -> None:
    figure = counted(language)[measure]

    print(f"{measure} {language or 'all'}: {figure:.3f}")
    assert figure >= LEAST[measure] - (0.03 if language else 0)


def test_the_sentences_are_many_and_full_of_traps() -> None:
    assert len(SENTENCES) >= 80
    assert sum("trap" in one for one in SENTENCES) >= 25
    assert {one["language"] for one in SENTENCES} >= {"en", "fa", "ar", "ckb", "ku"}
    assert {id_ for one in SENTENCES for id_ in one["names"]} <= set(GAZETTEER.listings)


def test_every_shipped_entry_is_named_in_three_languages_and_found_by_its_name() -> None:
    assert len(GAZETTEER.listings) >= 60
    for listing in GAZETTEER.listings.values():
        assert {"en", "fa", "ar"} <= set(listing.name), listing.id
        needs = [need for _, alias in listing.spelled for need in alias.needs]
        for language, name in listing.name.items():
            found = GAZETTEER.find([f"{name}: {' '.join(needs)}"], language)
            assert listing.id in {one.listing.id for one in found}, (listing.id, name)


def test_nobody_who_imprisons_is_shipped_as_one_to_write_to() -> None:
    for id_ in ("ir-irgc", "ir-intelligence", "ir-evin", "ir-judiciary", "ir-leader", "af-taliban"):
        assert not GAZETTEER.listings[id_].accountable


def test_no_two_shipped_entries_share_a_wikidata_item() -> None:
    items = [listing.wikidata for listing in GAZETTEER.listings.values() if listing.wikidata]

    assert len(items) == len(set(items))


def test_a_gazetteer_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    missing, broken = tmp_path / "none.toml", tmp_path / "own.toml"
    broken.write_text('[[listing]]\nid = "x"\n')

    for file, told in ((missing, "none.toml cannot be read"), (broken, "own.toml: listing x: /kind")):
        with pytest.raises(Unusable, match=told):
            build(Settings(officials_file=file))


def test_an_editor_can_check_a_gazetteer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "own.toml"
    broken.write_text('[[listing]]\nid = "x"\nkind = "person"\nname = { en = "Somebody" }\naccountable = true\n')

    assert main(["check", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["usable"], facts["file"], facts["listings"]) == (True, str(SHIPPED), len(GAZETTEER.listings))
    assert main(["check", str(broken)]) == 1
    assert "own.toml: listing x" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "none.toml")]) == 2


def test_an_editor_can_try_a_gazetteer_on_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = tmp_path / "story.txt"
    story.write_text("Water in Verne\n\nThe Mayor of Verne wrote to the River Court.\n")
    asked = ["find", str(story), "--gazetteer", str(DATA / "made_up.toml"), "--json"]

    assert main(asked) == 0

    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["entities"]] == ["verne", "mayor-of-verne", "river-court"]
    assert [one["official"] for one in found["call_out"]] == ["Mayor of Verne", "River Court"]
    assert main(["find", "Nobody here."]) == 1
    assert "nobody of the gazetteer" in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], ["check"], ["find"]])
def test_its_help_has_an_example_and_its_exit_codes(command: list[str]) -> None:
    asked = [sys.executable, "-m", "services.enrichment.gazetteer", *command, "--help"]

    shown = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

    assert "Example: python -m services.enrichment.gazetteer" in shown
    assert "Exit codes: 0 " in shown
