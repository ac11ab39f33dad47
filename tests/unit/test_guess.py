"""Words in disguise are held for a person; words that only look alike are left alone."""

import pytest

from services.moderation.guess import readings
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from shared.comments import Author, Comment, CommentFacts, Decision, Verdict
from shared.events import CommentEnriched
from tests.builders import NOW

RULES = load()


def decided(body: str, language: str = "en") -> Decision:
    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="Ada"), body=body, created_at=NOW)
    facts = CommentFacts(language=language, words=len(body.split()))
    return moderate(
        CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=facts), RULES, NOW
    )


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("1d10t", "en"), ("!d!ot", "en"), ("id!ot", "en"), ("idi0t", "en"), ("i d i o t", "en"),
        ("I. D. I. O. T", "en"), ("i-d-i-o-t", "en"), ("idiooooot", "en"), ("iiiidiot", "en"), ("ídïöt", "en"),
        ("іdіоt", "en"), ("m0r0n", "en"), ("moooron", "en"), ("m.o.r.o.n", "en"), ("ا ح م ق", "fa"),
        ("احمممممق", "fa"), ("أحمق", "fa"), ("ا.ح.م.ق", "fa"), ("خاین", "fa"),
    ],
)  # fmt: skip
def test_a_word_in_disguise_is_held_at_its_place(written: str, language: str) -> None:
    body = f"{'You are an' if language == 'en' else 'تو'} {written} {'sir' if language == 'en' else 'هستی'}"

    decision = decided(body, language)

    assert decision.verdict is Verdict.HOLD
    (word, *_) = [one for hit in decision.hits for one in hit.evidence if one.check == "words"]
    assert word.span
    assert body[word.span.start : word.span.end].strip(" .") == written.strip(" .")


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("In 2024 there were 1,000 of them; 10th of June, 3rd time, 5 km, 4x4, H2O, G7, B1 and A1.", "en"),
        ("A B C of it: e. g. this, i. e. that; p. s. I love you", "en"),
        ("Mr. J. R. R. Tolkien and O. J. S. came", "en"),
        ("Sooo good, woooow, hmmm, yesss!!!", "en"), ("user@mail and @nadia said hi!", "en"), ("Wait!!! What?!", "en"),
        ("He wrote idiomatic English; the idiom is old", "en"), ("naïve café résumé Zoë", "en"),
        ("Scunthorpe, assassin, class, grass, and Moroni's neighbours", "en"),
        ("سلام و درود بر شما، ممنون از گزارش", "fa"), ("سال ۱۴۰۳ بیش از ۵۰۰ نفر در ق م ماندند", "fa"),
        ("نه هه هه، خوب بود", "fa"), ("آن‌ها خانه‌ای آباد داشتند", "fa"), ("مسئول و رئیس و مؤسس آمدند", "fa"),
    ],
)  # fmt: skip
def test_a_clean_sentence_passes(body: str, language: str) -> None:
    decision = decided(body, language)

    words = [one for hit in decision.hits for one in hit.evidence if one.check == "words"]
    assert words == []


def test_what_is_only_guessed_is_held_where_the_word_itself_is_rejected() -> None:
    plain, disguised = decided("همه‌شان را بکشید", "fa"), decided("ح ر ا م ز ا د ه", "fa")

    assert plain.verdict is Verdict.REJECT
    assert disguised.verdict is Verdict.HOLD
    assert {hit.rule for hit in disguised.hits} == {"dehumanising"}


def test_a_word_that_stands_there_is_not_guessed_too() -> None:
    (hit,) = decided("You idiot").hits

    assert [(one.level, one.term) for one in hit.evidence] == [(1, "idiot*")]


@pytest.mark.parametrize(
    "text",
    ["", " ", "a" * 5_000, "a " * 2_500, "!1" * 2_500, "@" * 5_000, "ا" * 5_000, "i\u0301" * 2_500, "0a" * 2_500],
)
def test_every_reading_knows_where_it_came_from(text: str) -> None:
    for reading in readings(text):
        assert len(reading.text) == len(reading.origin)
        assert list(reading.origin) == sorted(reading.origin)
        assert all(0 <= at < max(1, len(text)) for at in reading.origin)
