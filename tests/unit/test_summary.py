"""A summary is a story's own sentences, whole and in their order."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.enrichment.sentences import sentences
from tests.builders import article

HOUSE = House()

FLOOD = (
    "<p>The river broke the Arden dam on Monday and flooded four villages below it.</p>"
    "<h2>What the water took</h2>"
    "<p>It was cold. Rescuers in boats took ninety people from the roofs of the flooded villages before night fell. "
    "A shopkeeper sold umbrellas near the station, as he does every autumn.</p>"
    "<p>The dam had been reported as unsafe twice, and the water board had put off its repair until spring.</p>"
    "<figure><figcaption>A boat in the main street of a flooded village on Monday evening.</figcaption></figure>"
)


def summary(body: str, house: House = HOUSE, **fields: Any) -> str:
    return enrich(article(body_html=body, **fields), house).summary


def test_it_tells_the_news_and_leaves_out_what_is_beside_it() -> None:
    told = summary(FLOOD, headline="Arden dam breaks and floods villages", language="en")

    assert told == (
        "The river broke the Arden dam on Monday and flooded four villages below it. "
        "Rescuers in boats took ninety people from the roofs of the flooded villages before night fell. "
        "The dam had been reported as unsafe twice, and the water board had put off its repair until spring."
    )


def test_headings_and_captions_are_no_part_of_it() -> None:
    told = summary(FLOOD, language="en")

    assert "What the water took" not in told
    assert "A boat in the main street" not in told


def test_a_persian_summary_keeps_its_joiners_and_marks() -> None:
    first = "رودخانه شب گذشته سد روستای سبزدشت را شکست و چهار روستا را آب گرفت."
    aside = "هوا سرد بود."
    last = "اهالی می‌گویند دو بار دربارهٔ سد هشدار داده‌اند و شرکت آب تعمیرش را به بهار انداخته است."

    told = summary(f"<p>{first} {aside}</p><p>{last}</p>", headline="سد سبزدشت شکست", language="fa")

    assert told == f"{first} {last}"


def test_a_story_without_sentences_has_none() -> None:
    assert summary("<h2>Results</h2><table><tr><td>1</td><td>2</td></tr></table>") == ""


def test_a_sentence_that_does_not_fit_is_left_out_and_never_cut() -> None:
    long_one = "The board " + "and its many friends " * 30 + "met on Monday."
    short = "The board of the dam met in the town hall on Monday."

    assert summary(f"<p>{long_one}</p><p>{short}</p>", language="en") == short


words = st.sampled_from(
    ["آب", "می\u200cرود", "council", "said", "Dr.", "3.5", "«نه»", "met", "the", "سد", "e.g.", "“no”"]
)
ends = st.sampled_from([".", "?", "!", "؟", "…", '."', ""])
paragraphs = st.lists(
    st.lists(st.tuples(st.lists(words, min_size=1, max_size=14), ends), min_size=1, max_size=4), max_size=4
)


@given(paragraphs, st.integers(80, 400))
def test_every_sentence_of_it_stands_in_the_story_in_that_order(
    told: list[list[tuple[list[str], str]]], limit: int
) -> None:
    texts = [" ".join(" ".join(words) + end for words, end in paragraph) for paragraph in told]
    body = "".join(f"<p>{text}</p>" for text in texts)

    found = summary(body, House(summary_characters=limit), language="en")

    assert len(found) <= limit
    told_of = [sentence for text in texts for sentence in sentences(text)]
    assert any(found == " ".join(some) for count in range(4) for some in combinations(told_of, count))


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("One went. Two came.", ["One went.", "Two came."]),
        ("Dr. Rahimi met Mr. Brown. He left.", ["Dr. Rahimi met Mr. Brown.", "He left."]),
        ("آب رفت؟ بله. تمام", ["آب رفت؟", "بله.", "تمام"]),
        ('He said: "No." Then he left.', ['He said: "No."', "Then he left."]),
        ("It cost 3.5 million. Nobody paid.", ["It cost 3.5 million.", "Nobody paid."]),
        ("J. R. Smith came.", ["J. R. Smith came."]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, parted: list[str]) -> None:
    assert list(sentences(text)) == parted
