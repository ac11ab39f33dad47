"""Copies of one report are told from other reports."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.delivery.near import SAME, alike, bands_of, is_copy, sketch_of
from services.delivery.recent import Recent
from services.enrichment.draft import Draft, House
from services.enrichment.folded import words_of
from services.enrichment.steps.fingerprint import HASHES, codes_of, fingerprint, minhash
from shared.articles import Direction, Enrichment
from tests.builders import article
from tests.stories import sentences
from tests.unit.delivery_stories import NOON

LANGUAGES = ("en", "fa")
SEEDS = range(12)
BOILERPLATE = (
    "This desk takes no money from governments. Readers pay for it, and anybody may print its stories with the name of "
    "the desk and without changes."
)


def made(language: str, seed: int, words: int = 600) -> list[str]:
    """A paragraph a sentence; the words are everybody's, their order is not."""
    return sentences(language, words, random.Random(f"{language} {seed}"))


def printed(paragraphs: list[str]) -> str:
    return fingerprint(Draft(article=article(), slug="s", paragraphs=tuple(paragraphs)), House()).fingerprint


def listed(id_: str, paragraphs: list[str], **fields: str) -> Recent:
    sketch = sketch_of(printed(paragraphs))
    return Recent(
        id=id_, language="en", headline=id_, place=f"en/{id_}", published_at=NOON, reading_minutes=1, sketch=sketch,
        **fields,
    )  # fmt: skip


def bands(paragraphs: list[str], language: str = "en") -> set[str]:
    enrichment = Enrichment(
        language=language, direction=Direction.LTR, word_count=1, reading_minutes=1, teaser="", slug="s",
        fingerprint=printed(paragraphs),
    )  # fmt: skip
    return set(bands_of(enrichment))


COPIES = {
    "another lead": lambda text, other: [other[0], *text[1:]],
    "a lead added": lambda text, other: [other[0], *text],
    "a byline added": lambda text, _: ["By our correspondent, with reports of two agencies", *text],
    "the last third cut": lambda text, _: text[: -len(text) // 3],
    "a lead added and the last quarter cut": lambda text, other: [other[0], *text[: -len(text) // 4]],
    "boilerplate added": lambda text, _: [*text, BOILERPLATE],
    "typed in another way": lambda text, _: [" ".join(one.upper().split()).replace(".", " …") for one in text],
    "two paragraphs swapped": lambda text, _: [text[1], text[0], *text[2:]],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_and_recognised_however_a_desk_has_changed_it(change: object, language: str) -> None:
    for seed in SEEDS:
        text, other = made(language, seed), made(language, seed + 1_000)

        copy = change(text, other)  # type: ignore[operator]

        assert bands(text) & bands(copy), seed
        assert is_copy(listed("a", text), listed("b", copy)), seed


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_reports_in_the_same_words_are_not_copies(language: str) -> None:
    for seed in SEEDS:
        # A chain over one small vocabulary: alike in their words as stories on one topic seldom are.
        assert alike(sketch_of(printed(made(language, seed))), sketch_of(printed(made(language, seed + 50)))) < SAME / 2


def test_a_report_that_quotes_a_quarter_of_another_is_not_a_copy() -> None:
    for seed in SEEDS:
        text, other = made("en", seed), made("en", seed + 1_000)

        quoting = [*other[: -len(other) // 4], *text[: len(text) // 4]]

        assert not is_copy(listed("a", text), listed("b", quoting)), seed


def test_short_reports_under_one_boilerplate_are_not_copies() -> None:
    for seed in SEEDS:
        one, other = made("en", seed, 60), made("en", seed + 1_000, 60)

        assert not is_copy(listed("a", [*one, BOILERPLATE]), listed("b", [*other, BOILERPLATE])), seed


def test_a_notice_too_short_to_tell_has_no_fingerprint_and_no_copies() -> None:
    short = ["The office is closed on Monday."]

    assert printed(short) == ""
    assert not bands(short)
    assert not is_copy(listed("a", short), listed("b", short))


def test_copies_meet_only_in_their_language() -> None:
    text = made("en", 1)

    assert not bands(text, "en") & bands(text, "fa")
    assert bands(text, "fa") == bands(text, "prs")


@pytest.mark.parametrize("fields", [{"supersedes": "a"}, {"translation_of": "a"}])
def test_an_edition_and_a_replacement_are_not_copies(fields: dict[str, str]) -> None:
    text = made("en", 1)
    one, other = listed("a", text), listed("b", text, **fields)

    assert not is_copy(one, other)
    assert not is_copy(other, one)


def test_a_fingerprint_is_the_same_in_every_release() -> None:
    words = [f"word{number}" for number in range(60)]

    found = minhash([*map(codes_of, words)])

    # What stands in Redis was written by an earlier release: other values would find no copy of it.
    assert [f"{value:08x}" for value in found[:6]] == GOLDEN


GOLDEN = ["60097c85", "0656d93b", "60097c85", "0da853e7", "10b7d4c4", "74ef6411"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(100, 400), st.integers(0, 9))
def test_the_estimate_is_near_the_truth(left: int, right: int, both: int, seed: int) -> None:
    common = [f"c{seed}x{n}" for n in range(both)]
    one, other = (common + [f"{side}{seed}x{n}" for n in range(own)] for side, own in (("l", left), ("r", right)))
    shingles = [set(zip(words, words[1:], words[2:], strict=False)) for words in (one, other)]
    truth = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])

    agree = (
        sum(a == b for a, b in zip(minhash([*map(codes_of, one)]), minhash([*map(codes_of, other)]), strict=True))
        / HASHES
    )

    # Five standard deviations of 64 values.
    assert abs(agree - truth) < 0.32


def test_folding_makes_one_text_of_many_ways_to_type_it() -> None:
    assert words_of("Re-opened,كتاب") == ("re", "opened", "کتاب")
