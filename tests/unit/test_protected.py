"""A name that must never leave is found however it is written, and clean words next to it are left alone."""

from collections.abc import Iterator

import pytest

from services.moderation.protected import PIECE, Protected, pieces

FARHADI, PERSIAN = "Reza Farhadi", "رضا فرهادی"


def found(text: str, *terms: str) -> list[str]:
    """What each name stands for in the original."""
    return [text[one.span.start : one.span.end] for one in Protected(terms).find(text)]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("Reza Farhadi", FARHADI), ("REZA  FARHADI", FARHADI), ("#RezaFarhadi", FARHADI), ("reza_farhadi.jpg", FARHADI),
        ("Farhadi, Reza", FARHADI), ("Reza\nFarhadi", FARHADI), ("R e z a  F a r h a d i", FARHADI),
        ("R3za F@rhadi", FARHADI), ("Rézа Farhаdi", FARHADI), ("the Reza Farhadis", FARHADI),
        ("Rezaa-Farhadi", "Rezaa Farhadi"), ("Farhadi Reza Mohammad", "Reza Mohammad Farhadi"),
        ("Rene Dupont", "René Dupont"), ("Farhadi & Sons", "Farhadi & Sons"),
        ("رضا فرهادی‌ها", PERSIAN), ("رضا فرهادی‌اش", PERSIAN), ("ورضا فرهادی", PERSIAN), ("رضـا فرهادى", PERSIAN),
        ("فرهادی، رضا", PERSIAN), ("رضا‌فرهادی", PERSIAN), ("بهادرضا فرهادیان", PERSIAN),
        ("so says Ali.", "Ali"), ("我是王小明。", "王小明"), ("0912 345-6789", "09123456789"),
    ],
)  # fmt: skip
def test_it_is_found_however_it_is_written(written: str, term: str) -> None:
    assert found(f"And then {written} spoke", term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Alive and well in Alicante, at Ali-Abad's", "Alia"), ("از علیه او", "علی"), ("Farhadi spoke", FARHADI),
        ("It is from art and from artists", "Marta"), ("Reza and Sima Farhadi", FARHADI), ("", FARHADI),
        ("Anything", ""), ("Anything", "…"),
    ],
)  # fmt: skip
def test_what_is_not_the_name_is_left_alone(text: str, term: str) -> None:
    assert found(text, term) == []


def test_each_is_found_once_at_its_place() -> None:
    assert found("Reza Farhadi, and ورضا فرهادی again", FARHADI, PERSIAN) == ["Reza Farhadi", "رضا فرهادی"]


def boundaries() -> Iterator[int]:
    """Around where a long text is cut."""
    yield from range(PIECE - 16, PIECE + 16)
    yield from range(2 * PIECE - 16, 2 * PIECE + 16)


@pytest.mark.parametrize("filling", ["x", "x ", " ", "و ", "a\u0301"])
def test_it_is_found_wherever_a_long_text_is_cut(filling: str) -> None:
    for before in boundaries():
        text = (filling * before)[:before] + " Reza Farhadi " + filling * 40

        assert found(text, FARHADI) == ["Reza Farhadi"], before
        assert "".join(piece for _, piece in pieces(text)) == text
