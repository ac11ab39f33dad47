"""Dates, spans and numbers in the viewer's own form."""

from datetime import UTC, datetime, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from persiantools.jdatetime import JalaliDateTime

_DIGITS = {
    "fa": str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫"),
    "ar": str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫"),
}
_MONTH_AND_TIME = {"en": "d MMM, HH:mm", "ar": "d MMM، HH:mm"}


def moment(at: datetime, language: str) -> str:
    """Day and minute in UTC, which the page says once; Jalali in Persian, for which Babel has no calendar."""
    at = at.astimezone(UTC)
    if language == "fa":
        try:
            jalali = JalaliDateTime(at.replace(tzinfo=None))  # type: ignore[no-untyped-call]
        except (ValueError, OverflowError, IndexError):
            return at.strftime("%Y-%m-%d %H:%M")
        return f"{jalali.day} {jalali.strftime('%B', locale='fa')}، {at:%H:%M}".translate(_DIGITS["fa"])
    shown = format_datetime(at, _MONTH_AND_TIME.get(language, "d MMM, HH:mm"), locale=_locale(language))
    return shown.translate(_DIGITS.get(language, {}))


def day(at: datetime, language: str) -> str:
    """The day alone."""
    at = at.astimezone(UTC)
    if language == "fa":
        return moment(at, language).split("،")[0]
    return format_datetime(at, "d MMM", locale=_locale(language)).translate(_DIGITS.get(language, {}))


def span(seconds: float, language: str) -> str:
    """``3 h``, ``12 min``: the largest unit says enough."""
    told = format_timedelta(timedelta(seconds=abs(seconds)), threshold=1.5, format="short", locale=_locale(language))
    return told.translate(_DIGITS.get(language, {}))


def number(n: float, language: str, digits: int = 0) -> str:
    """``1,204``, ``۱٬۲۰۴``."""
    shown = f"{n:,.{digits}f}"
    if language in _DIGITS:
        shown = shown.replace(",", "٬").translate(_DIGITS[language])
    return shown


def share(part: int, whole: int, language: str) -> str:
    """``87%``; a dash where there is nothing to take a share of."""
    if not whole:
        return "–"
    return number(100 * part / whole, language) + ("٪" if language in _DIGITS else "%")


def language_name(code: str, language: str) -> str:
    """``Persian`` for ``fa`` in English; the code where Babel knows no name, a dash where nobody could tell."""
    if code == "und":
        return "–"
    try:
        return Locale.parse(code).get_display_name(_locale(language)) or code
    except (UnknownLocaleError, ValueError):
        return code


def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)
