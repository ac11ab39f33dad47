"""How a comment is written, for moderation; its words stay as they are."""

import pytest

from services.enrichment.draft import House
from services.enrichment.enrich import enrich_comment
from services.enrichment.wording import wording
from shared.comments import Author, Comment
from tests.builders import NOW


@pytest.mark.parametrize(
    ("text", "words"), [("one two", 2), ("می\u200cروم خانه", 2), ("— … !", 0), ("دو،سه", 1), ("a — b", 2)]
)
def test_words_are_counted_as_in_stories(text: str, words: int) -> None:
    assert wording(text).words == words


@pytest.mark.parametrize(("text", "share"), [("SHAME", 1.0), ("Shame", 0.2), ("شرم", 0.0), ("123 !", 0.0)])
def test_shouting_is_the_share_of_capitals_where_there_are_any(text: str, share: float) -> None:
    assert wording(text).upper == share


@pytest.mark.parametrize(("text", "run"), [("noooo!!", 4), ("آآآآآآب", 6), ("a    b", 1), ("", 0)])
def test_the_longest_run_of_one_letter_is_told(text: str, run: int) -> None:
    assert wording(text).longest_run == run


def test_what_hides_is_counted_and_what_spelling_needs_is_not() -> None:
    assert wording("می\u200cخواهم 👩\u200d🚀").invisible == 0
    assert wording("i\u200bd\u202ei\u00adot\ufeff").invisible == 4


def test_a_text_posted_again_in_disguise_folds_to_the_same_digest() -> None:
    one, again, other = "كتاب را بخوان!", "  کِتاب   را بـخوان ", "کتاب را نخوان"

    assert wording(one).folded_sha256 == wording(again).folded_sha256 != wording(other).folded_sha256


def test_the_facts_hold_all_of_it_and_the_comment_is_untouched() -> None:
    said = Comment(
        id="c", article_id="a", revision=1, author=Author(id="u", name="Ada"), body="See www.example.org NOW",
        created_at=NOW,
    )  # fmt: skip
    before = said.model_dump_json()

    facts = enrich_comment(said, House(), depth=2)

    assert facts is not None
    assert (facts.depth, facts.words, len(facts.links)) == (2, 3, 1)
    assert said.model_dump_json() == before
