"""Whom readers of a story can write to."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.enrichment.gazetteer import gazetteer
from shared.articles import Accountability, Enrichment
from tests.builders import article

MADE_UP = Path(__file__).parents[1] / "contract" / "data" / "officials" / "made_up.toml"
HOUSE = House(gazetteer=gazetteer(MADE_UP.read_bytes(), "made_up.toml"))
ALL = "The River Court, the Ministry of Water, the Mayor of Verne, the Harbour Board of Verne and the Office of Quiet."


def told(text: str, house: House = HOUSE, **fields: Any) -> Enrichment:
    return enrich(article(**{"headline": "News", "body_html": f"<p>{text}</p>", "language": "en", **fields}), house)


def called(text: str, house: House = HOUSE, **fields: Any) -> list[str]:
    return [who.official for who in told(text, house, **fields).accountability]


def test_an_entity_is_named_in_the_language_of_the_story() -> None:
    english = told("The Harbour Board of Verne met.").entities[0]
    persian = told("هیئت بندر ورنه نشست.", language="fa-IR").entities[0]
    arabic = told("اجتمعت هيئة ميناء فيرن.", language="ar").entities[0]

    assert (english.name, english.office) == ("Harbour Board of Verne", "Port authority")
    assert (persian.name, persian.office) == ("هیئت بندر ورنه", "سازمان بنادر")
    assert (arabic.name, arabic.office) == ("هيئة ميناء فيرن", "Port authority")
    assert {english.wikidata, persian.wikidata, arabic.wikidata} == {"Q999999999"}


def test_headline_and_standfirst_count() -> None:
    found = told("Verne.", headline="Verne at last", standfirst="What Verne said.").entities

    assert [(one.id, one.mentions) for one in found] == [("verne", 3)]


def test_readers_can_write_to_those_who_answer_and_to_no_others() -> None:
    assert called(ALL) == ["River Court", "Ministry of Water", "Mayor of Verne"]
    assert called("The Office of Quiet in Verne.") == []


@pytest.mark.parametrize(("most", "number"), [(0, 0), (1, 1), (9, 4)])
def test_a_call_out_is_no_longer_than_the_house_wants(most: int, number: int) -> None:
    assert len(called(ALL, House(gazetteer=HOUSE.gazetteer, call_out_most=most))) == number


def test_the_newsrooms_own_officials_count_among_them_and_are_not_repeated() -> None:
    own = (
        Accountability(official="The Mayor of Verne, Ilse Marr", contact_url="https://verne.example/mayor"),
        Accountability(official="Board", contact_url="https://court.example/"),
    )

    assert called(ALL, accountability=own) == ["Ministry of Water"]


def test_an_official_named_without_a_link_gets_the_gazetteers_under_the_newsrooms_words() -> None:
    own = (Accountability(official="Ilse Marr", office="Mayor of Verne"), Accountability(official="The baker"))

    found = told("The council met.", accountability=own).accountability

    assert [who.official for who in found] == ["Ilse Marr"]
    assert found[0].office == "Mayor of Verne"
    assert found[0].contact_url == "mailto:mayor@verne.example"
    assert found[0].campaign_url == "https://verne.example/water"


def test_links_are_not_lent_to_who_only_has_to_do_with_an_official() -> None:
    own = (Accountability(official="Spokeswoman for the Mayor of Verne"),)

    assert called("The council met.", accountability=own) == []


@pytest.mark.parametrize(
    ("published", "updated", "office", "calls"),
    [
        ("2025-01-01", None, "Minister of Water", True),
        ("2024-04-30", None, None, False),
        ("2026-06-30", None, "Minister of Water", True),
        ("2026-07-01", None, None, False),
        ("2025-01-01", "2026-07-01", None, False),
        (None, None, None, False),
    ],
)
def test_who_left_an_office_is_named_without_it_and_called_out_no_more(
    published: str | None, updated: str | None, office: str | None, *, calls: bool
) -> None:
    days: dict[str, Any] = {
        name: datetime.fromisoformat(f"{day}T12:00:00+00:00")
        for name, day in (("published_at", published), ("updated_at", updated))
        if day
    }

    found = told("Ada Linden spoke.", **days)

    assert [(one.name, one.office) for one in found.entities] == [("Ada Linden", office)]
    assert bool(found.accountability) is calls


def test_a_protected_name_is_neither_entity_nor_called_out() -> None:
    own = (Accountability(official="Mayor of Verne"),)

    found = told(ALL, protected_terms=("Mayor of Verne", "river court"), accountability=own)

    assert {one.id for one in found.entities} == {"water-ministry", "harbour-board", "secret-service"}
    assert {who.official for who in found.accountability} == {"Ministry of Water", "Harbour Board of Verne"}
