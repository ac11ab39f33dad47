"""The desk's doors: other hosts, headers, TLS, and signing in at an identity provider."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from services.moderation.desk.app import build
from services.moderation.desk.settings import Settings
from shared.accounts import Account, Accounts, hashed
from shared.cases import Role
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.identity_provider import CLIENT, SECRET, Provider, httpx_params, providing
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


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with providing() as found:
        yield found


def known(provider: Provider) -> dict[str, Any]:
    return {
        "desk_oidc_issuer": provider.issuer, "desk_oidc_client_id": CLIENT,
        "desk_oidc_client_secret": SecretStr(SECRET),
    }  # fmt: skip


async def sent(browser: Browser, provider: Provider, to: str = "/policy") -> str:
    """The address the provider was asked with; the person agrees there."""
    left = await browser.get("/sign-in/elsewhere", params={"to": to})
    assert left.status_code == 303, left.text
    address: str = left.headers["location"]
    provider.agreed(address)
    return address


async def back(browser: Browser, address: str, **more: str) -> httpx.Response:
    asked = {"code": "code-1", "state": dict(httpx_params(address))["state"], **more}
    return await browser.get("/sign-in/back", params=asked)


async def test_who_the_provider_vouches_for_and_has_an_account_comes_in(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    browser = await desk(**known(provider))
    address = await sent(browser, provider)
    asked = dict(httpx_params(address))

    arrived = await back(browser, address)
    inside = await browser.get("/policy")

    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{HERE}/sign-in/back"
    assert len(asked["state"]) > 40
    assert arrived.status_code == 200
    assert 'content="0;url=/policy"' in arrived.text
    assert "SameSite=strict" in arrived.headers["set-cookie"]
    assert "parisa" in inside.text
    assert (await accounts.get("parisa")) is not None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1_000}, {"nonce": "another"}, {"nonce": None},
        {"aud": [CLIENT, "another"], "azp": "another"}, {"iat": 9_999_999_999},
    ],
    ids=str,
)  # fmt: skip
async def test_a_token_that_is_not_for_us_and_now_lets_nobody_in(
    accounts: Accounts, desk: Open, provider: Provider, claims: dict[str, Any]
) -> None:
    del accounts
    browser = await desk(**known(provider))
    provider.claims = claims

    arrived = await back(browser, await sent(browser, provider))

    assert arrived.status_code == 502
    assert (await browser.get("/queue")).status_code == 303


async def test_a_token_signed_with_another_key_lets_nobody_in(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    del accounts
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    browser = await desk(**known(provider))

    assert (await back(browser, await sent(browser, provider))).status_code == 502


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email": "omid@news.example"}, {"email": None}, {"email_verified": "true"}],
    ids=str,
)
async def test_who_has_no_account_is_told_and_not_made_one(
    accounts: Accounts, desk: Open, provider: Provider, claims: dict[str, Any]
) -> None:
    browser = await desk(**known(provider))
    provider.claims = claims

    arrived = await back(browser, await sent(browser, provider))

    assert arrived.status_code == 403
    assert "have no account at this desk" in arrived.text
    assert [one.name for one in await accounts.everyone()] == ["parisa"]


async def test_the_providers_own_id_is_as_good_as_an_address(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    await keep(accounts, name="omid", email="person-1")
    browser = await desk(**known(provider))
    provider.claims = {"email_verified": False}

    assert (await back(browser, await sent(browser, provider))).status_code == 200
    assert "omid" in (await browser.get("/account")).text


async def test_who_is_disabled_here_stays_out_whatever_the_provider_says(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    await keep(accounts, name="parisa", email="parisa@news.example", disabled=True)
    browser = await desk(**known(provider))

    assert (await back(browser, await sent(browser, provider))).status_code == 403


async def test_a_way_back_is_gone_once_and_only_in_the_browser_that_left(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    del accounts
    browser, stranger = await desk(**known(provider)), await desk(**known(provider))
    address = await sent(browser, provider)

    elsewhere = await back(stranger, address)
    forged = await back(browser, address, state="x")
    first = await back(browser, address)
    browser.cookies.set("desk-session-elsewhere", dict(httpx_params(address))["state"])
    second = await back(browser, address)

    assert [one.status_code for one in (elsewhere, forged, first, second)] == [403, 403, 200, 403]


async def test_a_provider_that_is_away_is_told_and_shuts_nobody_else_out(accounts: Accounts, desk: Open) -> None:
    del accounts
    settings = {"desk_oidc_issuer": "http://127.0.0.1:9", "desk_oidc_client_id": "a"}
    browser = await desk(**settings, desk_oidc_client_secret=SecretStr("b"))

    assert (await browser.get("/sign-in/elsewhere")).status_code == 502
    assert "Sign in with the newsroom" in (await browser.get("/sign-in")).text


async def test_without_a_provider_there_is_no_way_to_one(desk: Open) -> None:
    browser = await desk()

    assert (await browser.get("/sign-in/elsewhere")).headers["location"].startswith("/sign-in")
    assert "newsroom" not in (await browser.get("/sign-in")).text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "desk.example:8002", "", "[::1"])
async def test_a_name_that_is_not_ours_is_answered_with_nothing(desk: Open, host: str) -> None:
    answer = await (await desk()).get("/sign-in", headers={"Host": host})

    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/nothing", "/health", "/metrics", "/static/x/desk.css"])
async def test_every_answer_keeps_the_page_to_itself(desk: Open, path: str) -> None:
    headers = (await (await desk()).get(path)).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


async def test_with_tls_cookies_are_for_tls_and_this_host_alone(accounts: Accounts, desk: Open) -> None:
    secret = pyotp.random_base32()
    await keep(accounts, name="omid", password=hashed("a long enough one"), totp=secret)
    browser = await desk("https://desk.example")
    form = await browser.get("/sign-in")
    pending = re.search('name="pending" value="([^"]+)"', form.text)
    assert pending

    given = await browser.post(
        "/sign-in",
        data={"name": "omid", "password": "a long enough one", "code": pyotp.TOTP(secret).now(), "pending": pending[1]},
        headers={"Origin": "https://desk.example"},
    )

    cookie = next(one for one in given.headers.get_list("set-cookie") if one.startswith("__Host-desk-session="))
    assert given.status_code == 303
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert (await browser.get("/queue")).status_code == 200
    assert (await browser.get("/queue", headers={"Host": "127.0.0.1:8002"})).status_code == 421


async def test_the_demo_account_is_for_a_desk_on_this_machine_alone(accounts: Accounts, desk: Open) -> None:
    await keep(accounts, name="desk", role=Role.ADMIN, password=hashed("a long enough one"), demo=True)
    said = {}
    for name, settings in (
        ("here", {}), ("everywhere", {"host": "0.0.0.0"}), ("tls", {"base": "https://desk.example"})
    ):  # fmt: skip
        browser = await desk(**settings)
        pending = re.search('name="pending" value="([^"]+)"', (await browser.get("/sign-in")).text)
        assert pending
        data = {"name": "desk", "password": "a long enough one", "pending": pending[1]}
        said[name] = (await browser.post("/sign-in", data=data, headers={"Sec-Fetch-Site": "same-origin"})).status_code

    assert said == {"here": 303, "everywhere": 401, "tls": 401}


async def test_a_sign_in_from_another_site_is_refused(accounts: Accounts, desk: Open) -> None:
    del accounts
    browser = await desk()
    await browser.get("/sign-in")
    data = {"name": "parisa", "password": "x", "pending": "guessed"}

    assert (await browser.post("/sign-in", data=data)).status_code == 403
    assert (await browser.post("/sign-in", data=data, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await browser.post("/sign-in", data=data, headers={"Origin": HERE})).status_code == 403


async def test_an_endless_form_is_cut_off(desk: Open) -> None:
    answer = await (await desk()).post(
        "/sign-in", content=b"name=" + b"x" * 3_000_000,
        headers={"Origin": HERE, "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert answer.status_code == 413


async def test_without_redis_the_desk_says_so(desk: Open) -> None:
    browser = await desk(redis_url="redis://127.0.0.1:9/0")
    browser.cookies.set("desk-session", "x")

    answer = await browser.get("/queue")

    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text
