"""The desk's HTTP answers, each with the headers that keep a page to itself."""

from urllib.parse import quote, urlsplit

from starlette.responses import Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_AS_IT_IS = "/?#[]@!$&'()*+,;=:%~"
"""What an address may hold beside letters and numbers; a per cent sign is one that was quoted before."""
MOST_DIGITS = 15
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
    """``target`` where it is a path of ours; a link must not lead who has just signed in somewhere else.

    In ASCII, as a header must be: people type addresses in their own script.
    """
    if not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(sign) < 33 for sign in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else quote(target, safe=_AS_IT_IS)


def path_of(address: str) -> str:
    """The path of what a browser says it came from; empty where that is no address at all."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def whole(text: str) -> int | None:
    """A number that was typed or sent, in ASCII; None for anything else.

    ``²`` and digits of other scripts are digits to Python, and not all of them are numbers to it.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
