"""What the site itself says, per language; stories speak for themselves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The site's own words in one language, ``{n}`` where a number goes."""

    language: str
    direction: str
    own_name: str
    skip: str
    light: str
    full: str
    languages: str
    latest: str
    minutes: str
    comments: str
    comment: str
    empty: str
    missing: str
    missing_why: str
    gone: str
    gone_why: str
    soon: str
    soon_why: str
    to_front: str


ENGLISH = Words(
    "en", "ltr", "English", "Skip to the stories", "Light version", "Full version", "Languages", "Latest",
    "{n} min read", "{n} comments", "1 comment", "No stories yet. The first will stand here as soon as it arrives.",
    "Nothing is published here", "The address may be mistyped, or the story has moved.",
    "This story was withdrawn", "The newsroom no longer publishes it.",
    "One moment, please", "This site is catching up with the newsroom. Try again in a few seconds.",
    "To the front page",
)  # fmt: skip

WORDS = {
    "en": ENGLISH,
    "fa": Words(
        "fa", "rtl", "فارسی", "پرش به خبرها", "نسخهٔ سبک", "نسخهٔ کامل", "زبان‌ها", "تازه‌ترین‌ها",
        "{n} دقیقه مطالعه", "{n} دیدگاه", "۱ دیدگاه", "هنوز خبری نیست. نخستین خبر به‌محض رسیدن همین‌جا می‌آید.",
        "اینجا چیزی منتشر نشده است", "شاید نشانی درست نوشته نشده یا خبر جابه‌جا شده باشد.",
        "این مطلب پس گرفته شد", "تحریریه دیگر آن را منتشر نمی‌کند.",
        "لطفاً کمی صبر کنید", "این سایت تازه‌ترین خبرها را از تحریریه می‌گیرد. چند ثانیهٔ دیگر دوباره تلاش کنید.",
        "به صفحهٔ نخست",
    ),
    "ar": Words(
        "ar", "rtl", "العربية", "انتقل إلى الأخبار", "النسخة الخفيفة", "النسخة الكاملة", "اللغات", "الأحدث",
        "{n} د قراءة", "التعليقات: {n}", "تعليق واحد", "لا أخبار بعد. سيظهر أول خبر هنا فور وصوله.",
        "لا شيء منشور هنا", "قد يكون العنوان خاطئًا أو نُقل الخبر.",
        "سُحب هذا الخبر", "لم تعد غرفة الأخبار تنشره.",
        "لحظة من فضلك", "يستدرك هذا الموقع ما نشرته غرفة الأخبار. أعد المحاولة بعد ثوانٍ.", "إلى الصفحة الأولى",
    ),
}  # fmt: skip


def words_for(language: str) -> Words:
    """The site's words; English where it has none in this language."""
    return WORDS.get(language, ENGLISH)
