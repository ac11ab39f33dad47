"""The pages in a real browser: nothing is refused by their own policy, and the offer keeps its manners."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.delivery.place import path_of
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.articles import Image
from tests.conftest import TOOLS
from tests.contract.rendition_pages import example_pages, make_page

CHROMIUM = next(filter(None, map(shutil.which, TOOLS["chromium"])), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAVE_DATA = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
PIXEL = next(page.photo for page in example_pages() if page.photo)

pytestmark = pytest.mark.needs("chromium")


@dataclass
class Site:
    """Paths and what they answer; a path that is not listed is 404."""

    address: str = ""
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def html(self, path: str, text: str) -> str:
        self.pages[path] = ("text/html; charset=utf-8", text.encode())
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            kind, content = served.pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def listen(tab: Page) -> list[str]:
    """What the console says, errors and refusals among it."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_full_page_loads_in_peace(site: Site, tab: Page) -> None:
    digest = "0" * 64
    site.pages[f"/media/{digest}"] = ("image/webp", PIXEL or b"")
    site.pages["/en/live/a.html"] = ("text/event-stream", b": quiet\n\n")
    said = listen(tab)

    tab.goto(site.html("/en/a.html", FULL.render(make_page(images=(Image(media=digest),)))))
    tab.locator("img").scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('img').naturalWidth > 0")

    expect(tab.locator("#offer")).to_be_hidden()
    expect(tab.get_by_role("link", name="Light version").first).to_be_visible()
    assert said == []
    assert set(site.asked) == {"/en/a.html", f"/media/{digest}", "/en/live/a.html"}
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_light_page_is_one_request(site: Site, tab: Page, language: str) -> None:
    said = listen(tab)
    page = next(one for one in example_pages() if one.photo and one.enrichment.language == language)

    tab.goto(site.html("/light/a.html", LIGHT.render(page)))
    tab.wait_for_load_state("networkidle")

    assert tab.evaluate("document.querySelector('img').naturalWidth") > 0
    assert site.asked == ["/light/a.html"]
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_asked_to_save_data_is_offered_light_until_they_close_it(site: Site, tab: Page) -> None:
    said = listen(tab)
    tab.add_init_script(SAVE_DATA)
    offer = tab.locator("#offer")

    tab.goto(site.html("/en/a.html", FULL.render(make_page())))
    expect(offer).to_be_visible()
    focused = tab.evaluate("document.activeElement === document.body")
    button = offer.get_by_role("button", name="Close")
    box = button.bounding_box()
    button.click()
    expect(offer).to_be_hidden()
    tab.reload()
    tab.wait_for_load_state("load")

    expect(offer).to_be_hidden()
    assert focused
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert said == []
    assert tab.url.endswith("/en/a.html")


def test_the_offer_returns_after_seven_days(site: Site, tab: Page) -> None:
    tab.add_init_script(SAVE_DATA)
    tab.add_init_script("localStorage['light-offer'] = Date.now() - 8 * 86400e3")

    tab.goto(site.html("/en/a.html", FULL.render(make_page())))

    expect(tab.locator("#offer")).to_be_visible()


@pytest.mark.parametrize(("broken", "offered"), [(1, False), (2, True)])
def test_the_second_broken_image_brings_the_offer(site: Site, tab: Page, broken: int, *, offered: bool) -> None:
    images = "".join(f'<img src="/missing-{number}.webp">' for number in range(broken))
    tab.goto(site.html("/en/a.html", FULL.render(make_page(body_html=f"<p>Look.</p>{images}"))))
    tab.wait_for_function("[...document.images].every(image => image.complete)")

    expect(tab.locator("#offer")).to_be_visible(visible=offered)


def test_a_broken_stylesheet_brings_the_offer(site: Site, tab: Page) -> None:
    html = FULL.render(make_page()).replace("style-src ", "style-src 'self' ")
    site.html("/en/a.html", html.replace("</body>", '<link rel="stylesheet" href="/missing.css"></body>'))

    tab.goto(site.address + "/en/a.html")

    expect(tab.locator("#offer")).to_be_visible()


def test_the_offer_leads_to_the_light_page(site: Site, tab: Page) -> None:
    page = make_page()
    tab.add_init_script(SAVE_DATA)
    site.html(path_of(page.place, "light"), LIGHT.render(page))

    tab.goto(site.html("/en/a.html", FULL.render(page)))
    tab.locator("#offer a").click()
    tab.wait_for_url("**/en/light/*")

    expect(tab.get_by_role("link", name="Full version")).to_be_visible()


def test_a_page_works_without_script(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()

    tab.goto(site.html("/en/a.html", FULL.render(make_page())))

    expect(tab.get_by_role("link", name="Light version").first).to_be_visible()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Water returns")
    context.close()
