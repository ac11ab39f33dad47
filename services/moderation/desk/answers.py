"""The desk's HTTP answers, each with the headers that keep a page to itself."""

from urllib.parse import urlsplit

from starlette.responses import Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page(html: str, status: int = 200) -> Response:
    """A page nobody keeps: the next to use this computer must not find it by going back."""
    return Response(html, status, SECURITY, "text/html; charset=utf-8")


def redirect(target: str) -> Response:
    """To an address of the desk, to be fetched with GET."""
    return Response(status_code=303, headers=SECURITY | {"Location": target})


def own(target: str, otherwise: str = "/queue") -> str:
    """``target`` where it is a path of ours; a link must not lead who has just signed in somewhere else."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(sign) < 33 for sign in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
