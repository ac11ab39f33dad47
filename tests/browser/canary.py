"""A tab that notices when a page does what no page of ours may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Request, Route

from tests.browser.payloads import PICTURES

STRANGE = """renditions => {
    const found = []
    const never = 'iframe,object,embed,base,svg,math,frame,frameset,template,applet,portal,audio,video,noscript,xmp,' +
        'plaintext,dialog,select,meta[http-equiv=refresh]' + (renditions ? ',form,input,textarea' : '')
    for (const one of document.querySelectorAll(never)) found.push(`element ${one.outerHTML.slice(0, 120)}`)
    for (const [tag, most] of [['style', 1], ['button', 1], ['title', 1], ['html', 1], ['body', 1], ['main', 1]])
        if (document.querySelectorAll(tag).length > most) found.push(`another ${tag}`)
    for (const one of document.scripts)
        if (one.type != 'application/ld+json' && one !== document.head.querySelector('script')) found.push('a script')
    for (const one of document.querySelectorAll('*')) for (const {name, value} of one.attributes) {
        if (/^(on|srcdoc|formaction|ping|background$|xlink|is$|slot$|contenteditable|autofocus)/.test(name))
            found.push(`${name}=${value}`)
        if (['href', 'src', 'cite', 'action'].includes(name)) {
            const {protocol} = new URL(value, document.baseURI)
            const inline = protocol == 'data:' && (one.tagName == 'IMG' || one.rel == 'icon')
            if (!inline && !['http:', 'https:', 'mailto:'].includes(protocol)) found.push(`${name}=${value}`)
        }
    }
    for (const id of ['offer', 'story', 'comments'])
        if (document.querySelectorAll(`[id=${id}]`).length > 1) found.push(`another #${id}`)
    return found
}"""
CLICK = """async () => {
    let clicked = 0
    for (const link of document.querySelectorAll('a')) {
        link.dispatchEvent(new PointerEvent('pointerenter'))
        link.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))
        link.focus()
        link.click()
        clicked++
        // A javascript: address runs in a task of its own, which the next click would cancel.
        await new Promise(done => setTimeout(done))
    }
    return clicked
}"""


@dataclass
class Canary:
    """``sang`` keeps what went wrong, in words; ``home``: hosts a page may ask."""

    tab: Page
    home: set[str]
    sang: list[str] = field(default_factory=list)
    clicking: bool = False

    def visit(self, address: str) -> None:
        """Open a page and wait until it has loaded."""
        self.clicking = False
        self.tab.goto(address, wait_until="load")

    def look(self, *, rendition: bool = True) -> None:
        """Note what stands in the page and has no place there."""
        self.sang += [f"{self.tab.url}: {one}" for one in self.tab.evaluate(STRANGE, rendition)]

    def click_everything(self) -> int:
        """Point at, focus and follow every link, going nowhere until the next visit; how many there were."""
        self.clicking = True
        clicked: int = self.tab.evaluate(CLICK)
        return clicked

    def dismiss(self, dialog: Dialog) -> None:
        """No page of ours asks with a box."""
        self.sang.append(f"{self.tab.url}: {dialog.type} {dialog.message}")
        dialog.dismiss()

    def travel(self, route: Route, request: Request) -> None:
        """Nothing leaves this machine, and who would have left it is known."""
        if self.clicking and request.is_navigation_request():
            # 204 keeps the page where it is.
            route.fulfill(status=204)
            return
        host = urlsplit(request.url).hostname or ""
        if host in self.home:
            route.continue_()
            return
        if host != PICTURES or request.resource_type != "image":
            self.sang.append(f"{self.tab.url}: asked for {request.resource_type} {request.url}")
        route.fulfill(status=204)


@contextmanager
def canary(browser: Browser, home: set[str], *, lawless: bool) -> Iterator[Canary]:
    """A tab; ``lawless``: without the policy of its pages, so that escaping alone has to hold."""
    context = browser.new_context(bypass_csp=lawless)
    tab = context.new_page()
    bird = Canary(tab, home)
    context.expose_function("pwned", lambda: bird.sang.append(f"{tab.url}: pwned"))
    context.on("page", lambda page: bird.sang.append(f"opened {page.url}"))
    tab.on("dialog", bird.dismiss)
    tab.on("pageerror", lambda error: bird.sang.append(f"{tab.url}: {error}"))
    tab.on("websocket", lambda socket: bird.sang.append(f"{tab.url}: {socket.url}"))
    tab.on(
        "console",
        lambda said: bird.sang.append(f"{tab.url}: {said.text}") if "Security Policy" in said.text else None,
    )
    tab.route("**/*", bird.travel)
    yield bird
    context.close()
