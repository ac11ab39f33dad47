"""Stories and lines for the tests of the offer that full makes when loading is in trouble."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from urllib.parse import quote

from PIL import Image as Pillow
from playwright.sync_api import CDPSession, Locator, Page

from services.delivery.page import Page as Story
from services.delivery.place import path_of
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.articles import Image
from tests.browser.wire import Answer, Wire, wired
from tests.contract.rendition_pages import example_pages
from tests.pictures import developed, shown

PHOTO = "f" * 64
"""Of the original; what a page asks for is one of ``PHOTOS``."""
PHOTOS = tuple(f"/media/{one.media}" for one in developed().sources)
OFFERED = "!document.getElementById('offer').hidden"
SHIFTS = """async () => {
    let sum = 0
    const add = list => { for (const one of list) sum += one.value }
    const watch = new PerformanceObserver(list => add(list.getEntries()))
    watch.observe({type: 'layout-shift', buffered: true})
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame)
    add(watch.takeRecords())
    return sum
}"""


def story_in(language: str) -> Story:
    """An example with its comments and a photo at an address of its own."""
    story = next(one for one in example_pages() if one.photo and one.enrichment.language == language)
    pictured = story.article.model_copy(update={"images": (Image(media=PHOTO, caption="Photo", alt="Photo"),)})
    return replace(story, article=pictured, pictures=shown(pictured.images))


STORIES = {language: story_in(language) for language in ("en", "fa")}


def noise(width: int, height: int) -> bytes:
    """A picture that does not compress."""
    pixels = random.Random(7).randbytes(width * height * 3)
    held = BytesIO()
    Pillow.frombytes("RGB", (width, height), pixels).save(held, "JPEG", quality=85)
    return held.getvalue()


@contextmanager
def stocked() -> Iterator[Wire]:
    """A server with both pages of each story."""
    with wired() as wire:
        wire.answers |= dict.fromkeys(PHOTOS, Answer(noise(96, 64), "image/jpeg"))
        for language, story in STORIES.items():
            for spec in (FULL, LIGHT):
                wire.page(at(story, spec.name), spec.render(story))
            live = quote(f"/{language}/live/{story.place.split('/')[1]}.html")
            wire.answers[live] = Answer(b": quiet\n\n", "text/event-stream")
        yield wire


def at(story: Story, rendition: str = "full") -> str:
    """The path of a rendition, encoded."""
    return quote(path_of(story.place, rendition))


def _tools(tab: Page) -> CDPSession:
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    return session


def slow(tab: Page, latency: int, bytes_per_second: int = -1) -> None:
    """Of the line as the browser sees it; -1: as fast as it is."""
    conditions = {"offline": False, "latency": latency, "downloadThroughput": bytes_per_second}
    _tools(tab).send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": bytes_per_second})


def save_data(tab: Page) -> None:
    """As a reader sets it for the whole browser."""
    _tools(tab).send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})


def offer(tab: Page) -> Locator:
    """The section that offers light, shown or not."""
    return tab.locator("#offer")
