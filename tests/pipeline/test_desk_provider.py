"""Signing in at an identity provider that answers, lies, or is away."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from shared.accounts import Accounts
from tests.pipeline.desk_door import HERE, Browser, Open, accounts, desk, keep
from tests.pipeline.identity_provider import CLIENT, SECRET, Provider, httpx_params, providing

__all__ = ["accounts", "desk"]


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


async def test_an_id_of_the_providers_is_another_ones_in_another_case(
    accounts: Accounts, desk: Open, provider: Provider
) -> None:
    await keep(accounts, name="omid", email="Person-1")
    browser = await desk(**known(provider))
    provider.claims = {"email_verified": False}

    assert (await back(browser, await sent(browser, provider))).status_code == 403


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
