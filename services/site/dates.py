"""Dates and numbers in the reader's own form."""

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from persiantools.jdatetime import JalaliDate

from shared.catalogues import Plural

_DIGITS = {
    "fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
    "ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
}


def day(at: datetime, language: str, *, weekday: bool = False) -> str:
    """The day it was where the newsroom is, as the offset says; Jalali in Persian, for which Babel has no calendar."""
    date = at.date()
    if language == "fa":
        shown = _jalali(date, weekday=weekday)
    else:
        try:
            locale = Locale.parse("en_GB" if language == "en" else language)
        except (UnknownLocaleError, ValueError):
            locale = Locale.parse("en_GB")
        shown = format_date(date, "full" if weekday else "long", locale=locale)
    return shown.translate(_DIGITS.get(language, {}))


def _jalali(date: date, *, weekday: bool) -> str:
    try:
        jalali = JalaliDate(date)  # type: ignore[no-untyped-call]
        name = jalali.strftime("%A ", locale="fa") if weekday else ""
        return f"{name}{jalali.day} {jalali.strftime('%B %Y', locale='fa')}"
    except (ValueError, OverflowError, IndexError):
        # A day that calendar does not have, such as one before its first year: better the plain date than no page.
        return date.isoformat()


def number(n: int, language: str) -> str:
    """``۱۲`` in Persian, ``١٢`` in Arabic."""
    return str(n).translate(_DIGITS.get(language, {}))


def counted(n: int, message: Plural, language: str) -> str:
    """The message about that many, with the number in the reader's digits."""
    return message.of(n).replace("{n}", number(n, language))
