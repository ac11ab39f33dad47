"""Who asks, whether they may, and what they sent: every page of the desk passes here."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import page, path_of, redirect, whole
from services.moderation.desk.desk import Desk
from services.moderation.desk.pages import at, render
from services.moderation.desk.sessions import Session
from services.moderation.desk.settings import loopback
from services.moderation.desk.words import Words, spoken
from shared.accounts import Account
from shared.cases import Role
from shared.errors import where
from shared.logs import logger

LANGUAGE = "desk-language"
MOST_FIELDS = 400


@dataclass(slots=True)
class Visit:
    """One request of one person."""

    desk: Desk
    request: Request
    words: Words
    session: Session | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def account(self) -> Account:
        """Who is signed in; no page but those for signing in is asked without."""
        assert self.session is not None  # noqa: S101 - the guard has seen to it
        return self.session.account

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; with TLS, one that no neighbour under another name can set."""
        return "desk-session" if self.desk.settings.plain else "__Host-desk-session"

    def sent(self, name: str, most: int = 2_000) -> str:
        """A field of the form, stripped and cut; empty where it is missing, or a file."""
        value = self.form.get(name)
        return "" if value is None or isinstance(value, UploadFile) else value.replace("\r\n", "\n").strip()[:most]

    def whole_id(self) -> str:
        """The id a form is about, as it is: ids may begin or end with anything."""
        value = self.form.get("id")
        return value[:512] if isinstance(value, str) else ""

    def asked(self, name: str, most: int = 600) -> str:
        """A part of the address's query."""
        return self.request.query_params.get(name, "").strip()[:most]

    def whole(self, name: str, otherwise: int, least: int, most: int) -> int:
        """A whole number of the query, within bounds."""
        found = whole(self.asked(name, 12))
        return otherwise if found is None else max(least, min(most, found))

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page, with what every page has."""
        shared: Mapping[str, Any] = {
            "session": self.session, "me": self.session and self.session.account, "path": self.request.url.path,
            "here": at(self.request.url.path, **dict(self.request.query_params)), "results": (),
            "was": self.asked("was"), "was_verdict": self.asked("verdict", 20), "outcome": self.asked("outcome", 20),
        }  # fmt: skip
        return page(render(template, self.words, time(), {**shared, **values}), status)

    def wrong(self, status: int, why: str) -> Response:
        """A page that says what is the matter."""
        return self.show("wrong.html", status, title=self.words.wrong_title, why=why)


Handler = Callable[[Visit], Awaitable[Response]]


def route(desk: Desk, path: str, handler: Handler, method: str = "GET", role: Role | None = Role.MODERATOR) -> Route:
    """A page for people of this role or above; None: for everybody, signed in or not."""

    async def answer(request: Request) -> Response:
        words = spoken(request.cookies.get(LANGUAGE), request.headers.get("accept-language", ""))
        visit = Visit(desk, request, words)
        if not _for_us(desk, request):
            return visit.wrong(421, words.wrong_host)
        try:
            token = request.cookies.get(visit.cookie, "")
            visit.session = await desk.sessions.find(token) if token else None
            return await _let_in(visit, handler, method, role)
        except RedisError:
            return visit.wrong(503, words.wrong_away)
        except HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its message may quote a comment: only its place is told
            logger().error("desk.failed", error=type(error).__name__, where=where(error))
            return visit.wrong(500, words.wrong_fault)

    return Route(path, answer, methods=[method])


async def _let_in(visit: Visit, handler: Handler, method: str, role: Role | None) -> Response:
    request, words = visit.request, visit.words
    if method == "POST":
        if not _from_us(visit.desk, request):
            return visit.wrong(403, words.wrong_origin)
        visit.form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=2**20)
    if role is None:
        return await handler(visit)
    if visit.session is None:
        # What was written is not lost without a word: whoever comes back signed in finds the page it was written on.
        back = request.headers.get("referer") if method == "POST" else None
        return redirect(at("/sign-in", over="1" if request.cookies.get(visit.cookie) else "",
                           to=path_of(back) if back else _here(request)))  # fmt: skip
    if method == "POST" and not hmac.compare_digest(visit.sent("csrf").encode(), visit.session.csrf.encode()):
        return visit.wrong(403, words.wrong_csrf)
    if not visit.account.role.may(role):
        return visit.wrong(403, words.wrong_role)
    if visit.account.must_change and request.url.path not in ("/account", "/account/password", "/sign-out"):
        return redirect("/account")
    return await handler(visit)


def _here(request: Request) -> str:
    return at(request.url.path, **dict(request.query_params)) if request.method == "GET" else ""


def _for_us(desk: Desk, request: Request) -> bool:
    """A name that is not ours may lead to us all the same, in the browser of somebody who is signed in."""
    said = request.headers.get("host", "").lower()
    if not desk.settings.plain:
        return said == desk.settings.authority
    try:
        return loopback(urlsplit(f"//{said}").hostname or "")
    except ValueError:
        return False


def _from_us(desk: Desk, request: Request) -> bool:
    """True where a page of ours sent this form.

    Our pages name no referrer, so browsers send ``Origin: null`` with their forms; ``Sec-Fetch-Site`` tells then.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = f"http://{request.headers.get('host', '')}" if desk.settings.plain else desk.settings.url
    if site is not None:
        return site == "same-origin" and origin in (None, "null", ours)
    return origin is not None and origin.lower() == ours.lower()
