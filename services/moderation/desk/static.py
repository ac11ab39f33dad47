"""Style and script, under names that change with their content."""

from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import SECURITY

_KINDS = {"desk.css": "text/css", "desk.js": "text/javascript", "desk.svg": "image/svg+xml"}
_FOLDER = files("services.moderation.desk").joinpath("static")
_BODIES = {name: _FOLDER.joinpath(name).read_bytes() for name in _KINDS}
ADDRESSES = {name: f"/static/{sha256(body).hexdigest()[:16]}/{name}" for name, body in _BODIES.items()}
"""Name → the address of this very content."""


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if ADDRESSES.get(name) != request.url.path:
        return Response("Not found", 404, SECURITY, "text/plain")
    forever = SECURITY | {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_BODIES[name], headers=forever, media_type=f"{_KINDS[name]}; charset=utf-8")


ROUTES = [Route("/static/{digest}/{name}", _file, methods=["GET"])]
