"""The account with which the desk of `lightwire up` can be looked at."""

from datetime import UTC, datetime
from pathlib import Path

from shared.accounts import Account, Accounts, agrees, hashed, one_time_password
from shared.cases import Role
from shared.keys import Keys
from shared.streams import Client

NAME = "desk"
FILE = "desk.password"


async def demo(redis: Client, keys: Keys, folder: Path) -> str | None:
    """The password of the account `desk`, made where there is no account at all; None where people have their own.

    It asks for no digits, and the desk takes it only while it listens on this machine alone. The password is kept
    beside Redis' data, readable by whoever runs both, who could write an account there anyway.
    """
    accounts, file = Accounts(redis, keys), folder / FILE
    if await accounts.everyone():
        account = await accounts.get(NAME)
        known = file.read_text("utf-8").strip() if file.is_file() else ""
        return known if account and account.demo and agrees(account.password, known) else None
    password = one_time_password()
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(password + "\n", "utf-8")
    account = Account(
        name=NAME, role=Role.ADMIN, password=hashed(password), demo=True, created_at=datetime.now(UTC)
    )  # fmt: skip
    await accounts.change(NAME, "lightwire up", "desk.user.add", lambda before: before or account, "demo")
    return password
