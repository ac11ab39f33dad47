"""Comments from plain HTML forms: no script, no account of ours, and back to the page they came from."""

import secrets
from datetime import UTC, datetime
from html import escape
from time import time
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.ingest import form_token
from services.ingest.http import bodies
from services.ingest.http.front import Front
from services.ingest.http.problems import Problem
from services.ingest.sources import Known
from shared.comments import Author, CommentStatus
from shared.errors import explain
from shared.events import CommentSubmitted

MOST_BYTES = 65_536
FORM = "application/x-www-form-urlencoded"
HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}


async def give(front: Front, request: Request, name: str, article: str, author: str) -> Response:
    """A token for the site's own server, which has a token of the source; the site may as well make it itself."""
    known = front.door.known(name, "comments")
    front.door.reader(request, name)
    if not known.form_secrets:
        raise Problem("forbidden", "this source has no form: sources.toml, [source.form]")
    now = int(time())
    made = form_token.token(known.form_secrets[0], name, article, author, given=now, nonce=secrets.token_urlsafe(12))
    return JSONResponse({"token": made, "expires": now + form_token.KEEPS_S}, headers={"Cache-Control": "no-store"})


async def comment(front: Front, request: Request, name: str) -> Response:
    """303 back to ``return_to`` once Redis has it; a page that says what to change, where something is wrong."""
    known = front.door.known(name, "comments")
    try:
        return await _comment(front, known, request)
    except Problem as problem:
        front.meters.answers.labels(name, "comments", problem.word).inc()
        title = escape(str(problem.body()["title"]))
        html = f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><p>{escape(problem.detail)}"
        return HTMLResponse(html, problem.status, {**HEADERS, **problem.headers()})


async def _comment(front: Front, known: Known, request: Request) -> Response:
    form = known.source.form
    if form is None:
        raise Problem("forbidden", "this source has no form: sources.toml, [source.form]")
    origin = request.headers.get("origin")
    if origin is not None and origin not in form.origins:
        raise Problem("forbidden", "the form stands on a site that is not among the origins of this source")
    body = await bodies.read(request, MOST_BYTES)
    try:
        said = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError:
        raise Problem("invalid", f"the body is not {FORM} in UTF-8", pointer="") from None
    back = said.get("return_to", "")
    if _origin(back) not in form.origins:
        raise Problem("forbidden", "return_to leads to a site that is not among the origins of this source")
    article, author = said.get("article_id", ""), said.get("author_id", "")
    try:
        id_ = form_token.check(known.form_secrets, said.get("token", ""), known.source.name, article, author, time())
    except form_token.Stale as error:
        raise Problem("unsigned", str(error)) from None
    front.door.count(known)
    try:
        submission = CommentSubmitted(
            id=id_, article_id=article, parent_id=said.get("parent_id") or None, revision=1,
            status=CommentStatus.USABLE, author=Author(id=author or id_, name=said.get("name", "")),
            body=said.get("body", "").replace("\r\n", "\n"),
            # By the token, not the clock: the same form sent twice is the same comment.
            created_at=datetime.fromtimestamp(int(said["token"].split(".")[0]), UTC),
        )  # fmt: skip
    except ValidationError as error:
        at = "/" + "/".join(str(part) for part in error.errors()[0]["loc"])
        raise Problem("invalid", explain(error), pointer=at) from None
    state = await front.inbox.put(submission, id_, known.source.path)
    front.meters.answers.labels(known.source.name, "comments", state).inc()
    return Response(status_code=303, headers={**HEADERS, "Location": quote(back, safe=_AS_IS)})


_AS_IS = "!#$%&'()*+,/:;=?@[]~"
"""What an address may hold as it is; the rest, such as Persian letters, is written in ASCII, as headers must be."""


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    clean = not any(ord(sign) <= 32 or sign == "\\" for sign in address)
    return f"{parts.scheme}://{parts.netloc}" if clean else ""
