"""Personal data is found wherever it stands in a comment, in Persian and Latin digits, and clean text is left alone."""

import phonenumbers
import pytest

from services.moderation.checks.personal import KINDS, personal
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from services.moderation.subject import Subject
from shared.comments import Author, Comment, CommentFacts, Verdict
from shared.events import CommentEnriched
from tests.builders import NOW

RULES = load()


def found(text: str) -> list[tuple[str | None, str]]:
    """Kind and the words it stands for, in the original."""
    told = personal(Subject(text, None, {}, {}, ("IR", "AF")))
    return [(one.kind, text[one.span.start : one.span.end]) for one in told if one.span]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("write to nadia.farrow+news@mail.example please", "email", "nadia.farrow+news@mail.example"),
        ("nadia [at] mail (dot) example", "email", "nadia [at] mail (dot) example"),
        ("nadia(at)mail.example", "email", "nadia(at)mail.example"),
        ("nadia at mail dot example", "email", "nadia at mail dot example"),
        ("ایمیلم nadia@mail.example است", "email", "nadia@mail.example"),
        ("call +93 70 123 4567 today", "phone", "+93 70 123 4567"),
        ("call +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("شماره‌ام ۰۹۱۲۳۴۵۶۷۸۹ است", "phone", "۰۹۱۲۳۴۵۶۷۸۹"),
        ("٠٩١٢٣٤٥٦٧٨٩", "phone", "٠٩١٢٣٤٥٦٧٨٩"),
        ("0912-345-6789", "phone", "0912-345-6789"),
        ("DE89 3704 0044 0532 0130 00", "account", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "account", "GB82WEST12345698765432"),
        ("IR06 2960 0000 0010 0324 2000 01", "account", "IR06 2960 0000 0010 0324 2000 01"),
        ("pay 4111 1111 1111 1111 now", "card", "4111 1111 1111 1111"),
        ("کارت ۶۰۳۷۹۹۱۱۹۹۵۰۰۵۹۰", "card", "۶۰۳۷۹۹۱۱۹۹۵۰۰۵۹۰"),
        ("کد ملی من ۰۰۸۴۵۷۵۹۴۸ است", "national-id", "۰۰۸۴۵۷۵۹۴۸"),
        ("his id is 008-457594-8", "national-id", "008-457594-8"),
        ("they are at 35.6892, 51.3890 now", "coordinates", "35.6892, 51.3890"),
        ("۳۵.۶۸۹۲، ۵۱.۳۸۹۰", "coordinates", "۳۵.۶۸۹۲، ۵۱.۳۸۹۰"),
        ("35°41′N 51°23′E", "coordinates", "35°41′N 51°23′E"),
    ],
)
def test_each_kind_is_found_at_its_place(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "In 2024 there were 1,234,567 of them, 12.5 % more.", "It opened on 2026-11-23 at 16:00.",
        "Meet at noon. Then we go.", "We met at home.He left.", "@nadia said so", "price: 4.500.000 toman",
        "در سال ۱۴۰۳ بیش از ۱۲۰۰۰۰۰ نفر آمدند", "from 1979 to 2026", "version 1.2.3.4", "ISBN 978-3-16-148410-0",
        "4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01", "0084575947", "1111111111", "91.0000, 200.000 people",
        "the 10:30, 11:30 and 12:30 trains", "page 12-13", "۱۲۳۴۵", "A1 and B2", "1 2 3 4 5 6 7 8 9",
    ],
)  # fmt: skip
def test_numbers_that_are_nobodys_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_several_are_found_each_once_in_their_order() -> None:
    told = found("a@b.example, 4111 1111 1111 1111, +93 70 123 4567")

    assert [kind for kind, _ in told] == ["email", "card", "phone"]


def test_a_decision_names_the_kind_and_the_place_and_never_the_value() -> None:
    comment = Comment(
        id="c", article_id="a", revision=1, author=Author(id="u", name="Ada"), created_at=NOW,
        body="Ask my source at +93 70 123 4567.",
    )  # fmt: skip
    enriched = CommentEnriched(
        comment_id="c", article_id="a", revision=1, comment=comment, facts=CommentFacts(language="en", words=7)
    )

    decision = moderate(enriched, RULES, NOW)

    assert (decision.verdict, decision.rule, decision.reason) == (Verdict.HOLD, "personal-data", "personal-data")
    assert "123" not in decision.model_dump_json()
    (hit,) = decision.hits
    assert hit.evidence[0].kind == "phone"


def test_the_policy_may_ask_for_every_kind_there_is() -> None:
    asked = {kind for rule in RULES.rules for kind in rule.when.personal or ()}

    assert asked == set(KINDS)


FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}


def test_no_way_to_write_a_number_is_passed_over_for_speed() -> None:
    """Each country's own examples, as its people write them, beside what the library finds without our shortcuts."""
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        for form in range(5):
            written = f"In 2019: {phonenumbers.format_number(number, form % 4)}, ask for Ada." if number else ""
            if form == 4:
                written = written.translate(FULL_WIDTH)
            found = [
                (one.start, one.end)
                for one in phonenumbers.PhoneNumberMatcher(written, region, leniency=phonenumbers.Leniency.VALID)
            ]

            spans = [
                (one.span.start, one.span.end)
                for one in personal(Subject(written, None, {}, phone_regions=(region,)))
                if one.kind == "phone" and one.span
            ]

            assert spans == found, (region, written)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹ ۲۴ ساعته", "۰۹۱۲ ۳۴۵ ۶۷۸۹"),
        ("call +93 70 123 4567 24/7", "+93 70 123 4567"),
        ("room 12 +93 70 123 4567 9-17h", "+93 70 123 4567"),
        ("0912 345 6789 2 pieces left", "0912 345 6789"),
    ],
)
def test_a_number_among_numbers_is_found(text: str, number: str) -> None:
    assert found(text) == [("phone", number)]


@pytest.mark.parametrize(
    "text",
    [
        "2019 2020 2021 2022", "1398 1399 14 15", "0.5 1.2 33.44 0.123 0.444 22", "10:00 11:00 12:00 09:30 2026-01-02",
        "2026-01-02 03:04:05", "0 1 2 3 4 5 6 7 8 9 10 11 12", "00:00:10 00:00:20", "0-0 1-0 2-1 3-3 0-2 4-1",
    ],
)  # fmt: skip
def test_numbers_that_nobody_dials_are_none(text: str) -> None:
    assert found(text) == []
