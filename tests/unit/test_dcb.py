"""Brotli with a dictionary, there and back; and what may be in a dictionary."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.delivery.renditions.light import LIGHT
from shared import dcb
from shared.dictionary import MAX_BYTES, NAME, build, name_of
from tests.contract.rendition_pages import make_page
from tests.stories import stories

DICTIONARY = b"The newsroom has taken it back. Please do not quote or share copies of it. " * 20


@given(some.binary(max_size=3_000))
def test_what_is_compressed_comes_back(body: bytes) -> None:
    assert dcb.decompress(dcb.compress(body, DICTIONARY), DICTIONARY, len(body) or 1) == body


def test_a_body_begins_with_its_mark_and_its_dictionary_and_costs_little_of_what_both_have() -> None:
    content = dcb.compress(DICTIONARY, DICTIONARY)

    assert content[:36] == b"\xff\x44\x43\x42" + sha256(DICTIONARY).digest()
    assert len(content) < 60


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (b"", 100),
        (dcb.compress(b"words", b"another dictionary"), 100),
        (dcb.compress(b"words" * 50, DICTIONARY)[:-3], 1_000),
        (dcb.compress(b"words" * 50, DICTIONARY), 20),
        (dcb.head(DICTIONARY) + b"\xff" * 40, 1_000),
    ],
    ids=["nothing", "another dictionary", "cut off", "more than allowed", "garbage"],
)
def test_anything_else_is_refused(content: bytes, limit: int) -> None:
    with pytest.raises(ValueError, match=r"dictionary|brotli"):
        dcb.decompress(content, DICTIONARY, limit)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_dictionary_holds_nothing_that_only_two_stories_say(language: str) -> None:
    secret = "Zahra Quillfeather of Unit 731 said so"
    pages = [LIGHT.render(page) for page in stories(language, 12)]
    pages += [LIGHT.render(make_page(language, body_html=f"<p>{secret}</p>", headline=f"One {n}")) for n in range(2)]

    made = build(pages).decode()

    assert 1_000 < len(made.encode()) <= MAX_BYTES
    assert not [word for word in secret.split() if len(word) > 5 and word in made]
    assert "base64" not in made


def test_of_three_that_say_it_it_may_hold_it() -> None:
    pages = [f"<p>Story {n}</p><p>The same paragraph stands in all of them.</p>" for n in range(3)]

    assert b"The same paragraph stands in all of them." in build(pages)
    assert build(pages[:2]) == b""


def test_a_dictionary_is_the_same_whatever_the_order_and_named_by_what_it_holds() -> None:
    pages = [LIGHT.render(page) for page in stories("en", 6)]

    made = build(pages)

    assert made == build(pages[::-1])
    named = NAME.fullmatch(name_of(made, "en", "2026-11"))
    assert named
    assert named.groups() == ("en", "2026-11", sha256(made).hexdigest()[:8])
