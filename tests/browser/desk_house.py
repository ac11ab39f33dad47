"""A newsroom with a desk: moderation and the desk as processes of their own, comments that wait, people who sign in."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

import httpx
import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from shared.accounts import Account, Accounts, hashed
from shared.articles import Article, Change, Direction, Enrichment
from shared.cases import Role
from shared.comments import Author, Comment, CommentFacts
from shared.events import ArticleEnriched, CommentEnriched, EventData, seal, to_json
from shared.keys import Keys, escape
from shared.streams import Client, connect, load_library
from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.server import Server, free_port

KEYS = Keys()
PASSWORD = "water under the bridge"
_KEPT = hashed(PASSWORD)
"""Made once: it is slow on purpose."""
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

EN = (
    ("c1", "You idiot, call +93 70 123 4567!", "Ada"),
    ("c2", "Look here: http://spam.example/win and tell your friends", "Quick Money"),
    ("c3", "The bridge was paid for twice, and nobody at the ministry wants to say who got the second half.", "Omid"),
    ("c4", "What a moron.", "Ada"),
)
FA = (
    ("f1", "این احمق نمی‌داند پل را با پول ما ساخته‌اند؟", "پریسا"),
    ("f2", "لطفاً به ۰۷۰۰۱۲۳۴۵۶ زنگ بزنید.", "کریم"),
)
HOSTILE = (
    "x<script>alert(1)</script>",
    "<img src=x onerror=pwned()>\u202e idiot</p><script>pwned()</script>",
    "\"'><b>x",
)


def said(id_: str, body: str, name: str, language: str = "en", **more: Any) -> CommentEnriched:
    """A comment as enrichment passes it on."""
    data = {"revision": 1, "article_id": "a1", "parent_id": None, **more}
    comment = Comment(
        id=id_, article_id=data["article_id"], parent_id=data["parent_id"], revision=data["revision"],
        author=Author(id=f"author:{name}", name=name), body=body, created_at=AT,
    )  # fmt: skip
    facts = CommentFacts(language=language, words=len(body.split()))
    return CommentEnriched(
        comment_id=id_, article_id=comment.article_id, revision=comment.revision, comment=comment, facts=facts
    )


def story(id_: str, headline: str, section: str, language: str = "en") -> ArticleEnriched:
    """A story as enrichment passes it on."""
    article = Article(id=id_, revision=1, headline=headline, section=section, language=language)
    return ArticleEnriched(
        article_id=id_, revision=1, change=Change.CREATED, article=article,
        enrichment=Enrichment(
            language=language, direction=Direction.RTL if language == "fa" else Direction.LTR, word_count=3,
            reading_minutes=1, teaser=headline, slug=id_,
        ),
    )  # fmt: skip


@dataclass
class House:
    """A running desk."""

    address: str
    redis: Client
    accounts: Accounts
    secrets: dict[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"]

    async def person(self, name: str, role: Role = Role.MODERATOR, **more: Any) -> Account:
        """Somebody who may sign in, with the password all have here."""
        self.secrets[name] = pyotp.random_base32()
        made = Account(
            name=name, role=role, password=_KEPT, totp=self.secrets[name], created_at=datetime.now(UTC), **more
        )  # fmt: skip
        await self.accounts.change(name, "test", "desk.user.add", lambda _: made)
        return made

    def code(self, name: str, ahead: int = 0) -> str:
        """Six digits that count now; ``ahead``: those of the next half minute, which count already."""
        return pyotp.TOTP(self.secrets[name]).at(int(time()) + 30 * ahead)

    async def tell(self, *facts: Any) -> None:
        """Put them on their streams, as enrichment does."""
        for fact in facts:
            event = to_json(seal(fact, id=f"{fact.subject}-{fact.revision}", source="/test"))
            await self.redis.xadd(KEYS.key(fact.stream), {"event": event})

    async def ask(self, fact: EventData, mark: str = "") -> None:
        """What a reader or an author asks of moderation."""
        event = to_json(seal(fact, id=f"{fact.subject}-{mark}-{fact.type}", source="/test"))
        await self.redis.xadd(KEYS.key(fact.destination), {"event": event})

    async def send(self, page: Page, path: str, **fields: str) -> int:
        """A form no page offers, sent by a script with everything else right; the status of the answer."""
        csrf = await page.locator("form[action='/sign-out'] input[name=csrf]").get_attribute("value")
        send = """([path, fields]) => fetch(path, {
            method: 'POST', body: new URLSearchParams(fields), redirect: 'manual',
        }).then(answer => answer.status)"""
        return int(await page.evaluate(send, [path, {"csrf": csrf, **fields}]))

    async def sign_in(self, page: Page, name: str, to: str = "/queue") -> None:
        """By the form, as a person does; ends on the page that was asked for."""
        await page.goto(f"{self.address}{to}")
        await page.fill("#name", name)
        await page.fill("#password", PASSWORD)
        await page.fill("#code", self.code(name))
        await page.click("main button")
        await page.wait_for_selector(".me")
        # Keys work from here on.
        await page.wait_for_load_state("load")

    async def waits(self, id_: str, body: str = "You idiot.", name: str = "Ada", **more: Any) -> str:
        """A comment of a test's own, decided about by the engine; its id."""
        await self.tell(said(id_, body, name, **more))
        await until(lambda: self.redis.hexists(KEYS.key(f"moderation:{escape(id_)}"), "standing"))
        return id_

    async def away(self, is_away: bool) -> None:
        """Moderation neither reads nor answers while it is away."""
        self.processes["moderation"].send_signal(signal.SIGSTOP if is_away else signal.SIGCONT)

    async def verdict(self, id_: str) -> tuple[str, str, str | None]:
        """What holds about a comment: verdict, who, and reason."""
        standing = await self.redis.hget(KEYS.key(f"moderation:{escape(id_)}"), "standing")
        decision = json.loads(standing)["decision"]
        return decision["verdict"], decision["actor"]["id"], decision.get("reason")


def _start(module: str, project: Path, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", module], cwd=project, env=settings)


@asynccontextmanager
async def open_house(
    redis: Client, url: str, project: Path, until: Callable[..., Awaitable[None]],
    comments: Sequence[CommentEnriched] = (), environment: dict[str, str] | None = None,
) -> AsyncIterator[House]:  # fmt: skip
    """Moderation and the desk, with two stories and these comments decided about."""
    port = free_port()
    house = House(f"http://127.0.0.1:{port}", redis, Accounts(redis, KEYS), {}, {})
    settings = {"LIGHTWIRE_REDIS_URL": url, "LIGHTWIRE_BLOCK_MS": "20", "LIGHTWIRE_LOG_LEVEL": "warning"}
    settings |= {"LIGHTWIRE_MODERATION_PORT": "0", "LIGHTWIRE_DESK_PORT": str(port)} | (environment or {})
    for name, module in (("moderation", "services.moderation"), ("desk", "services.moderation.desk")):
        house.processes[name] = _start(module, project, settings)
    try:
        await house.tell(story("a1", "The bridge that was paid for twice", "World"))
        await house.tell(story("a2", "پلی که دو بار پولش داده شد", "جامعه", "fa"), *comments)

        async def ready() -> bool:
            try:
                async with httpx.AsyncClient() as client:
                    health = (await client.get(f"{house.address}/health")).json()
            except httpx.TransportError:
                return False
            decided = await redis.xlen(KEYS.key("comments.moderated"))
            stories = await redis.exists(KEYS.key("desk:article:a1"), KEYS.key("desk:article:a2"))
            return bool(
                health["healthy"] and all(health["read"].values()) and decided >= len(comments) and stories == 2
            )

        await until(ready, 30)
        yield house
    finally:
        for process in house.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in house.processes.values():
            await asyncio.to_thread(process.wait, 20)


def usual() -> list[CommentEnriched]:
    """English and Persian comments, most of which are held."""
    english = [said(id_, body, name) for id_, body, name in EN]
    return english + [said(id_, body, name, "fa", article_id="a2") for id_, body, name in FA]


async def until(condition: Callable[[], Awaitable[object]], within: float = 15.0) -> None:
    """As the fixture of this name, for fixtures that live as long as their module."""
    deadline = time() + within
    while not await condition():
        assert time() < deadline, f"did not come true within {within} s: {condition}"
        await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(redis_server: Server, project: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for a module: what a test needs of its own has ids and names of its own."""
    redis = connect(redis_server.url)
    await redis.flushall()
    await load_library(redis)
    async with open_house(redis, redis_server.url, project, until, usual()) as found:
        yield found
    await redis.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for a module."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A tab that shares nothing with the last one, and in which nothing may be refused by a policy."""
    context = await chromium.new_context(viewport={"width": 1100, "height": 800}, locale="en-GB")
    tab = await context.new_page()
    told: list[str] = []
    tab.on("console", lambda message: told.append(message.text))
    tab.on("pageerror", lambda error: told.append(str(error)))
    yield tab
    await context.close()
    # Chromium reports every answer of 400 and more; those the test itself looks at.
    assert [one for one in told if "Failed to load resource" not in one] == []
