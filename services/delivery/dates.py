"""Dates and numbers in the reader's own form; the machine-readable form beside them stays Gregorian."""

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from persiantools.jdatetime import JalaliDate

from shared.catalogues import Plural
from shared.model import primary

_DIGITS = {
    "fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
    "ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
}


def shown_number(number: int, language: str) -> str:
    """``۱۲`` in Persian, ``١٢`` in Arabic."""
    return str(number).translate(_DIGITS.get(primary(language), {}))


def counted(number: int, message: Plural, language: str) -> str:
    """The message about that many, with the number in the reader's digits."""
    return message.of(number).replace("{n}", shown_number(number, language))


def shown_date(moment: datetime, language: str) -> str:
    """The day it was where the newsroom is, as its offset says. Persian readers count years by the sun (Jalali).

    A day that a calendar does not reach is shown as ISO 8601 writes it: no date is worth a page that never comes.
    """
    try:
        return _in_words(moment.date(), primary(language))
    except (ValueError, OverflowError):
        return moment.date().isoformat()


def _in_words(day: date, spoken: str) -> str:
    if spoken == "fa":
        jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
        shown = f"{jalali.day} {jalali.strftime('%B %Y', locale='fa')}"
        return shown.translate(_DIGITS["fa"])
    try:
        locale = Locale.parse("en_GB" if spoken == "en" else spoken)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en_GB")
    return format_date(day, "long", locale=locale).translate(_DIGITS.get(spoken, {}))
