"""Copies of one report name each other while both are shown."""

from typing import Any

import pytest

from services.delivery.house import House
from shared.articles import Change
from shared.document import StoryDocument
from shared.events import ArticleModerated
from tests.unit.delivery_stories import Desk, around, moderated
from tests.unit.related_desk import TEXT, about, page, settle, state


def test_copies_name_each_other_apart_from_the_related_and_both_stay() -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("other"))
    settle(desk)

    desk.article(about("a2", words=[*TEXT[20:], *(f"more{number}" for number in range(40))]))
    rendered = settle(desk)

    assert rendered.count(around("updated")) <= 2
    for one, other in (("a1", "a2"), ("a2", "a1")):
        assert f"The same report: <a href={chr(34)}" in page(desk, one)
        assert "The same report" in page(desk, one, "light")
        assert page(desk, one).count(f"On {other}") == 1
    assert "The same report" not in page(desk, "other")


@pytest.mark.parametrize(
    "withdrawal",
    [moderated(2, Change.KILLED), moderated(2, Change.WITHHELD), about("a1", revision=2, words=[*"abcdefgh"] * 9)],
    ids=["killed", "withheld", "rewritten"],
)
def test_a_copy_that_is_one_no_more_is_not_named(withdrawal: ArticleModerated) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("a2", words=TEXT))
    settle(desk)
    assert "The same report" in page(desk, "a2")

    desk.article(withdrawal)
    settle(desk)

    assert "The same report" not in page(desk, "a2") + page(desk, "a2", "light")
    assert not state(desk, "a2").same


def test_apps_are_told_of_copies_apart_from_the_related() -> None:
    desk = Desk(house=House(renditions=("json", "gemtext")))
    desk.article(about("a1", words=TEXT, section="News"))
    desk.article(about("other"))
    desk.article(about("a2", words=TEXT))

    document = StoryDocument.model_validate_json(page(desk, "a2", "json"))

    assert [one.id for one in document.same_story] == ["a1"]
    assert document.same_story[0].section == "News"
    assert [one.id for one in document.related] == ["other"]
    assert "## The same report" in page(desk, "a2", "gemtext")


@pytest.mark.parametrize(("language", "words"), [("fa", "همین گزارش"), ("ar", "التقرير نفسه")])
def test_a_copy_is_named_in_the_words_of_the_page(language: str, words: str) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT, language=language))
    desk.article(about("a2", words=TEXT, language=language))

    assert f"{words}: <a" in page(desk, "a2")
    assert f"{words}: <a" in page(desk, "a2", "light")


@pytest.mark.parametrize("fields", [{"supersedes": "a1"}, {"translation_of": "a1"}])
def test_what_replaces_or_translates_a_story_is_no_copy_of_it(fields: dict[str, Any]) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("a2", words=TEXT, **fields))
    settle(desk)

    assert not state(desk, "a1").same
    assert not state(desk, "a2").same
