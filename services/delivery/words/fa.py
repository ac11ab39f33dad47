"""Persian."""

from services.delivery.words.words import Words
from shared.articles import Direction

FA = Words(
    language="fa",
    direction=Direction.RTL,
    skip="رفتن به متن خبر",
    by="نوشتهٔ",
    updated="به‌روزرسانی",
    minutes="خواندن در {n} دقیقه",
    correction="اصلاح",
    photo="عکس",
    act="چه کسی باید پاسخ بدهد؟",
    act_text="از مسئولان بپرسید، یا کسانی را که درگیرند گرد هم بیاورید.",
    write="تماس با این مسئول",
    campaign="آغاز کارزار",
    related="خواندنی‌های بعدی",
    comments="دیدگاه‌ها",
    no_comments="هنوز دیدگاهی نیست.",
    comments_closed="بخش دیدگاه‌ها بسته است.",
    comments_more="{n} دیدگاه دیگر در این‌جا نیامده است.",
    member="عضو",
    staff="تحریریه",
    light="نسخهٔ سبک",
    full="نسخهٔ کامل",
    offer="اینترنت کند است؟",
    offer_text="نسخهٔ سبک این خبر یک صفحهٔ کوچک است که با اینترنت ضعیف هم باز می‌شود.",
    close="بستن",
    original="نسخهٔ اصلی",
    killed="این خبر پس گرفته شد",
    killed_text="تحریریه این خبر را پس گرفته است. لطفاً از آن نقل نکنید و رونوشتش را نفرستید.",
    withheld="این خبر اکنون در دسترس نیست",
    withheld_text="تحریریه انتشار آن را متوقف کرده است. شاید دوباره منتشر شود.",
    front="خبرهای دیگر {name}",
)
