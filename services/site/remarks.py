"""The comment form: a page without script, and what becomes of what is written in it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic, time
from urllib.parse import parse_qsl
from uuid import uuid4

from pydantic import ValidationError
from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from services.site.addresses import href
from services.site.answers import answer, redirect
from services.site.catalogue import Page
from services.site.channel import Channel
from services.site.entries import FULL, JSON
from services.site.forms import Allowance, Stale, check, token
from services.site.front import FORM_POLICY, comment_page
from services.site.http import Pages
from services.site.reports import report_form, reported, wrong_report
from services.site.words import Words, words_for
from shared.comments import Author, AuthorRole, CommentStatus
from shared.document import StoryDocument
from shared.events import CommentSubmitted
from shared.renditions import PublicComment

MOST_BYTES = 64_000
MOST_LETTERS = 5_000
LONGEST_NAME = 80


class Remarks:
    """Handlers of ``/<language>/comment/<file>``, the form of the story at ``/<language>/<file>``."""

    def __init__(self, channel: Channel, pages: Pages) -> None:
        self._channel, self._pages = channel, pages
        self._allowance = Allowance(channel.settings.comments_per_minute)

    def routes(self) -> list[Route]:
        """GET shows the form, POST takes it."""
        path = "/{language:str}/comment/{file:str}"
        return [
            Route(path, self._pages.arrived(self.form), methods=["GET"]),
            Route(path, self._pages.arrived(self.take), methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The form; with ``to``, under the comment that is answered; with ``sent``, thanks."""
        found = await self._story(request)
        if found is None:
            return await self._pages.missing(request, request.url.path.lstrip("/"))
        page, document = found
        if not page.shown:
            return redirect(_story_href(request), 303)
        if (id_ := request.query_params.get("report")) is not None:
            thanks = "sent" in request.query_params
            comment = None if thanks else _comment(document, id_)
            if comment is None and not thanks:
                return redirect(_story_href(request), 303)
            return self._show_report(request, page, comment)
        return self._show(request, page, document, sent="sent" in request.query_params)

    async def take(self, request: Request) -> Response:
        """To moderation, and back to a page that says thanks: 303. 422 names the field, 429 and 503 say to wait."""
        found = await self._story(request)
        if found is None:
            return await self._pages.missing(request, request.url.path.lstrip("/"))
        page, document = found
        words = words_for(page.language)
        if not page.shown:
            return redirect(_story_href(request), 303)
        fields = await _fields(request)
        if fields is None:
            return self._show(request, page, document, {}, words.too_long, 413)
        if "report" in fields:
            return await self._report(request, page, document, fields)
        wrong = self._wrong(page, document, fields, words)
        if wrong:
            return self._show(request, page, document, fields, wrong, 422)
        if not self._allowance.take(monotonic()):
            return self._show(request, page, document, fields, words.busy, 429)
        try:
            await self._channel.submit(_event(page, fields))
        except ValidationError:
            return self._show(request, page, document, fields, words.too_long, 422)
        except RedisError:
            return self._show(request, page, document, fields, words.busy, 503)
        return redirect(f"{request.url.path}?sent=1", 303)

    def _wrong(self, page: Page, document: StoryDocument | None, fields: Mapping[str, str], words: Words) -> str | None:
        if document is not None and not document.comments.open:
            return words.closed
        if not self._let_in(page, fields):
            return words.form_stale
        if not fields.get("body", "").strip():
            return words.body_missing
        if len(fields["body"]) > MOST_LETTERS or len(fields.get("name", "")) > LONGEST_NAME:
            return words.too_long
        return None

    def _let_in(self, page: Page, fields: Mapping[str, str]) -> bool:
        if fields.get("website"):
            # Hidden from people; a program fills in every field it finds.
            return False
        try:
            check(self._channel.secret, page.article_id, fields.get("token", ""), time())
        except Stale:
            return False
        return True

    async def _report(
        self, request: Request, page: Page, document: StoryDocument | None, fields: Mapping[str, str]
    ) -> Response:
        comment, words = _comment(document, fields["report"]), words_for(page.language)
        if comment is None:  # hidden meanwhile: there is nothing to report any more
            return redirect(_story_href(request), 303)
        wrong = words.form_stale if not self._let_in(page, fields) else wrong_report(fields, words)
        if wrong:
            return self._show_report(request, page, comment, fields, wrong, 422)
        if not self._allowance.take(monotonic()):
            return self._show_report(request, page, comment, fields, words.busy, 429)
        try:
            await self._channel.submit(reported(comment.id, fields))
        except RedisError:
            return self._show_report(request, page, comment, fields, words.busy, 503)
        return redirect(f"{request.url.path}?report=&sent=1", 303)

    def _show_report(
        self, request: Request, page: Page, comment: PublicComment | None,
        fields: Mapping[str, str] | None = None, wrong: str | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        body = report_form(
            self._channel.settings.name, page, comment, _story_href(request),
            token(self._channel.secret, page.article_id, time()), fields=fields, wrong=wrong,
        )  # fmt: skip
        return _answered(request, body, status)

    def _show(
        self, request: Request, page: Page, document: StoryDocument | None,
        fields: Mapping[str, str] | None = None, wrong: str | None = None, status: int = 200, *, sent: bool = False,
    ) -> Response:  # fmt: skip
        fields = dict(fields or {})
        to = fields.get("to") or request.query_params.get("to", "")
        items = document.comments.items if document else ()
        is_open = document is None or document.comments.open
        body = comment_page(
            self._channel.settings.name, page, story=_story_href(request), fields=fields, wrong=wrong, sent=sent,
            parent=next((one for one in items if one.id == to), None), is_open=is_open,
            token=token(self._channel.secret, page.article_id, time()), longest_name=LONGEST_NAME, most=MOST_LETTERS,
        ).encode()  # fmt: skip
        return _answered(request, body, status)

    async def _story(self, request: Request) -> tuple[Page, StoryDocument | None] | None:
        language, file = request.path_params["language"], request.path_params["file"]
        page = await self._channel.ask(lambda catalogue: catalogue.page(f"{language}/{file}"))
        if page is None or page.rendition != FULL or page.moved_to or page.replaced_by:
            return None
        stored = await self._channel.ask(lambda catalogue: catalogue.body(page.article_id, JSON))
        try:
            return page, StoryDocument.model_validate_json(stored) if stored else None
        except ValidationError:
            return page, None


def _answered(request: Request, body: bytes, status: int) -> Response:
    said = answer(request, body, etag=secrets.token_hex(16), status=status, policy=FORM_POLICY, cache="no-store")
    if status in (429, 503):
        said.headers["Retry-After"] = "30"
    return said


def _comment(document: StoryDocument | None, id_: str) -> PublicComment | None:
    """One that stands under the story."""
    return next((one for one in document.comments.items if one.id == id_), None) if document else None


def _story_href(request: Request) -> str:
    return href(f"{request.path_params['language']}/{request.path_params['file']}")


def _event(page: Page, fields: Mapping[str, str]) -> CommentSubmitted:
    """A reader has no account here, so each comment has an author of its own: nothing ties two of them together."""
    name = " ".join(fields.get("name", "").split()) or words_for(page.language).anonymous
    return CommentSubmitted(
        id=f"site:{uuid4()}",
        article_id=page.article_id,
        parent_id=fields.get("to") or None,
        revision=1,
        status=CommentStatus.USABLE,
        author=Author(id=f"site:{uuid4()}", name=name, role=AuthorRole.READER),
        body=fields["body"].replace("\r\n", "\n").strip(),
        created_at=datetime.now(UTC),
    )


async def _fields(request: Request) -> dict[str, str] | None:
    """A form as browsers send it; ``None`` for one that is longer than any comment or is no form."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return None
    if "application/x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        return None
