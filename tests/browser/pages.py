"""Every page the project makes, for the checkers: name → HTML."""

from collections.abc import Iterator
from dataclasses import replace

from services.delivery.editions import Edition
from services.delivery.house import House
from services.delivery.page import Notice, Page
from services.delivery.renditions import RENDITIONS
from services.ingest.sanitise import clean_html
from shared.articles import ImageRole
from tests.contract.rendition_pages import HOSTILE_PAGE, example_pages, make_page, pictured
from tests.stories import stories

HOUSE = House(base_url="https://news.example")
OTHERS = (
    Edition(id="x", language="ku", place="ku/x-0123456789"),
    Edition(id="y", language="ar", place="ar/y-123456789a"),
)

PICTURED = make_page(images=(pictured(), pictured(ImageRole.INLINE)))


def stories_to_check() -> list[Page]:
    """The examples as ingest lets them through, an Arabic page, and one whose every field is hostile."""
    examples = [
        replace(page, article=page.article.model_copy(update={"body_html": clean_html(page.article.body_html)}))
        for page in example_pages()
    ]
    made = [*stories("en", 2), *stories("fa", 2), make_page("ar", headline="عاد الماء"), HOSTILE_PAGE, PICTURED]
    return [replace(page, house=HOUSE, editions=OTHERS) for page in (*examples, *made)]


def rendered() -> Iterator[tuple[str, str]]:
    """Name and HTML of every rendition that is a page, and of the notices that take their place."""
    specs = [spec for spec in RENDITIONS if spec.media_type.startswith("text/html")]
    for number, page in enumerate(stories_to_check()):
        for spec in specs:
            yield f"{spec.name}-{page.enrichment.language}-{number}", spec.render(page)
    for language, page in (("en", make_page()), ("fa", make_page("fa", headline="آب")), ("ar", make_page("ar"))):
        for killed in (True, False):
            notice = Notice(HOUSE, "desk:1", 2, language, page.enrichment.direction, killed)
            for spec in specs:
                yield f"{spec.name}-notice-{language}-{killed}", spec.withdrawal(notice)
