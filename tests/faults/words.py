"""Text of the usual length, different for each id and revision, in two languages."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from shared.articles import Accountability, Byline

_ENGLISH = (
    "The council met on Tuesday to hear from residents who have waited months for clean water. ",
    "Engineers said the pumps would be repaired before winter, and published the schedule. ",
    "A teacher described how her pupils carry bottles to school each morning. ",
    "The mayor promised a public account of every payment made since spring. ",
    "Two former officials declined to comment on the missing contracts. ",
)
_PERSIAN = (
    "شورای شهر روز سه‌شنبه به سخنان ساکنانی گوش داد که ماه‌ها در انتظار آب سالم بوده‌اند. ",
    "مهندسان گفتند پمپ‌ها پیش از زمستان تعمیر می‌شوند و برنامهٔ آن را منتشر کردند. ",
    "آموزگاری گفت دانش‌آموزانش هر بامداد با بطری آب به مدرسه می‌آیند. ",
    "شهردار وعده داد گزارش همهٔ پرداخت‌ها را در اختیار مردم بگذارد. ",
    "دو مقام پیشین دربارهٔ قراردادهای گمشده سخنی نگفتند. ",
)


def _paragraph(seed: int, sentences: tuple[str, ...], count: int) -> str:
    return "".join(sentences[(seed >> (2 * n)) % len(sentences)] for n in range(count)).strip()


def story(id_: str, revision: int) -> Mapping[str, Any]:
    """Fields of an article with about 2 KB of text."""
    seed = crc32(f"{id_}/{revision}".encode())
    persian = crc32(id_.encode()) % 3 == 0
    sentences = _PERSIAN if persian else _ENGLISH
    paragraphs = "".join(f"<p>{_paragraph(seed + n, sentences, 4)}</p>" for n in range(4))
    return {
        "headline": f"{sentences[seed % 5].strip(' .')} ({id_}, {revision})",
        "standfirst": sentences[(seed >> 4) % 5].strip(),
        "body_html": paragraphs,
        "language": "fa" if persian else "en",
        "section": "City",
        "byline": (Byline(name="The city desk"),),
        "accountability": (Accountability(official="The mayor", office="City hall"),),
    }


def remark(id_: str, revision: int, *, links: bool) -> str:
    """A comment's text; with ``links``, one that no policy publishes unseen."""
    seed = crc32(f"{id_}/{revision}".encode())
    text = _paragraph(seed, _ENGLISH if seed % 3 else _PERSIAN, 2)
    addresses = " ".join(f"https://{host}.example/{seed}" for host in "abcdef")
    return f"{text} {addresses}" if links else text
