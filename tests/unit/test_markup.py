"""A short text must not become millions of elements, and no ordinary one is touched."""

import pytest

from services.ingest.adapters.text import text_of
from services.ingest.markup import MAX_TAGS, Unreadable, tame
from services.ingest.sanitise import clean_html

LEFT_OPEN = "<p>" + "".join(f"<b {n:x}>" for n in range(1_000)) + "<p>x" * 1_000
"""11 KB, which were 7 MB once they were parsed, and more than a gigabyte when six times as long."""


def test_formatting_that_was_left_open_is_not_opened_again_a_thousand_times() -> None:
    cleaned = clean_html(LEFT_OPEN)

    assert cleaned.count("<b>") < 4 * 1_001
    assert cleaned.count("x") == 1_000
    assert text_of(LEFT_OPEN).count("x") == 1_000


@pytest.mark.parametrize("end", ["x='{n}>'>", '/x="<{n}">'])
def test_attributes_that_hide_brackets_are_refused_where_they_could_grow(end: str) -> None:
    html = "<p>" + "".join("<b " + end.format(n=n) for n in range(2_000)) + "<p>x" * 1_000

    try:
        tamed = tame(html)
    except Unreadable as error:
        assert "send simpler markup" in str(error)  # noqa: PT017 - one of two answers there are
    else:
        assert clean_html(tamed).count("<b>") < 2_001 + 4 * 1_001


def test_what_editors_write_stays_as_it_is() -> None:
    html = '<p><b style="font-weight:400" lang="fa">پل</b> <a href="https://a.example/1">one</a></p>' * 200

    assert tame(html) is html
    assert clean_html(html).count('lang="fa"') == 200


def test_too_many_tags_are_refused_and_have_no_words() -> None:
    with pytest.raises(Unreadable, match="more than 20000 tags"):
        tame("<i>" * (MAX_TAGS + 1))

    assert text_of("<i>x" * (MAX_TAGS + 1)) == ""
