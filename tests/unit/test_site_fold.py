"""Search takes for one word what readers take for one word."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.site.fold import fold, query_of


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("علي", "علی"),
        ("كتاب", "کتاب"),
        ("می‌رود", "میرود"),
        ("خانهٔ", "خانه"),
        ("خانۀ", "خانه"),
        ("آزادي", "ازادی"),
        ("مُعَلِّم", "معلم"),
        ("مـعـلـم", "معلم"),
        ("۱۴۰۵", "1405"),
        ("٢٠٢٦", "2026"),
        ("ﻻزم", "لازم"),
        ("Élysée", "elysee"),
        ("STRASSE", "straße"),
        ("مسئول", "مسیول"),
        ("مؤسسة", "موسسه"),
    ],
)
def test_one_word_typed_in_two_ways_is_one_word(typed: str, printed: str) -> None:
    assert fold(typed) == fold(printed)


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("بار", "یار", "تار", "کار", "bar", "car")}) == 6


@given(some.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(some.text(max_size=60))
def test_whatever_is_typed_is_a_question_sqlite_can_answer(text: str) -> None:
    query = query_of(text)

    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE search USING fts5 (title)")
        db.execute("SELECT * FROM search WHERE search MATCH ?", (query or '"a"',)).fetchall()


@pytest.mark.parametrize("asked", ["", "  ", "*", '"', "--", "()"])
def test_what_has_no_word_asks_nothing(asked: str) -> None:
    assert query_of(asked) is None


def test_the_last_word_may_be_unfinished() -> None:
    assert query_of("Water OR rain") == '"water" "or" "rain"*'
