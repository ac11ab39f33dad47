"""The desk's door: other hosts, headers, TLS, endless forms, and the account of the demo."""

import asyncio
import re
import threading

import httpx
import pyotp
import pytest

from services.moderation.desk import tries
from shared.accounts import Accounts, agrees, hashed
from shared.cases import Role
from shared.streams import Client
from tests.pipeline.desk_door import HERE, Browser, Open, accounts, desk, keep
from tests.pipeline.stage_house import Until

__all__ = ["accounts", "desk"]


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


async def attempt(browser: Browser, name: str, password: str, code: str = "") -> httpx.Response:
    pending = re.search('name="pending" value="([^"]+)"', (await browser.get("/sign-in")).text)
    assert pending
    data = {"name": name, "password": password, "code": code, "pending": pending[1]}
    return await browser.post("/sign-in", data=data, headers={"Origin": HERE})


async def test_names_that_nobody_has_keep_nobody_out_and_tell_nobody_who_there_is(
    accounts: Accounts, desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "NOBODYS", 5)
    secret = pyotp.random_base32()
    await keep(accounts, name="omid", password=hashed("a long enough one"), totp=secret)
    browser = await desk()

    invented = [(await attempt(browser, f"nobody{n}", "x")).status_code for n in range(8)]
    wrong = await attempt(browser, "omid", "a wrong password")
    right = await attempt(browser, "omid", "a long enough one", pyotp.TOTP(secret).now())

    assert invented == [401] * 5 + [429] * 3
    # Wrong for a name there is reads as wrong for a name there is not.
    assert wrong.status_code == 429
    assert right.status_code == 303


@pytest.mark.parametrize("name", ["nobody", "omid"])
async def test_every_name_has_ten_tries_whether_anybody_has_it_or_not(
    accounts: Accounts, desk: Open, name: str
) -> None:
    await keep(accounts, name="omid", password=hashed("a long enough one"), totp=pyotp.random_base32())
    browser = await desk()

    tried = [(await attempt(browser, name, "x")).status_code for _ in range(12)]

    assert tried == [401] * 10 + [429] * 2


async def test_who_invents_names_waits_behind_nobody_but_others_who_do(
    redis: Client, accounts: Accounts, desk: Open, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    secret = pyotp.random_base32()
    await keep(accounts, name="omid", password=hashed("a long enough one"), totp=secret)
    browser, held, real = await desk(), threading.Event(), agrees

    def slow(kept: str | None, password: str) -> bool:
        # As long as a flood of them would take.
        return (kept is not None or held.wait(10)) and real(kept, password)

    async def all_wait() -> bool:
        return len(await redis.keys("lightwire:desk:tries:*")) == 6

    monkeypatch.setattr("services.moderation.desk.sign_in.agrees", slow)
    invented = [asyncio.create_task(attempt(browser, f"nobody{n}", "x")) for n in range(6)]
    await until(all_wait)
    right = await attempt(browser, "omid", "a long enough one", pyotp.TOTP(secret).now())
    still = [task.done() for task in invented]
    held.set()
    await asyncio.gather(*invented)

    assert right.status_code == 303
    assert not any(still)


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
