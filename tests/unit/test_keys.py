"""Keys stay readable, and no id from outside can break out of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.keys import DATA_KEY, Keys, escape

text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=512)


@pytest.mark.parametrize("id_", ["a-1", "urn:newsml:desk.example:20261123:bridge", "desk/2026/11/23", "42@desk"])
def test_a_plain_id_stays_readable(id_: str) -> None:
    assert escape(id_) == id_


@pytest.mark.parametrize("id_", ["{x}", "a}", "}{", "{lightwire:3}"])
def test_a_brace_in_an_id_cannot_move_a_key(id_: str) -> None:
    key = Keys().order("ingest", id_)

    assert not set("{}") & set(key)


@pytest.mark.parametrize("id_", ["a b", "a\n", "\n", "a\x00", "a*", "خبر", "x" * 201, "~"])
def test_an_id_that_has_no_business_in_a_key_becomes_its_digest(id_: str) -> None:
    escaped = escape(id_)

    assert len(escaped) == 65
    assert escaped.startswith("~")


@given(one=text, other=text)
def test_two_ids_never_share_a_key(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


@given(id_=text)
def test_an_escaped_id_is_its_own_kind_and_never_an_id_that_was_sent(id_: str) -> None:
    assert escape(escape(id_)) != escape(id_) or escape(id_) == id_


def test_every_key_begins_with_the_prefix_and_a_colon() -> None:
    keys = Keys("desk")

    made = (
        keys.key("articles.due"), keys.dead("ingest"), keys.due("g", "s"), keys.why("g", "s"), keys.later("s"),
        keys.order("s", "e"), keys.worker("s", "c"),
    )  # fmt: skip

    assert all(key.startswith("desk:") for key in made)
    assert len(set(made)) == len(made)


def test_the_name_of_a_key_is_what_it_was_made_of() -> None:
    keys = Keys("desk")

    assert keys.name(keys.key("renditions.light")) == "renditions.light"
    assert keys.name("other:renditions.light") == "other:renditions.light"


@pytest.mark.parametrize("name", ["data:" + "A" * 64, "data:" + "0" * 63, "data:" + "0" * 64 + "\n", "article:a-1"])
def test_only_a_digest_names_data_that_travels_by_reference(name: str) -> None:
    assert not DATA_KEY.fullmatch(name)
    assert DATA_KEY.fullmatch("data:" + "0" * 64)
