"""When loading is in trouble, full offers light: each cause alone, on real pages in both directions of writing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services.delivery.page import Page as Story
from services.delivery.renditions.full import FULL
from tests.browser.trouble import OFFERED, PHOTOS, SHIFTS, STORIES, at, noise, offer, save_data, slow, stocked
from tests.browser.wire import Answer, Wire

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def wire() -> Iterator[Wire]:
    with stocked() as wire:
        yield wire


@pytest.fixture(params=sorted(STORIES))
def story(request: pytest.FixtureRequest) -> Story:
    told: Story = STORIES[request.param]
    return told


def loosened(html: str) -> str:
    """Under a policy that lets the page ask for scripts and style sheets, as one built by mistake would."""
    return html.replace("style-src ", "style-src 'self' ").replace("script-src ", "script-src 'self' ")


def test_a_line_of_64_kbit_brings_the_offer_and_light_needs_one_request(wire: Wire, browser: Browser) -> None:
    wire.answers |= dict.fromkeys(PHOTOS, Answer(noise(480, 320), "image/jpeg"))
    assert len(wire.answers[PHOTOS[0]].content) > 64_000, "a photo such a line carries in less than 8 s"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tabs = {language: context.new_page() for language in STORIES}
    for language, tab in tabs.items():
        slow(tab, 600, 8_000)
        tab.goto(wire.address + at(STORIES[language]), wait_until="commit")

    for language, tab in tabs.items():
        expect(offer(tab)).to_be_visible(timeout=20_000)
        assert tab.evaluate("navigator.connection.effectiveType") == "3g", "it was the photo that took so long"
        # The photo behind it was asked for before.
        wire.asked.clear()
        offer(tab).get_by_role("link").click()
        tab.wait_for_url(f"**{at(STORIES[language], 'light')}", wait_until="load")
        expect(tab.get_by_role("heading", level=1)).to_have_text(STORIES[language].article.headline)
        assert wire.asked == [at(STORIES[language], "light")]
    context.close()


def test_a_healthy_page_offers_nothing_and_moves_nothing(wire: Wire, tab: Page, story: Story) -> None:
    tab.clock.install()

    tab.goto(wire.address + at(story), wait_until="load")
    tab.wait_for_function("document.querySelector('img').naturalWidth > 0")
    tab.clock.fast_forward(60_000)

    assert not tab.evaluate(OFFERED)
    assert tab.evaluate(SHIFTS) == 0


def test_3g_is_what_a_vpn_looks_like_and_no_trouble(wire: Wire, tab: Page, story: Story) -> None:
    slow(tab, 600)

    tab.goto(wire.address + at(story), wait_until="load")

    assert tab.evaluate("navigator.connection.effectiveType") == "3g"
    assert not tab.evaluate(OFFERED)


@pytest.mark.parametrize(("latency", "kind"), [(1_500, "2g"), (2_100, "slow-2g")])
def test_2g_brings_the_offer(wire: Wire, tab: Page, story: Story, latency: int, kind: str) -> None:
    slow(tab, latency)

    tab.goto(wire.address + at(story), wait_until="commit")

    expect(offer(tab)).to_be_visible()
    assert tab.evaluate("navigator.connection.effectiveType") == kind


def test_who_asked_to_save_data_is_offered_light(wire: Wire, tab: Page, story: Story) -> None:
    save_data(tab)

    tab.goto(wire.address + at(story))

    expect(offer(tab)).to_be_visible()
    assert tab.url.endswith(at(story)), "it offers and never redirects"


def test_going_offline_brings_the_offer(wire: Wire, tab: Page, story: Story) -> None:
    tab.goto(wire.address + at(story), wait_until="load")
    assert not tab.evaluate(OFFERED)

    tab.context.set_offline(offline=True)

    expect(offer(tab)).to_be_visible()


@pytest.mark.parametrize("broken", ['<link rel="stylesheet" href="/gone.css">', '<script src="/gone.js"></script>'])
def test_a_script_or_style_sheet_that_fails_brings_the_offer(wire: Wire, tab: Page, story: Story, broken: str) -> None:
    html = loosened(FULL.render(story)).replace("</main>", f"{broken}</main>")

    tab.goto(wire.page(at(story), html))

    expect(offer(tab)).to_be_visible()
    assert "/gone" in "".join(wire.asked), "it was asked for, and failed"


@pytest.mark.parametrize(("broken", "offered"), [(1, False), (2, True)])
def test_the_second_image_that_fails_brings_the_offer(
    wire: Wire, tab: Page, story: Story, broken: int, *, offered: bool
) -> None:
    images = "".join(f'<img src="/gone-{number}.webp" alt="">' for number in range(broken))

    tab.goto(wire.page(at(story), FULL.render(story).replace("</main>", f"{images}</main>")), wait_until="load")
    tab.wait_for_function("[...document.querySelectorAll('[src^=\"/gone\"]')].every(image => image.complete)")

    expect(offer(tab)).to_be_visible(visible=offered)


@pytest.mark.parametrize("stalled", ["document", "photo"])
def test_eight_seconds_without_an_end_bring_the_offer(wire: Wire, tab: Page, story: Story, stalled: str) -> None:
    if stalled == "photo":
        wire.answers |= dict.fromkeys(PHOTOS, Answer(noise(96, 64), "image/jpeg", torn=500))
    else:
        html = FULL.render(story)
        wire.page(at(story), html, torn=html.encode().index(b"<article") + 300)
    # At rest, or what the page takes to get here would count too.
    tab.clock.install(time=0)
    tab.clock.pause_at(1_000)

    tab.goto(wire.address + at(story), wait_until="commit")
    tab.wait_for_selector("#story", state="attached")
    tab.clock.fast_forward(7_900)
    early = tab.evaluate(OFFERED)
    tab.clock.fast_forward(200)

    expect(offer(tab)).to_be_visible()
    assert not early
    assert tab.evaluate("document.readyState") != "complete"


@pytest.mark.parametrize(("rests", "offered"), [(2.5, True), (0.1, False)])
def test_a_late_first_byte_brings_the_offer_only_on_a_late_document(
    wire: Wire, tab: Page, story: Story, rests: float, *, offered: bool
) -> None:
    html = FULL.render(story)
    wire.page(at(story), html, late=1.9, torn=len(html.encode()) - 40, rests=rests)

    tab.goto(wire.address + at(story), wait_until="load")

    assert tab.evaluate(OFFERED) is offered
