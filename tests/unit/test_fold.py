"""Folding in runs, which is quick, says what folding letter by letter says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.moderation.guess import readings
from shared.fold import Folded, Letters, _clusters, _folded, fold

# What is awkward comes often: joiners, marks, ligatures, signs that fold to several letters or to spaces.
AWKWARD = st.text(
    st.sampled_from("aé ß…½ﷲﬁ\u200c\u0301\u0653\u064e\u0640\0\1\2\x1f\u00ad۱ي !1@ـآ\n\u3000ﾞ각ᄀ\ufe0f😀"), max_size=40
)


def letter_by_letter(text: str) -> Folded:
    """The same as one would write it first."""
    folded, origin = "", []
    for position, cluster in _clusters(text):
        for letter in _folded(cluster):
            if letter != " " or folded[-1:] not in {"", " "}:
                folded += letter
                origin.append(position)
    return Folded(folded, tuple(origin))


@given(st.one_of(st.text(max_size=60), AWKWARD))
@example("")
@example("\0 \1\2")
@example(" … a…b ½ ")
@example("ﷲ\u200cﷲ")
@example("\u200c\u0301a\u200c\u0301\u200c e\u0301\u0301\u200cb ½\u0301 \u0301")
def test_in_runs_or_letter_by_letter_is_the_same(text: str) -> None:
    folded = fold(text)

    assert folded == letter_by_letter(text)
    assert len(folded.text) == len(folded.origin)


@given(AWKWARD)
def test_a_folded_text_at_hand_is_read_as_if_it_were_folded_again(text: str) -> None:
    assert list(readings(text, fold(text))) == list(readings(text))


def test_rare_characters_do_not_fill_memory() -> None:
    letters = Letters(str.upper)

    "".join(map(chr, range(0x4E00, 0x4E00 + Letters.MOST + 10))).translate(letters)

    assert len(letters) <= Letters.MOST
    assert "a".translate(letters) == "A"


@pytest.mark.parametrize("text", ["a" * 5_000, "ab " * 1_600, "é" * 2_000])
def test_every_letter_knows_its_place(text: str) -> None:
    folded = fold(text)

    assert "".join(text[at] for at in folded.origin) == text.rstrip() + (" " if text.endswith(" ") else "")
