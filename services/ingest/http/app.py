"""The addresses of the front, and what OpenAPI says of them."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.ingest.http import fate, forms, reading_room, submit, uploads
from services.ingest.http.front import Front
from services.ingest.http.problems import MEDIA_TYPE, SCHEMA, TITLES, Problem
from services.ingest.http.shapes import ACCEPTED, BATCH, FATE, FORM, MEDIA, PUSHED, TOKEN, content, takes
from shared.logs import logger

Name = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,62}$", description="Of the source, as in sources.toml.")]
Id = Annotated[str, Path(min_length=1, max_length=512, description="The newsroom's own id.")]
Text = Annotated[str, Query(max_length=512)]
Route = Callable[..., Callable[[Any], Any]]
Shapes = dict[int, dict[str, Any] | None]
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""What FastAPI would send on by itself holds addresses with ids, and messages that may quote what was posted."""
LOUD = frozenset({"unsigned", "forbidden", "away"})
"""What somebody should look at; the rest is between us and the sender."""


def build(front: Front) -> FastAPI:
    """Everything but health and metrics, which the stage answers."""
    app = FastAPI(
        title="Lightwire: submit over HTTP", version="1", docs_url=None, redoc_url=None,
        redirect_slashes=False,
        description="Newsroom systems post stories and comments in their own formats. 202 means Redis has it.",
        telemetry=SILENT,
    )  # fmt: skip
    route = _router(app)
    _submitting(front, route)
    _asking(front, route)
    _telling(app)
    _described(app)
    return app


async def _answered(front: Front, name: str, what: str, work: Awaitable[Response]) -> Response:
    """The answer, or the problem as one; counted."""
    began, source = monotonic(), name if name in front.door.sources else "unknown"
    try:
        response = await work
    except Problem as problem:
        front.meters.answers.labels(source, what, problem.word).inc()
        if problem.word in LOUD:
            logger().warning("intake.refused", source=source, what=what, why=problem.word, detail=problem.detail)
        return problem.answer()
    finally:
        front.meters.seconds.labels(what).observe(monotonic() - began)
    front.meters.answers.labels(source, what, str(response.status_code)).inc()
    return response


def _submitting(front: Front, route: Route) -> None:
    @route("POST", "/v1/articles/{source}", {202: ACCEPTED}, takes("application/json"))
    async def articles(source: Name, request: Request) -> Response:
        """A story in the format of the source: a first version, a change, or its kill."""
        return await _answered(front, source, "articles", submit.one(front, request, source, "articles"))

    @route("POST", "/v1/articles/{source}/batch", {207: BATCH}, takes("application/x-ndjson", submit.BATCH))
    async def article_batch(source: Name, request: Request) -> Response:
        """Many stories, each with an answer of its own."""
        return await _answered(front, source, "articles", submit.many(front, request, source, "articles"))

    @route("POST", "/v1/comments/{source}", {202: ACCEPTED, 303: None}, takes("application/json", forms.FORM))
    async def comments(source: Name, request: Request) -> Response:
        """A comment in the format of the source; from an HTML form, a token in place of a signature."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == forms.FORM:
            return await _answered(front, source, "comments", forms.comment(front, request, source))
        return await _answered(front, source, "comments", submit.one(front, request, source, "comments"))

    @route("POST", "/v1/comments/{source}/batch", {207: BATCH}, takes("application/x-ndjson", submit.BATCH))
    async def comment_batch(source: Name, request: Request) -> Response:
        """Many comments, each with an answer of its own."""
        return await _answered(front, source, "comments", submit.many(front, request, source, "comments"))


def _asking(front: Front, route: Route) -> None:
    @route("GET", "/v1/comments/{source}/token", {200: TOKEN}, FORM)
    async def token(source: Name, request: Request, article: Text, author: Text = "") -> Response:
        """A token for one form under one story, for the site's own server."""
        return await _answered(front, source, "token", forms.give(front, request, source, article, author))

    @route("POST", "/v1/reports/{source}", {202: ACCEPTED}, takes("application/json"))
    async def reports(source: Name, request: Request) -> Response:
        """A reader reports a comment."""
        return await _answered(front, source, "reports", submit.ask(front, request, source, "reports"))

    @route("POST", "/v1/appeals/{source}", {202: ACCEPTED}, takes("application/json"))
    async def appeals(source: Name, request: Request) -> Response:
        """An author asks for another look."""
        return await _answered(front, source, "appeals", submit.ask(front, request, source, "appeals"))

    @route("POST", "/v1/media/{source}", {201: MEDIA}, takes("multipart/form-data"))
    async def media(source: Name, request: Request) -> Response:
        """A picture, in the field media; kept by its SHA-256, which a story then names."""
        return await _answered(front, source, "media", uploads.push(front, request, source))

    @route("GET", "/v1/media/{source}/{media_id:path}", {200: PUSHED})
    async def pushed(source: Name, media_id: Id, request: Request) -> Response:
        """Whether the source has pushed a picture under this name of its own."""
        return await _answered(front, source, "media", uploads.pushed(front, request, source, media_id))

    @route("GET", "/v1/articles/{id_:path}/status", {200: FATE})
    async def status(id_: Id, request: Request) -> Response:
        """What became of a story. Takes a bearer token of any source."""
        return await _answered(front, "", "status", fate.fate(front, request, id_))


def _telling(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return reading_room.page(app.openapi())

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        at = "/".join(str(part) for part in first["loc"])
        return Problem("invalid", f"{at}: {first['msg']}").answer()

    @app.exception_handler(HTTPException)
    async def nowhere(_: Request, error: HTTPException) -> Response:
        word = {404: "unknown", 405: "method"}.get(error.status_code, "invalid")
        answer = Problem(
            word, "look at the address, which ends without a slash, and at /docs for what there is"
        ).answer()
        answer.headers.update(error.headers or {})
        return answer


def _router(app: FastAPI) -> Route:
    """Routes with what they may answer beside success, told alike for all."""
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": title, "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
        for status, title in TITLES.values() if status != 405
    }  # fmt: skip

    def route(method: str, path: str, good: Shapes, extra: dict[str, Any] | None = None) -> Callable[[Any], Any]:
        answers: dict[int | str, dict[str, Any]] = {status: content(shape) for status, shape in good.items()}
        refusals = problems
        if None in good.values():
            # Who fills in a form reads a page.
            page = {"content": {MEDIA_TYPE: {"schema": SCHEMA}, "text/html": {"schema": {"type": "string"}}}}
            refusals = {at: told | page for at, told in problems.items()}
        responses: dict[int | str, dict[str, Any]] = {**refusals, **answers, 422: {"description": "never"}}
        return app.api_route(
            path, methods=[method], status_code=next(iter(good)), responses=responses, openapi_extra=extra,
            response_class=Response, response_model=None,
        )  # fmt: skip

    return route


def _described(app: FastAPI) -> None:
    openapi = app.openapi

    def told() -> dict[str, Any]:
        """FastAPI's own, without the 422 that is a 400 here."""
        found = openapi()
        for path in found["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        found.get("components", {}).pop("schemas", None)
        return found

    app.openapi = told  # type: ignore[method-assign]
