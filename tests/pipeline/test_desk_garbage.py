"""Whatever comes in an address, a form or a header, the desk answers, and never with a fault of its own."""

import re
from collections.abc import AsyncIterator
from time import time

import httpx
import pyotp
import pytest

from shared.accounts import Accounts, hashed
from shared.cases import Role
from shared.keys import Keys
from shared.streams import Client, load_library
from tests.pipeline.desk_door import HERE, Browser, Open, accounts, desk, keep
from tests.pipeline.moderation_house import at_work, decided, write
from tests.pipeline.stage_house import Until
from tests.server import Server

__all__ = ["accounts", "desk"]

PASSWORD = "water under the bridge"
GARBAGE = (
    "²", "٣", "-1", "9" * 400, "1e9", "9999-12-31", "0001-01-01", "\x00", "\ufffd\u202e", "/صف", "//evil.example/[",
    "http://[", "[", "{{ 7 * 7 }}", "' or 1=1 --", "%", "%00%ff", "*" * 600, "1.²", "1." + "9" * 30,
)  # fmt: skip
PAGES = {
    "/queue": ("queue", "language", "page", "was", "verdict", "outcome"), "/comment": ("id", "queue", "did", "was"),
    "/search": ("q",), "/policy": ("activated",), "/what-if": ("days",), "/statistics": ("days",),
    "/trail": ("who", "what", "since", "until", "page"), "/trail.csv": ("since", "until"), "/holds": ("x",),
    "/story": ("id", "did"), "/account": ("did",), "/sign-in": ("to", "over"), "/language/fa": ("to",),
}  # fmt: skip
FORMS = {
    "/queue": ("queue", "language", "verdict", "pick", "reason"),
    "/decide": ("id", "seen", "verdict", "reason", "note"),
    "/claim": ("id", "queue"), "/release": ("id",), "/escalate": ("id", "to"),
    "/sanction": ("kind", "days", "section", "reason"), "/story/thread": ("id", "mode"),
    "/story/hold": ("id", "kind", "lift"), "/what-if": ("days", "text"), "/account/password": ("old", "new", "again"),
}  # fmt: skip
RIGHT = {"id": "c1", "seen": "1.9", "verdict": "publish", "pick": "1.9 c1", "kind": "warn"}
"""What the other fields of a form hold: enough to get past the first look, and too late to be carried out."""


@pytest.fixture
async def chief(redis: Client, redis_server: Server, desk: Open, until: Until) -> AsyncIterator[Browser]:
    """An admin who is signed in, beside a moderation at work with one comment."""
    await load_library(redis)
    secret = pyotp.random_base32()
    await keep(Accounts(redis, Keys()), name="chief", role=Role.ADMIN, password=hashed(PASSWORD), totp=secret)
    async with at_work(redis_server):
        await write(redis, "c1", "A calm remark about the bridge.")
        await until(lambda: decided(redis, 1))
        browser = await desk()
        browser.headers["Origin"] = HERE
        came = await signed_in(browser, secret, "/queue")
        assert came.status_code == 303
        yield browser


async def signed_in(browser: Browser, secret: str, to: str) -> httpx.Response:
    form = await browser.get("/sign-in", params={"to": to})
    pending = re.search('name="pending" value="([^"]+)"', form.text)
    assert pending
    data = {"name": "chief", "password": PASSWORD, "code": pyotp.TOTP(secret).at(int(time())), "pending": pending[1]}
    return await browser.post("/sign-in", data={**data, "to": to}, headers={"Origin": HERE})


async def csrf_of(browser: Browser) -> str:
    found = re.search('name="csrf" value="([^"]+)"', (await browser.get("/account")).text)
    assert found
    return found[1]


async def test_no_address_brings_a_page_down(chief: Browser) -> None:
    asked = [(path, name, value) for path, names in PAGES.items() for name in names for value in GARBAGE]

    answers = [await chief.get(path, params={name: value}) for path, name, value in asked]

    assert [one for one, answer in zip(asked, answers, strict=True) if answer.status_code >= 500] == []


async def test_no_form_brings_a_page_down(chief: Browser) -> None:
    csrf = await csrf_of(chief)
    asked = [(path, name, value) for path, names in FORMS.items() for name in names for value in GARBAGE]

    answers = [await chief.post(path, data={**RIGHT, "csrf": csrf, name: value}) for path, name, value in asked]

    assert [one for one, answer in zip(asked, answers, strict=True) if answer.status_code >= 500] == []
    # The forms got past the door, and what they held was looked at.
    assert {409, 422} <= {answer.status_code for answer in answers}


@pytest.mark.parametrize("header", ["Referer", "Cookie", "Accept-Language", "Origin", "Sec-Fetch-Site"])
async def test_no_header_brings_a_page_down(chief: Browser, desk: Open, header: str) -> None:
    stranger, statuses = await desk(), {}
    for value in GARBAGE:
        headers = {b"Origin": HERE.encode(), header.encode(): value.encode()}
        for name, browser in (("chief", chief), ("stranger", stranger)):
            statuses["post", name, value] = await browser.post("/decide", data=RIGHT, headers=headers)
            statuses["get", name, value] = await browser.get("/queue", headers=headers)

    assert {asked for asked, answer in statuses.items() if answer.status_code >= 500} == set()


async def test_who_wanted_a_page_with_a_persian_address_is_led_there(
    redis: Client, accounts: Accounts, desk: Open
) -> None:
    del redis
    secret = pyotp.random_base32()
    await keep(accounts, name="chief", password=hashed(PASSWORD), totp=secret)

    came = await signed_in(await desk(), secret, "/search?q=پل")

    assert came.status_code == 303
    assert came.headers["location"] == "/search?q=%D9%BE%D9%84"
