"""A gazetteer is used as it was meant or not at all, and finds names as languages join things to them."""

from pathlib import Path

import pytest

from services.enrichment.gazetteer import Gazetteer, GazetteerError, gazetteer

MADE_UP = Path(__file__).parents[1] / "contract" / "data" / "officials" / "made_up.toml"
GAZETTEER = gazetteer(MADE_UP.read_bytes(), "made_up.toml")
LISTING = '[[listing]]\nid = "e"\nkind = "organisation"\nname = { en = "Board of Tides" }\n'


def refusal(text: str, shipped: str | None = None) -> str:
    with pytest.raises(GazetteerError) as refused:
        gazetteer(text.encode(), "own.toml", shipped.encode() if shipped else None)
    return str(refused.value)


def named(text: str, language: str = "en", *protected: str, within: Gazetteer = GAZETTEER) -> dict[str, int]:
    return {one.listing.id: one.mentions for one in within.find([text], language, protected)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not toml", ["own.toml: not TOML"]),
        (LISTING + 'colour = "red"\n', ["own.toml", "listing e", "/colour"]),
        (LISTING.replace('id = "e"\n', ""), ["listing number 1", "/id"]),
        (LISTING.replace('"e"', '"E e"'), ["listing E e", "/id"]),
        (LISTING.replace("organisation", "company"), ["listing e", "/kind"]),
        (LISTING.replace("en =", "english ="), ["listing e", "/name/english"]),
        (LISTING.replace('{ en = "Board of Tides" }', "{}"), ["listing e", "/name"]),
        (LISTING + 'contact_url = "javascript:alert(1)"\n', ["listing e", "/contact_url", "https://"]),
        (LISTING + 'campaign_url = "http://tides.example"\n', ["listing e", "/campaign_url", "https://"]),
        (LISTING + 'wikidata = "1065"\n', ["listing e", "/wikidata", "Q"]),
        (LISTING + 'until = "soon"\n', ["listing e", "/until"]),
        (LISTING + "since = 2026-01-02\nuntil = 2026-01-01\n", ["listing e", "until is before since"]),
        (LISTING + 'accountable = "yes"\n', ["listing e", "/accountable"]),
        (LISTING + "accountable = true\n", ["listing e", "add contact_url or campaign_url"]),
        (LISTING.replace("organisation", "place") + 'contact_url = "https://a.example"\naccountable = true\n',
         ["listing e", "a place answers no letter"]),
        (LISTING + 'also = { en = ["BT"] }\n', ["listing e", "BT (en)", "exact = true or needs"]),
        (LISTING + 'also = { fa = ["آب"] }\n', ["listing e", "آب (fa)", "needs"]),
        (LISTING + 'also = { en = [{ text = "BT", exct = true }] }\n', ["listing e", "/also/en/0", "exct"]),
        (LISTING + LISTING, ["listing e", "/id", "given twice"]),
        (LISTING + LISTING.replace('"e"', '"f"'), ["listings e and f", "board of tides", "rename one"]),
        ('without = ["x"]\n' + LISTING, ["without", 'builds_on = "shipped"']),
        ('builds_on = "ours"\n' + LISTING, ["/builds_on"]),
    ],
)  # fmt: skip
def test_a_wrong_gazetteer_is_refused_by_file_entry_field_and_what_to_change(text: str, told: list[str]) -> None:
    message = refusal(text)

    assert [part for part in ["own.toml", *told] if part not in message] == [], message


def test_a_newsroom_builds_on_what_is_shipped_replaces_and_leaves_out() -> None:
    shipped = (
        LISTING
        + LISTING.replace('"e"', '"f"').replace("Tides", "Winds")
        + LISTING.replace('"e"', '"g"').replace("Tides", "Rain")
    )
    own = 'builds_on = "shipped"\nwithout = ["g"]\n' + LISTING.replace("Tides", "Waves")

    made = gazetteer(own.encode(), "own.toml", shipped.encode())

    assert {id_: listing.name["en"] for id_, listing in made.listings.items()} == {
        "f": "Board of Winds", "e": "Board of Waves",
    }  # fmt: skip
    assert "h, which is not shipped" in refusal('builds_on = "shipped"\nwithout = ["h"]\n', shipped)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Ada Linden’s letter to the Ministry of Water.", "en", {"ada-linden": 1, "water-ministry": 1}),
        ("ADA LINDEN and the ministry  of\nwater", "en", {"ada-linden": 1, "water-ministry": 1}),
        ("The Mayor of Verne left Verne. Verne stayed.", "en", {"mayor-of-verne": 1, "verne": 2}),
        ("Vernean boats of Converne", "en", {}),
        ("HBV answered; hbv did not, nor did HBVs.", "en", {"harbour-board": 1}),
        ("ALL ABOUT HBV", "en", {}),
        ("The RC won the cup.", "en", {}),
        ("The RC, said a judge, will sit.", "en", {"river-court": 1}),
        ("The River Court met. The RC adjourned.", "en", {"river-court": 2}),
        ("“HBV”, (HBV) — H.B.V. and HBV’s", "en", {"harbour-board": 3}),
        ("@verne #Verne", "en", {"verne": 2}),
        ("Verne/" * 30, "en", {}),
        ("write to office@verne.example or see https://verne.example/Verne now", "en", {}),
        ("شهردار ورنه و ورنه‌ای‌ها", "fa", {"mayor-of-verne": 1, "verne": 1}),
        ("ورنه‌نشینان و ورنهیها", "fa", {}),
        ("دیوان رودهای ما، دیوان رودهایی", "fa", {"river-court": 1}),
        ("هیئتِ بندرِ ورنه", "fa", {"harbour-board": 1}),
        ("هیأت بندر ورنه", "fa", {"harbour-board": 1}),
        ("وزارت آب‌ها", "fa", {"water-ministry": 1}),
        ("ووزارة المياه وبوزارة المياه ولوزارة المياة", "ar", {"water-ministry": 3}),
        ("بمحكمه الانهار", "ar", {"river-court": 1}),
        ("Ada Linden در ورنه", "fa", {"ada-linden": 1, "verne": 1}),
        ("Ada Linden and ورنه and فيرن", "und", {"ada-linden": 1, "verne": 2}),
        ("شهردار ورنه", "prs", {"mayor-of-verne": 1}),
        ("شهردار ورنه", "en", {}),
    ],
)
def test_names_are_whole_however_their_language_joins_things_to_them(
    text: str, language: str, found: dict[str, int]
) -> None:
    assert named(text, language) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("a@", {}), ("a@a.", {}), ("://", {}), ("HBV/", {}), ("HBV a ", {"harbour-board": 50_000}), ("ورنه", {}),
     ("ورنه\u200cها ", {"verne": 50_000}), ("وفيرن ", {"verne": 50_000}), ("a \u0301", {})],
)  # fmt: skip
def test_a_text_made_to_hold_it_up_is_read_to_its_end(text: str, found: dict[str, int]) -> None:
    protected = [f"Name {n} of Somebody" for n in range(200)]

    assert named(text * 50_000, "und", *protected) == found


def test_a_name_does_not_reach_over_the_end_of_a_paragraph() -> None:
    assert not GAZETTEER.find(["the River", "Court of tennis"], "en")


@pytest.mark.parametrize(
    ("text", "language", "protected", "found"),
    [
        ("Ada Linden of Verne", "en", "ada linden", {"verne": 1}),
        ("Ada Linden of Verne", "en", "Linden", {"verne": 1}),
        ("آدا لیندن در ورنه", "fa", "آدا‌لیندن", {"verne": 1}),
        ("آدا لیندن در ورنه", "fa", "Ada Linden", {"verne": 1}),
        ("The Mayor of Verne", "en", "Mayor of Verne", {}),
        ("Anna Verne spoke in Verne", "en", "Anna Verne", {"verne": 1}),
        ("AnnaVerne, ANNA  VERNE's friend", "en", "Anna Verne", {}),
        ("A letter from Verne", "en", "Mira", {"verne": 1}),
        ("A letter from Verne", "en", "…", {"verne": 1}),
    ],
)
def test_no_protected_name_is_found_and_none_is_taken_for_a_part_of_another(
    text: str, language: str, protected: str, found: dict[str, int]
) -> None:
    assert named(text, language, protected) == found


def test_the_most_mentioned_come_first_then_in_the_order_of_the_text() -> None:
    found = GAZETTEER.find(["River Court", "Verne, Ada Linden, and Verne"], "en")

    assert [one.listing.id for one in found] == ["verne", "river-court", "ada-linden"]
