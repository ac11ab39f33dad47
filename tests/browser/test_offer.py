"""The manners of the offer of light: it can be closed, stays closed, and gets in nobody's way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services.delivery.page import Page as Story
from tests.browser.trouble import OFFERED, SHIFTS, STORIES, at, offer, save_data, stocked
from tests.browser.wire import Wire

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def wire() -> Iterator[Wire]:
    with stocked() as wire:
        yield wire


@pytest.fixture(params=sorted(STORIES))
def story(request: pytest.FixtureRequest) -> Story:
    told: Story = STORIES[request.param]
    return told


def test_closed_is_closed_on_every_page_for_seven_days(wire: Wire, tab: Page, story: Story) -> None:
    other = next(one for one in STORIES.values() if one is not story)
    save_data(tab)
    tab.goto(wire.address + at(story))
    tab.clock.install()
    button = offer(tab).get_by_role("button")
    box = button.bounding_box()

    button.click()
    hidden = offer(tab).is_hidden()
    seen = []
    for days in (0, 6.9, 0.2):
        tab.clock.fast_forward(int(days * 86_400_000))
        tab.goto(wire.address + at(other), wait_until="load")
        seen.append(tab.evaluate(OFFERED))

    assert hidden
    assert seen == [False, False, True]
    assert box is not None
    assert min(box["width"], box["height"]) >= 44


def test_the_offer_takes_no_focus_and_moves_nothing(wire: Wire, tab: Page, story: Story) -> None:
    tab.goto(wire.address + at(story), wait_until="load")
    tab.evaluate("document.querySelector('h1 ~ *, main a').scrollIntoView()")
    tab.locator("main a").first.focus()
    before = tab.evaluate("[document.activeElement.outerHTML, scrollX, scrollY]")

    tab.evaluate("dispatchEvent(new Event('offline'))")
    expect(offer(tab)).to_be_visible()

    assert tab.evaluate("[document.activeElement.outerHTML, scrollX, scrollY]") == before
    assert tab.evaluate(SHIFTS) == 0
    assert offer(tab).evaluate("section => section.parentElement.ariaLive") == "polite"
    tab.evaluate("document.body.prepend(Object.assign(document.createElement('p'), {style: 'height: 300px'}))")
    assert tab.evaluate(SHIFTS) > 0, "what measures shifts must see one"


def test_the_offer_works_by_keyboard_alone(wire: Wire, tab: Page, story: Story) -> None:
    save_data(tab)
    tab.goto(wire.address + at(story), wait_until="load")

    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    link = tab.evaluate("document.activeElement.getAttribute('href')")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    expect(offer(tab)).to_be_hidden()
    assert link.startswith("light/")


def test_a_browser_that_keeps_nothing_is_offered_light_too(wire: Wire, tab: Page, story: Story) -> None:
    save_data(tab)
    tab.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )

    tab.goto(wire.address + at(story), wait_until="load")
    expect(offer(tab)).to_be_visible()
    offer(tab).get_by_role("button").click()

    expect(offer(tab)).to_be_hidden()


def test_without_script_the_plain_link_leads_to_light_in_one_request(
    wire: Wire, browser: Browser, story: Story
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(wire.address + at(story))
    expect(offer(tab)).to_be_hidden()
    wire.asked.clear()

    tab.locator(".top .light").click()
    tab.wait_for_url(f"**{at(story, 'light')}", wait_until="load")

    expect(tab.get_by_role("heading", level=1)).to_have_text(story.article.headline)
    assert wire.asked == [at(story, "light")]
    context.close()
