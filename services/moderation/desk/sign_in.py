"""Signing in and out."""

import asyncio
import hmac
import secrets
from time import time

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import own, redirect
from services.moderation.desk.desk import Desk
from services.moderation.desk.sessions import ABSOLUTE_S, PENDING_S
from services.moderation.desk.settings import loopback
from services.moderation.desk.visit import LANGUAGE, Visit, route
from services.moderation.desk.words import WORDS
from shared.accounts import LONGEST, Account, agrees
from shared.logs import logger


def routes(desk: Desk) -> list[Route]:
    """The form, what it sends, and the way out."""
    return [
        route(desk, "/", _root, role=None),
        route(desk, "/sign-in", _form, role=None),
        route(desk, "/sign-in", _taken, "POST", role=None),
        route(desk, "/sign-out", _out, "POST"),
        route(desk, "/language/{language}", _language, role=None),
    ]


async def _root(_: Visit) -> Response:
    return redirect("/queue")


async def _form(visit: Visit) -> Response:
    if visit.session is not None:
        return redirect(own(visit.asked("to")))
    return _shown(visit, over=visit.asked("over") == "1", to=visit.asked("to"))


def _shown(
    visit: Visit, *, status: int = 200, wrong: str = "", over: bool = False, to: str = "", name: str = ""
) -> Response:
    pending = secrets.token_urlsafe(32)
    shown = visit.show(
        "sign_in.html", status, pending=pending, wrong=wrong, over=over, to=own(to, ""), name=name,
        oidc=bool(visit.desk.settings.desk_oidc_issuer),
    )  # fmt: skip
    put_cookie(visit, shown, f"{visit.cookie}-form", pending, PENDING_S)
    return shown


async def _taken(visit: Visit) -> Response:
    words, to = visit.words, visit.sent("to")
    name, password, code = visit.sent("name", 100).lower(), visit.form.get("password"), visit.sent("code", 20)
    pending = visit.request.cookies.get(f"{visit.cookie}-form", "")
    if not pending or not hmac.compare_digest(pending.encode(), visit.sent("pending").encode()):
        return _shown(visit, status=403, wrong=words.form_old, to=to, name=name)
    if not await visit.desk.tries.take(name):
        return _too_often(visit, to, name)
    found = await visit.desk.accounts.get(name)
    invented = await visit.desk.tries.invented(nobodys=found is None)
    account = await _right(visit.desk, found, password if isinstance(password, str) else "", code)
    if account is None and invented:
        return _too_often(visit, to, name)
    if account is None:
        visit.desk.meters.sign_ins.labels("wrong").inc()
        # Which of the three was wrong is nobody's business but theirs who know all three.
        return _shown(visit, status=401, wrong=words.sign_in_wrong, to=to, name=name)
    await visit.desk.tries.fine(name)
    return await signed_in(visit, account, redirect(own(to)), "desk.sign-in")


def _too_often(visit: Visit, to: str, name: str) -> Response:
    visit.desk.meters.sign_ins.labels("too_often").inc()
    slow = _shown(visit, status=429, wrong=visit.words.too_often, to=to, name=name)
    slow.headers["Retry-After"] = "900"
    return slow


async def _right(desk: Desk, account: Account | None, password: str, code: str) -> Account | None:
    """The account, if all fits. The same work is done whether there is one or not."""
    async with desk.tries.at_once if account else desk.tries.for_nobody:
        right = await asyncio.to_thread(agrees, account.password if account else None, password[: LONGEST + 1])
    if account is None or not right or account.disabled:
        return None
    if account.demo and not (desk.settings.plain and loopback(desk.settings.host)):
        return None
    return account if await desk.tries.spend(account, code, time()) else None


async def signed_in(visit: Visit, account: Account, answer: Response, action: str) -> Response:
    """``answer`` with a new session, whatever session there was before."""
    if visit.session is not None:
        await visit.desk.sessions.end(visit.session)
    token = await visit.desk.sessions.open(account)
    await visit.desk.accounts.record(account.name, action, account.name)
    visit.desk.meters.sign_ins.labels("fine").inc()
    logger().info("desk.signed_in", role=account.role.value)
    put_cookie(visit, answer, visit.cookie, token, ABSOLUTE_S)
    answer.delete_cookie(f"{visit.cookie}-form", path="/", secure=not visit.desk.settings.plain, httponly=True)
    return answer


async def _out(visit: Visit) -> Response:
    assert visit.session is not None  # noqa: S101 - the guard has seen to it
    await visit.desk.sessions.end(visit.session)
    gone = redirect("/sign-in")
    gone.delete_cookie(visit.cookie, path="/", secure=not visit.desk.settings.plain, httponly=True, samesite="strict")
    gone.headers["Clear-Site-Data"] = '"cache"'
    return gone


async def _language(visit: Visit) -> Response:
    answer, chosen = redirect(own(visit.asked("to"))), visit.request.path_params["language"]
    if chosen in WORDS:
        put_cookie(visit, answer, LANGUAGE, chosen, 400 * 86_400)
    return answer


def put_cookie(visit: Visit, answer: Response, name: str, value: str, seconds: int, *, strict: bool = True) -> None:
    """For this site alone, and for no script."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=not visit.desk.settings.plain, httponly=True,
        samesite="strict" if strict else "lax",
    )  # fmt: skip
