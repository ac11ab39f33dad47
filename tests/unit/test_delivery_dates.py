"""Dates as readers see them, up to the ends of the calendar."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.delivery.dates import shown_date
from services.delivery.typeset import iso_utc

FIRST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3, minutes=30)))
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-5)))


@pytest.mark.parametrize("language", ["en", "fa", "ar", "und"])
@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_no_date_stops_a_page(moment: datetime, language: str) -> None:
    shown = shown_date(moment, language)

    assert shown
    assert iso_utc(moment)


def test_a_day_before_the_solar_calendar_is_shown_as_iso() -> None:
    assert shown_date(FIRST, "fa") == "0001-01-01"


def test_a_moment_that_utc_does_not_reach_keeps_its_offset() -> None:
    assert iso_utc(FIRST) == "0001-01-01T00:00:00+03:30"


def test_a_day_of_ours_is_shown_in_words() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert [shown_date(noon, language) for language in ("en", "fa")] == ["23 November 2026", "۲ آذر ۱۴۰۵"]
