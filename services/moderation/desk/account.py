"""One's own account: another password, and signing out everywhere."""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import redirect
from services.moderation.desk.desk import Desk
from services.moderation.desk.sign_in import signed_in
from services.moderation.desk.visit import Visit, route
from shared.accounts import LONGEST, SHORTEST, Account, Refused, agrees, hashed


def routes(desk: Desk) -> list[Route]:
    """The page and its two forms."""
    return [
        route(desk, "/account", _page),
        route(desk, "/account/password", _password, "POST"),
        route(desk, "/account/everywhere", _everywhere, "POST"),
    ]


async def _page(visit: Visit) -> Response:
    return _shown(visit)


def _shown(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    return visit.show(
        "account.html", status, wrong=wrong, shortest=SHORTEST, changed=visit.asked("changed") == "1"
    )  # fmt: skip


async def _password(visit: Visit) -> Response:
    words, old, new = visit.words, visit.form.get("old"), visit.form.get("new")
    if not isinstance(old, str) or not isinstance(new, str):
        return visit.wrong(422, words.wrong_form)
    if new != visit.form.get("again"):
        return _shown(visit, words.not_the_same, 422)
    # Whoever finds a browser signed in must not be able to try passwords here without end.
    if not await visit.desk.tries.take(visit.account.name):
        return _shown(visit, words.too_often, 429)
    async with visit.desk.tries.at_once:
        if not await asyncio.to_thread(agrees, visit.account.password, old[: LONGEST + 1]):
            return _shown(visit, words.old_wrong, 422)
        if new == old:
            return _shown(visit, words.password_same, 422)
        try:
            kept = await asyncio.to_thread(hashed, new)
        except Refused:
            return _shown(visit, words.password_length.replace("{n}", str(SHORTEST)), 422)
    await visit.desk.tries.fine(visit.account.name)
    account = await _change(
        visit, "desk.password", lambda one: {"password": kept, "must_change": False, "epoch": one.epoch + 1}
    )
    return await signed_in(visit, account, redirect("/account?changed=1"), "desk.sign-in")


async def _everywhere(visit: Visit) -> Response:
    await _change(visit, "desk.sign-out-everywhere", lambda one: {"epoch": one.epoch + 1})
    return redirect("/sign-in")


async def _change(visit: Visit, action: str, fields: Callable[[Account], dict[str, object]]) -> Account:
    """One's own account as it stands now, with these fields. Raises ``Refused`` where it is gone."""
    name, last = visit.account.name, [visit.account]

    def made(before: Account | None) -> Account:
        if before is None:
            raise Refused("the account is gone")
        last.append(before.model_copy(update=fields(before)))
        return last[-1]

    await visit.desk.accounts.change(name, name, action, made)
    return last[-1]
