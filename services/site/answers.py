"""HTTP answers: validators, compression and the headers every page carries."""

import base64
import gzip
import re
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

HTML = "text/html; charset=utf-8"

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""A kill must be seen at the next look, so nothing is shown without asking."""


def hashed(text: str) -> str:
    """How a policy names a style sheet or a script."""
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def own_policy(css: str, more: str = "form-action 'self'") -> str:
    """The policy of the site's own pages: one style sheet, known by its hash, and our own pictures and forms."""
    return (
        f"default-src 'none'; style-src {hashed(css)}; img-src 'self' data:; base-uri 'none'; "
        f"{more}; frame-ancestors 'none'"
    )


def packed(body: bytes) -> bytes:
    """gzip, the same bytes every time."""
    return gzip.compress(body, 9, mtime=0)


def accepts(request: Request, coding: str) -> bool:
    """True if ``Accept-Encoding`` names this coding without refusing it."""
    asked = request.headers.get("accept-encoding", "")
    return re.search(rf"(?<![\w-]){coding}(?![\w-])(?!\s*;\s*q=0(\.0*)?\s*(,|$))", asked) is not None


def accepts_gzip(request: Request) -> bool:
    """True if ``Accept-Encoding`` names gzip without refusing it."""
    return accepts(request, "gzip")


def answer(
    request: Request,
    body: bytes,
    *,
    etag: str,
    zipped: bytes | None = None,
    br: bytes | None = None,
    dcb: tuple[str, bytes] | None = None,
    vary: str = "Accept-Encoding",
    status: int = 200,
    media_type: str = HTML,
    policy: str,
    cache: str = ASK_AGAIN,
) -> Response:
    """The body, the smallest of its twins, or 304, whichever the request allows. ``etag`` is the digest of ``body``.

    ``dcb``: the name of a dictionary this reader holds, and the body compressed with it.
    """
    use, coding, tag = body, "", f'"{etag}"'
    if dcb is not None:
        dictionary, use = dcb
        coding, tag = "dcb", f'"{etag}.{dictionary}"'
    elif br is not None and accepts(request, "br"):
        use, coding, tag = br, "br", f'"{etag}.br"'
    elif zipped is not None and accepts_gzip(request):
        use, coding, tag = zipped, "gzip", f'"{etag}.gz"'
    headers = SECURITY | {"Content-Security-Policy": policy, "Cache-Control": cache, "ETag": tag}
    if zipped is not None or br is not None:
        headers["Vary"] = vary
    if status == 200 and _matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(use, status, headers, media_type)


def _matches(if_none_match: str, tag: str) -> bool:
    tags = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return tag in tags or "*" in tags


def redirect(target: str, status: int, **headers: str) -> Response:
    """To an address on this site; ``target`` is encoded."""
    return Response(status_code=status, headers=SECURITY | {"Location": target, "Cache-Control": ASK_AGAIN} | headers)
