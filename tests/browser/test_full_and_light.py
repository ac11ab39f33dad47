"""The pages in a real browser: nothing is refused by their own policy, and nothing is asked of anybody else."""

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.articles import Image
from tests.browser.wire import Answer, Wire, wired
from tests.contract.rendition_pages import example_pages, make_page, pictured
from tests.pictures import developed

PIXEL = b64decode(next(page.photo.light for page in example_pages() if page.photo))

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as wire:
        yield wire


def listen(tab: Page) -> list[str]:
    """What the console says, errors and refusals among it."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_full_page_loads_in_peace(wire: Wire, tab: Page) -> None:
    asked = {f"/media/{one.media}" for one in developed().sources}
    wire.answers |= dict.fromkeys(asked, Answer(PIXEL, "image/webp"))
    wire.answers["/en/live/a.html"] = Answer(b": quiet\n\n", "text/event-stream")
    said = listen(tab)

    tab.goto(wire.page("/en/a.html", FULL.render(make_page(images=(Image(media="0" * 64),)))))
    tab.locator("img").scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('img').naturalWidth > 0")

    expect(tab.locator("#offer")).to_be_hidden()
    expect(tab.get_by_role("link", name="Light version").first).to_be_visible()
    assert said == []
    (photo,) = asked & {*wire.asked}
    assert set(wire.asked) == {"/en/a.html", photo, "/en/live/a.html"}
    assert photo.startswith("/media/a"), "the AVIF is the smallest a browser of today knows"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_light_page_is_one_request(wire: Wire, tab: Page, language: str) -> None:
    said = listen(tab)
    page = next(one for one in example_pages() if one.photo and one.enrichment.language == language)

    tab.goto(wire.page("/light/a.html", LIGHT.render(page)))
    tab.wait_for_load_state("networkidle")

    assert tab.evaluate("document.querySelector('img').naturalWidth") > 0
    assert wire.asked == ["/light/a.html"]
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_fetches_the_narrow_picture_in_the_smallest_format_and_no_other(tab: Page) -> None:
    pixel = BytesIO()
    Pillow.new("RGB", (64, 43), "teal").save(pixel, "AVIF")
    with wired() as wire:
        address = wire.page("/en/story.html", FULL.render(make_page(images=(pictured(),))))
        for form in pictured().sources:
            wire.answers[f"/media/{form.media}"] = Answer(pixel.getvalue(), form.media_type.value)
        tab.goto(address, wait_until="load")
        tab.wait_for_function("document.querySelector('figure.lead img').complete")
        shown = tab.evaluate("document.querySelector('figure.lead img').currentSrc")

    assert [path for path in wire.asked if path.startswith("/media/a")] == [f"/media/a{640:0>63}"]
    assert not [path for path in wire.asked if path.startswith("/media/") and "/media/a" not in path]
    assert shown.endswith(f"/media/a{640:0>63}")
