"""Data of a person: what can find somebody, pay in their name, or give a source away."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

import phonenumbers

from services.moderation.subject import Subject
from shared.comments import Evidence, Span

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
"""One for one, so that what is found stands at the same place in the original."""

_NAME, _LABEL = r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}+", r"[A-Za-z0-9-]{1,63}+"
_MAIL = re.compile(
    # name@host.example and name [at] host (dot) example; in so many words only where both are words.
    rf"{_NAME}(?:@|\s?[\[({{<]\s?(?:at|@)\s?[\])}}>]\s?){_LABEL}"
    rf"(?:(?:\.|\s?[\[({{<]\s?(?:dot|\.)\s?[\])}}>]\s?){_LABEL}){{1,4}}"
    rf"|{_NAME} (?:at|AT) {_LABEL}(?: (?:dot|DOT) {_LABEL}){{1,4}}"
)
_MAYBE_MAIL = re.compile(r"@|[\[({<]\s?at| (?:dot|DOT) ")
# Seven digits with nothing but a few signs between them: of text with years and shares in it, that is seldom.
_MAYBE_PHONE = re.compile(r"\d(?:\W{0,5}\d){6}")
# Possessive, and never from within a number: whatever it is given, it goes over a text once.
_STRETCH = re.compile(r"(?<![0-9])\+?[0-9]++(?:[\s()/-]{1,3}[0-9]++)++")
_BLOCK = re.compile(r"\+?[0-9]+")
LEAST_DIGITS, MOST_DIGITS, MOST_BLOCKS = 7, 16, 6
LONGEST = 1 + MOST_DIGITS + 3 * MOST_BLOCKS
"""Characters of a number with what stands between its digits."""
_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_TEN_DIGITS = re.compile(r"(?<![0-9+])[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9](?![0-9])")
_POINT = re.compile(
    r"(?<![0-9.])[+-]?[0-9]{1,2}\.[0-9]{3,12}°?\s?[,،;/]\s?[+-]?[0-9]{1,3}\.[0-9]{3,12}(?![0-9])"
    r"|[0-9]{1,2}°\s?[0-9]{1,2}['′’](?:\s?[0-9.]{1,6}[\"″”])?\s?[NS][,،]?\s?[0-9]{1,3}°\s?[0-9]{1,2}['′’]"
    r"(?:\s?[0-9.]{1,6}[\"″”])?\s?[EW]"
)

Found = Iterator[tuple[int, int]]


def personal(subject: Subject) -> tuple[Evidence, ...]:
    """One finding for each, with its kind and its place, never its value."""
    text = subject.text.translate(_DIGITS)
    found: list[Evidence] = []
    taken = bytearray(len(text))
    digits = sum(map(str.isdigit, text))
    for kind, least, finder in _KINDS:
        # Most comments have no number in them: that is told in no time, and looking for each kind is not.
        if digits < least:
            continue
        for start, end in finder(text, subject):
            # A bank card is no telephone number: what was found as one thing is not another too.
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Evidence(check="personal", kind=kind, span=Span(start=start, end=end)))
    return tuple(sorted(found, key=lambda one: one.span.start if one.span else 0))


def _mails(text: str, _: Subject) -> Found:
    return (found.span() for found in _MAIL.finditer(text)) if _MAYBE_MAIL.search(text) else iter(())


def _accounts(text: str, _: Subject) -> Found:
    """IBAN, ISO 13616: the remainder of the rearranged number by 97 is 1."""
    for found in _ACCOUNT.finditer(text):
        plain = re.sub(r"[ -]", "", found[0])
        if 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1:
            yield found.span()


def _cards(text: str, _: Subject) -> Found:
    """Payment cards, ISO/IEC 7812: Luhn's check digit, and not one digit all along."""
    for found in _CARD.finditer(text):
        digits = [int(sign) for sign in found[0] if sign.isdigit()]
        doubled = [digit if at % 2 else (2 * digit - 9 if digit > 4 else 2 * digit) for at, digit in
                   enumerate(reversed(digits), 1)]  # fmt: skip
        if len(set(digits)) > 1 and sum(doubled) % 10 == 0:
            yield found.span()


def _national_ids(text: str, _: Subject) -> Found:
    """Iran's: ten digits, the last of which checks the others by 11."""
    for found in _TEN_DIGITS.finditer(text):
        digits = [int(sign) for sign in found[0] if sign.isdigit()]
        rest = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
        if len(set(digits)) > 1 and digits[9] == (rest if rest < 2 else 11 - rest):
            yield found.span()


def _points(text: str, _: Subject) -> Found:
    """Latitude and longitude, as a map writes them."""
    for found in _POINT.finditer(text):
        numbers = [abs(float(number)) for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", found[0])]
        if "°" in found[0][4:] or (numbers[0] <= 90 and numbers[1] <= 180):
            yield found.span()


def _phones(text: str, subject: Subject) -> Found:
    """Numbers that can be dialled: with a country's code from anywhere, without one where our readers live."""
    if not _MAYBE_PHONE.search(text):
        return
    regions = subject.phone_regions or ("ZZ",)
    covered = bytearray(len(text))
    for region in regions:
        for found in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            covered[found.start : found.end] = b"1" * (found.end - found.start)
            yield found.start, found.end
    yield from _phones_among_numbers(text, regions, covered)


def _phones_among_numbers(text: str, regions: tuple[str, ...], covered: bytearray) -> Found:
    """Such as in `0912 345 6789 24/7`: what stands behind a number, and is none of its, hides it from the library.

    Those that begin as a number does that is dialled: else any three years in a row would be one.
    """
    for stretch in _STRETCH.finditer(text):
        start, last = stretch.span()
        if covered[start] or text[start] not in "+0":
            continue
        ends = [found.end() for found in islice(_BLOCK.finditer(text, start, last), MOST_BLOCKS)]
        for end in reversed(ends):
            if not (end - start <= LONGEST and LEAST_DIGITS <= sum(map(str.isdigit, text[start:end])) <= MOST_DIGITS):
                continue
            if any(_dialled(text[start:end], region) for region in regions):
                yield start, end
                break


def _dialled(written: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False


_KINDS: tuple[tuple[str, int, Callable[[str, Subject], Found]], ...] = (
    # With the fewest digits each can have.
    ("email", 0, _mails),
    # The longest first: parts of an account number may look like anything below.
    ("account", 2, _accounts),
    ("card", 13, _cards),
    ("coordinates", 4, _points),
    ("phone", 7, _phones),
    ("national-id", 10, _national_ids),
)
KINDS = tuple(kind for kind, _, _ in _KINDS)
