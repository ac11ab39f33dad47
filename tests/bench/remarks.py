"""Made comments of every length, as readers write them, some with what a policy looks for."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from services.enrichment.draft import House
from services.enrichment.enrich import enrich_comment
from shared.comments import Author, Comment
from shared.events import CommentEnriched

SHORTEST, LONGEST = 20, 2_000
SHARES = {"en": 5, "fa": 3, "ar": 2}
PLANTED = 0.2
"""Of all comments."""
SENTENCES = {
    "en": (
        "I read the report twice and still cannot see where the money went. ",
        "My street has had no water since May! ",
        "With respect, the minister said the opposite in 2019. ",
        "Good piece, thank you. ",
        "Who pays for this? Us, again. ",
        "I was at that meeting; nobody was allowed to ask anything. ",
        "The chart on page 3 is wrong by 40%... ",
        "LOL, 'temporary'. It has been eleven years. ",
        "As a nurse I can tell you that the figures are far too low. ",
    ),
    "fa": (
        "این گزارش را دو بار خواندم و هنوز نمی‌دانم پول کجا رفته است. ",
        "کوچهٔ ما از خرداد آب ندارد! ",
        "ممنون از گزارش خوبتان. ",
        "با احترام، وزیر در سال ۱۳۹۸ درست عکس این را گفت. ",
        "هزینه‌اش را چه کسی می‌دهد؟ باز هم ما. ",
        "من در آن جلسه بودم؛ به هیچ‌کس اجازهٔ پرسش ندادند. ",
        "یازده سال است که می‌گویند «موقت» است... ",
    ),
    "ar": (
        "قرأت التقرير مرتين وما زلت لا أعرف أين ذهبت الأموال. ",
        "شارعنا بلا ماء منذ شهر مايو! ",
        "شكرًا على هذا التقرير. ",
        "مع احترامي، قال الوزير عكس ذلك تمامًا في عام ٢٠١٩. ",
        "ومن سيدفع؟ نحن مرة أخرى. ",
        "كنتُ في ذلك الاجتماع ولم يُسمح لأحد بالسؤال. ",
        "يقولون «مؤقت» منذ أحد عشر عامًا... ",
    ),
}
PLANTS = {
    "en": (
        "you idiot", "IDIOT", "they are vermin", "what an 1d10t", "you i\u200bdiot", "complete i d i o t s",
        "see http://shop.example/x", "me@mail.example", "call +93 70 123 4567",
    ),
    "fa": (
        "احمق", "اح\u200cمق", "اَحـــمَق", "بی\u200cشعور", "بي شعور",
        "http://shop.example/x", "۰۷۰ ۱۲۳ ۴۵۶۷", "me [at] mail [dot] example",
    ),
    "ar": ("http://shop.example/x", "me@mail.example", "+93 70 123 4567"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as moderation reads it, and what was planted in it."""

    fact: CommentEnriched
    plant: str | None


def remarks(number: int, seed: int = 1) -> Iterator[Remark]:
    """The same for the same seed; as many short ones as long ones, by orders of magnitude."""
    dice = random.Random(seed)
    at, house = datetime(2026, 11, 23, tzinfo=UTC), House()
    for n in range(number):
        (language,) = dice.choices(list(SHARES), list(SHARES.values()))
        length = int(math.exp(dice.uniform(math.log(SHORTEST), math.log(LONGEST))))
        said = ""
        while len(said) < length:
            said += dice.choice(SENTENCES[language])
        body = said[:length]
        plant = dice.choice(PLANTS[language]) if dice.random() < PLANTED else None
        if plant:
            middle = max(body.rfind(" ", 0, max(length // 2, 12)), 0)
            body = f"{body[:middle]} {plant} {body[middle:]}"
        comment = Comment(
            id=f"c{n}", article_id="a", revision=1, author=Author(id=f"u{n % 997}", name="Ada"), body=body,
            language=language, created_at=at,
        )  # fmt: skip
        facts = enrich_comment(comment, house)
        yield Remark(
            CommentEnriched(comment_id=comment.id, article_id="a", revision=1, comment=comment, facts=facts), plant
        )
