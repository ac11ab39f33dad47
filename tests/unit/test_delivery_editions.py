"""Editions of one story in several languages find each other, whatever order they come in."""

import json
import re
from datetime import timedelta

import pytest

from services.delivery.house import House
from shared.articles import Change
from shared.events import ArticleDue
from tests.unit.delivery_stories import NOON, Desk, moderated

SITE = "https://news.example"


def pages(desk: Desk, rendition: str = "full") -> dict[str, str]:
    """Article id → its newest page; nothing where it was withdrawn."""
    found = {fact.article_id: fact for fact in desk.told if fact.rendition == rendition}
    return {id_: fact.content or "" for id_, fact in found.items() if fact.headline}


def settled(desk: Desk) -> Desk:
    desk.ring()
    desk.later(5)
    desk.ring()
    return desk


def named(page: str) -> set[str]:
    """The languages its head names."""
    return set(re.findall(r'<link rel="alternate" hreflang="(\w+)"', page))


def family(*order: str) -> Desk:
    """An English original with editions in Persian and Arabic, in the order given."""
    desk = Desk(house=House(base_url=SITE, renditions=("full", "light", "json"), inline_bytes=64_000))
    for language in order:
        original = None if language == "en" else "en-1"
        desk.article(moderated(id=f"{language}-1", language=language, translation_of=original))
        settled(desk)
    return desk


@pytest.mark.parametrize("order", [("en", "fa", "ar"), ("fa", "ar", "en"), ("ar", "en", "fa")])
def test_editions_name_each_other_and_themselves(order: tuple[str, ...]) -> None:
    desk = family(*order)

    for page in pages(desk).values():
        assert named(page) == {"en", "fa", "ar"}
        assert page.count('hreflang="fa" href="https://news.example/fa/water-') == 1
    for page in pages(desk, "light").values():
        assert len(re.findall(r'href="\.\./\.\./\w\w/light/[0-9a-f]{10}\.html" hreflang', page)) == 2
    for body in pages(desk, "json").values():
        assert len(json.loads(body)["editions"]) == 2


def test_a_story_told_in_one_language_names_none_and_rings_no_alarm() -> None:
    desk = Desk(house=House(renditions=("full",), inline_bytes=64_000))

    desk.article(moderated())

    assert not named(pages(desk)["a1"])
    assert not desk.alarms


@pytest.mark.parametrize(
    "withdrawal",
    [
        moderated(2, Change.KILLED, id="fa-1"),
        moderated(2, Change.UPDATED, id="fa-1", language="fa", translation_of="en-1",
                  embargoed_until=NOON + timedelta(days=1)),
        moderated(2, Change.UPDATED, id="fa-1", language="fa", translation_of="another"),
    ],
    ids=["killed", "held again", "never was a translation of it"],
)  # fmt: skip
def test_an_edition_that_is_gone_is_named_no_more(withdrawal: object) -> None:
    desk = family("en", "fa", "ar")

    desk.article(withdrawal)  # type: ignore[arg-type]
    settled(desk)

    assert {id_: named(page) for id_, page in pages(desk).items() if id_ != "fa-1"} == {
        "en-1": {"en", "ar"}, "ar-1": {"en", "ar"},
    }  # fmt: skip


def test_a_page_rendered_while_an_edition_was_withdrawn_is_put_right() -> None:
    desk = family("en", "fa")
    stale = dict(desk.lists["editions:en-1"])
    desk.article(moderated(2, Change.KILLED, id="fa-1"))
    after = dict(desk.lists["editions:en-1"])

    # Arabic read the list a moment before the kill took Persian off it.
    desk.lists["editions:en-1"] = stale
    desk.article(moderated(id="ar-1", language="ar", translation_of="en-1"))
    for member in stale.keys() - after.keys():
        desk.lists["editions:en-1"].pop(member, None)
    settled(desk)

    assert named(pages(desk)["ar-1"]) == {"en", "ar"}


def test_of_two_editions_in_one_language_the_newer_is_named() -> None:
    desk = family("en", "fa")

    desk.article(
        moderated(id="fa-2", language="fa", translation_of="en-1", published_at=NOON + timedelta(hours=1), headline="B")
    )
    settled(desk)

    newest = [line for line in pages(desk)["en-1"].splitlines() if 'rel="alternate" hreflang="fa"' in line]
    assert len(newest) == 1
    assert pages(desk)["fa-2"].count('hreflang="fa"') == 1


def test_an_update_leaves_the_editions_as_they_are() -> None:
    desk = family("en", "fa")

    desk.article(moderated(2, Change.UPDATED, id="en-1", headline="Water is back"))

    assert not [due for _, due in desk.alarms if isinstance(due, ArticleDue) and due.edition_of]
    assert named(pages(desk)["en-1"]) == {"en", "fa"}
