"""Whom a story names, and whom its readers can ask, on every rendition."""

import json
from dataclasses import replace
from typing import Any

import pytest

from services.delivery.house import House
from services.delivery.linked_data import linked_data
from services.delivery.page import Page
from services.delivery.renditions import RENDITIONS
from services.delivery.renditions.full import FULL
from services.delivery.renditions.json import JSON
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.ninjs import NINJS
from services.delivery.renditions.spec import Spec
from shared.articles import Accountability, Entity, EntityKind
from shared.document import StoryDocument
from tests.contract.rendition_pages import HOSTILE, make_page

OWN = Accountability(official="Ilse Marr", office="Mayor", contact_url="https://verne.example/own")
BARE = Accountability(official="Otto Brandt", office="Harbour master")
LENT = Accountability(official="Otto Brandt", office="Harbour master", contact_url="https://verne.example/lent")
FOUND = Accountability(official="River Court", campaign_url="https://court.example/found")
PERSON = Entity(id="ilse-marr", kind=EntityKind.PERSON, name="Ilse Marr", office="Mayor of Verne", mentions=1)
COURT = Entity(id="river-court", kind=EntityKind.ORGANISATION, name="River Court", wikidata="Q42", mentions=4)
VERNE = Entity(id="verne", kind=EntityKind.PLACE, name="Verne", mentions=2)
SHOWS = [spec for spec in RENDITIONS if spec.name in {"full", "light", "json", "text", "gemtext", "telegram", "email"}]


def page(own: tuple[Accountability, ...] = (), found: tuple[Accountability, ...] = (), **enriched: Any) -> Page:
    plain = make_page(accountability=own, keywords=("water", "verne"))
    enrichment = plain.enrichment.model_copy(update={"accountability": found, **enriched})
    return replace(plain, enrichment=enrichment, house=House(base_url="https://news.example"))


@pytest.mark.parametrize("spec", SHOWS, ids=lambda spec: spec.name)
def test_the_newsrooms_officials_come_first_then_those_found(spec: Spec) -> None:
    body = spec.render(page((OWN, BARE), (LENT, FOUND)))
    # Mail is encoded; its words are the text rendition's, checked here, and the template's, checked below.
    if spec.name == "email":
        body = _plain(body)

    places = [body.index(who) for who in ("Ilse Marr", "Otto Brandt", "River Court")]
    assert places == sorted(places)
    links = ("https://verne.example/own", "https://verne.example/lent", "https://court.example/found")
    assert [link for link in links if link not in body] == []
    assert body.count("https://verne.example/lent") == 1


def _plain(message: str) -> str:
    from email import message_from_string
    from email.policy import default

    html = message_from_string(message, policy=default).get_body(("html",))
    assert html is not None
    return str(html.get_content())


def test_a_link_is_lent_to_who_has_none_and_to_no_other() -> None:
    other = OWN.model_copy(update={"contact_url": "https://other.example/"})

    assert page((OWN, BARE), (LENT, other, FOUND)).accountability == (OWN, LENT, FOUND)
    assert page((BARE,), ()).accountability == (BARE,)
    assert page((), (FOUND,)).accountability == (FOUND,)


def test_names_become_tags_beside_the_newsrooms_keywords_once() -> None:
    told = page(entities=(COURT, VERNE, PERSON))

    assert told.tags == ("water", "verne", "River Court", "Ilse Marr")
    assert '<meta name="keywords" content="water, verne, River Court, Ilse Marr">' in FULL.render(told)
    assert linked_data(told)["keywords"] == ["water", "verne", "River Court", "Ilse Marr"]


def test_a_page_without_tags_says_nothing_of_them() -> None:
    assert 'name="keywords"' not in FULL.render(make_page())


def test_linked_data_tells_what_a_story_is_about_from_what_it_mentions() -> None:
    facts = linked_data(page((BARE, OWN), entities=(COURT, VERNE, PERSON)))

    assert facts["about"] == [
        {"@type": "Organization", "name": "River Court", "sameAs": "http://www.wikidata.org/entity/Q42"}
    ]
    assert facts["mentions"] == [
        {"@type": "Person", "name": "Otto Brandt", "jobTitle": "Harbour master"},
        {"@type": "Place", "name": "Verne"},
        {"@type": "Person", "name": "Ilse Marr", "jobTitle": "Mayor of Verne"},
    ]


def test_json_has_the_entities_and_ninjs_each_under_its_kind() -> None:
    told = page(entities=(COURT, VERNE, PERSON))

    document = StoryDocument.model_validate_json(JSON.render(told))
    item = json.loads(NINJS.render(told))

    assert document.entities == (COURT, VERNE, PERSON)
    assert item["people"] == [{"name": "Ilse Marr", "literal": "ilse-marr"}]
    assert item["organisations"] == [
        {"name": "River Court", "literal": "river-court", "uri": "http://www.wikidata.org/entity/Q42"}
    ]
    assert item["places"] == [{"name": "Verne", "literal": "verne"}]


@pytest.mark.parametrize("spec", [FULL, LIGHT], ids=lambda spec: spec.name)
def test_a_hostile_name_of_the_gazetteer_runs_nothing(spec: Spec) -> None:
    call = Accountability(official=HOSTILE, office=HOSTILE, contact_url="javascript:alert(1)")
    entity = COURT.model_copy(update={"name": HOSTILE})

    body = spec.render(page((), (call,), entities=(entity,)))

    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert "javascript:" not in body
