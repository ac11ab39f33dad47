"""Arabic."""

from services.delivery.words.words import Words
from shared.articles import Direction

AR = Words(
    language="ar",
    direction=Direction.RTL,
    skip="الانتقال إلى نص الخبر",
    by="بقلم",
    updated="آخر تحديث",
    minutes="مدة القراءة: {n} د",
    correction="تصحيح",
    photo="الصورة",
    act="من المسؤول عن هذا؟",
    act_text="اسألوا المسؤولين، أو اجمعوا المتضررين معًا.",
    write="التواصل مع هذا المسؤول",
    campaign="إطلاق حملة",
    related="اقرأ أيضًا",
    comments="التعليقات",
    no_comments="لا تعليقات بعد.",
    comments_closed="باب التعليق مغلق.",
    comments_more="تعليقات أخرى غير معروضة هنا: {n}",
    member="عضو",
    staff="هيئة التحرير",
    light="النسخة الخفيفة",
    full="النسخة الكاملة",
    offer="هل الاتصال بطيء؟",
    offer_text="النسخة الخفيفة من هذا الخبر صفحة صغيرة تُفتح حتى مع اتصال ضعيف.",
    close="إغلاق",
    original="النسخة الأصلية",
    killed="سُحب هذا الخبر",
    killed_text="سحبت هيئة التحرير هذا الخبر. نرجو عدم الاقتباس منه وعدم تداول نسخه.",
    withheld="هذا الخبر غير متاح الآن",
    withheld_text="أوقفت هيئة التحرير نشره مؤقتًا، وقد يعود.",
    front="المزيد من {name}",
)
