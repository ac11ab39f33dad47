"""A browser at a desk that runs in this process, and people who may sign in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.moderation.desk.app import build
from services.moderation.desk.settings import Settings
from shared.accounts import Account, Accounts
from shared.cases import Role
from shared.keys import Keys
from shared.streams import Client
from tests.server import Server

HERE = "http://127.0.0.1:8002"
Browser = httpx.AsyncClient
Open = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def accounts(redis: Client) -> Accounts:
    """Parisa, who signs in at the provider."""
    found = Accounts(redis, Keys())
    await keep(found, name="parisa", email="parisa@news.example")
    return found


async def keep(accounts: Accounts, **fields: Any) -> None:
    account = Account(created_at=datetime.now(UTC), **{"role": Role.EDITOR, **fields})
    await accounts.change(account.name, "test", "desk.user.add", lambda _: account)


@pytest.fixture
async def desk(redis: Client, redis_server: Server) -> AsyncIterator[Open]:
    """A browser at a desk with these settings; the desk runs in this process."""
    del redis
    async with AsyncExitStack() as opened:

        async def open_(base: str = HERE, **more: Any) -> Browser:
            app = build(Settings(**{"redis_url": redis_server.url, "url": base, **more}))
            await opened.enter_async_context(app.router.lifespan_context(app))
            browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)
            return await opened.enter_async_context(browser)

        yield open_
