"""`lightwire moderation user`, and what becomes of the accounts and sessions it makes."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

import pyotp
import pytest

from services.commands.desk_demo import demo
from services.moderation.desk.sessions import Sessions, digest_of
from services.moderation.desk.tries import A_NAME, Tries
from shared.accounts import Account, Accounts, Refused, agrees, hashed
from shared.cases import Role
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.cli_case import Case, case
from tests.server import Server

KEYS = Keys()


@pytest.fixture
def cli(redis_server: Server, tmp_path: Path) -> Iterator[Case]:
    """An emptied Redis, and the command line beside it."""
    with case(redis_server.url, tmp_path) as found:
        yield found


def user(cli: Case, *words: str) -> Any:
    return cli.run("moderation", "user", *words, "--actor", "chief")


def stored(cli: Case, name: str) -> Account:
    return Account.model_validate_json(cli.redis.hget("lightwire:desk:users", name))


def audit(cli: Case) -> list[dict[str, Any]]:
    return [json.loads(fields[b"event"])["data"] for _, fields in cli.redis.xrange("lightwire:audit")]


def test_an_account_is_made_with_a_password_for_once_and_a_secret_to_scan(cli: Case) -> None:
    made = user(cli, "add", "parisa", "--languages", "fa,en", "--queues", "spam")

    account = stored(cli, "parisa")
    password = made.stdout.split("password, for once: ")[1].split("\n")[0]
    assert made.exit_code == 0, made.stderr
    assert agrees(account.password, password)
    assert (account.role, account.languages, account.must_change) == (Role.MODERATOR, ("fa", "en"), True)
    assert f"secret={account.totp}" in made.stdout
    assert "▄" in made.stdout or "█" in made.stdout
    assert password not in json.dumps(audit(cli))
    assert account.totp
    assert account.totp not in json.dumps(audit(cli))


def test_every_act_is_in_the_audit_and_chained_to_the_one_before(cli: Case) -> None:
    for words in (("add", "omid"), ("passwd", "omid"), ("totp", "omid"), ("disable", "omid"), ("remove", "omid")):
        assert user(cli, *words).exit_code == 0

    acts = audit(cli)

    assert [(one["actor"], one["action"], one["target"]) for one in acts] == [
        ("chief", f"desk.user.{action}", "omid") for action in ("add", "passwd", "totp", "disable", "remove")
    ]
    for before, one in zip([None, *acts], acts, strict=False):
        said = {name: value for name, value in one.items() if name != "hash"}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert one["previous"] == (before["hash"] if before else "")
        assert one["hash"] == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "Parisa Ahmadi"), 2, "/name"),
        (("add", "p", "--role", "king"), 2, "king"),
        (("add", "p", "--queues", "lost"), 2, "lost"),
        (("passwd", "nobody"), 1, "there is no account nobody"),
        (("totp", "nobody"), 1, "there is no account nobody"),
        (("disable", "nobody"), 1, "there is no account nobody"),
        (("remove", "nobody"), 1, "there is no account nobody"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(cli: Case, words: tuple[str, ...], code: int, said: str) -> None:
    found = user(cli, *words)

    assert (found.exit_code, said in found.stderr) == (code, True), found.stderr
    assert not cli.redis.exists("lightwire:desk:users", "lightwire:audit")


def test_a_name_is_given_once(cli: Case) -> None:
    user(cli, "add", "omid")
    before = stored(cli, "omid")

    again = user(cli, "add", "omid", "--role", "admin")

    assert again.exit_code == 1
    assert stored(cli, "omid") == before


def test_the_list_has_no_secrets(cli: Case) -> None:
    empty = cli.run("moderation", "user", "list")
    user(cli, "add", "omid", "--role", "editor")
    listed = cli.run("moderation", "user", "list")
    told = cli.json("moderation", "user", "list")

    assert empty.exit_code == 1
    assert "omid" in listed.stdout
    assert "editor" in listed.stdout
    assert not {"password", "totp", "epoch"} & told[0].keys()


@pytest.fixture
def accounts(redis: Client) -> Accounts:
    return Accounts(redis, KEYS)


async def person(accounts: Accounts, **more: Any) -> Account:
    data = {"name": "omid", "role": Role.EDITOR, "password": "x", "totp": pyotp.random_base32(), **more}
    account = Account(created_at=datetime.now(UTC), **data)
    await accounts.change(account.name, "test", "desk.user.add", lambda _: account)
    return account


@pytest.mark.parametrize("change", [{"disabled": True}, {"epoch": 1}, None], ids=["disabled", "signed out", "removed"])
async def test_who_may_not_sign_in_any_more_loses_their_sessions_at_once(
    redis: Client, accounts: Accounts, change: dict[str, object] | None
) -> None:
    account = await person(accounts)
    sessions = Sessions(redis, KEYS, accounts)
    token = await sessions.open(account)
    assert await sessions.find(token)

    after = None if change is None else account.model_copy(update=change)
    await accounts.change("omid", "test", "desk.user.x", lambda _: after)

    assert await sessions.find(token) is None
    assert not [key async for key in redis.scan_iter("lightwire:desk:session:*")]


async def test_a_session_ends_when_nobody_uses_it_and_after_twelve_hours_anyway(
    redis: Client, accounts: Accounts
) -> None:
    sessions = Sessions(redis, KEYS, accounts)
    token = await sessions.open(await person(accounts))
    key = f"lightwire:desk:session:{digest_of(token)}"

    idle = await redis.ttl(key)
    told = json.loads(await redis.get(key))
    await redis.set(key, json.dumps(told | {"until": time() + 60}), ex=5)
    await sessions.find(token)
    left = await redis.ttl(key)
    await redis.set(key, json.dumps(told | {"until": time() - 1}), ex=600)

    assert 1_700 < idle <= 1_800
    assert 40 < left <= 60
    assert await sessions.find(token) is None
    assert token not in key


async def test_a_name_is_tried_ten_times_and_no_address_is_kept(redis: Client, accounts: Accounts) -> None:
    tries, account = Tries(redis, KEYS), await person(accounts)

    taken = [await tries.take("omid") for _ in range(A_NAME + 2)]
    of_another = await tries.take("parisa")
    await tries.fine("omid")

    assert taken == [True] * A_NAME + [False] * 2
    assert of_another
    assert await tries.take("omid")
    assert account.totp
    assert not [key async for key in redis.scan_iter("*omid*")]


@pytest.mark.parametrize("digits", [str.maketrans("", ""), str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")])
async def test_a_code_counts_once_in_any_digits_and_half_a_minute_around(
    redis: Client, accounts: Accounts, digits: dict[int, int]
) -> None:
    tries, account = Tries(redis, KEYS), await person(accounts)
    now = 1_800_000_000.0
    codes = {step: pyotp.TOTP(account.totp or "").at(int(now) + 30 * step) for step in (-2, -1, 0, 1, 2)}

    spent = {step: await tries.spend(account, code.translate(digits), now) for step, code in codes.items()}

    assert spent == {-2: False, -1: True, 0: True, 1: True, 2: False}
    assert not any([await tries.spend(account, code, now) for code in codes.values()])


async def test_an_account_without_a_secret_signs_nobody_in(redis: Client, accounts: Accounts) -> None:
    account = await person(accounts, totp=None)

    assert not await Tries(redis, KEYS).spend(account, "", time())


async def test_the_demo_account_is_made_where_there_is_none_and_told_again(redis: Client, tmp_path: Path) -> None:
    accounts = Accounts(redis, KEYS)
    first = await demo(redis, KEYS, tmp_path)
    again = await demo(redis, KEYS, tmp_path)
    kept = await accounts.get("desk")
    await accounts.change(
        "desk", "desk", "desk.password", lambda _: kept and kept.model_copy(update={"password": hashed("a" * 12)})
    )  # fmt: skip

    assert first
    assert again == first
    assert kept
    assert (kept.demo, kept.totp, agrees(kept.password, first)) == (True, None, True)
    assert (tmp_path / "desk.password").stat().st_mode & 0o777 == 0o600
    assert await demo(redis, KEYS, tmp_path) is None


async def test_no_demo_account_is_made_beside_real_ones(redis: Client, accounts: Accounts, tmp_path: Path) -> None:
    await person(accounts)

    assert await demo(redis, KEYS, tmp_path) is None
    assert await accounts.get("desk") is None


async def test_nothing_is_lost_where_many_change_one_account_at_once(redis: Client, accounts: Accounts) -> None:
    await person(accounts)

    def signed_out(before: Account | None) -> Account:
        assert before
        return before.model_copy(update={"epoch": before.epoch + 1})

    def disabled(before: Account | None) -> Account:
        assert before
        return before.model_copy(update={"disabled": True})

    await asyncio.gather(
        *(accounts.change("omid", "omid", "desk.sign-out-everywhere", signed_out) for _ in range(5)),
        accounts.change("omid", "chief", "desk.user.disable", disabled),
    )

    account = await accounts.get("omid")
    assert account
    assert (account.epoch, account.disabled) == (5, True)
    assert await redis.xlen("lightwire:audit") == 7


def test_a_short_password_is_refused() -> None:
    with pytest.raises(Refused, match="12 to 1000"):
        hashed("short")
