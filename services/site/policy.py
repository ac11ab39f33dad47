"""The policy a story's page is served under: its own, with its scripts by hash, and never looser than ours."""

import base64
import html
import re
from hashlib import sha256

_META = re.compile(rb'<meta http-equiv="?Content-Security-Policy"? content="([^"]{1,2000})">')
_STYLE = re.compile(rb"<style>([^<]*)</style>")
_HASH = re.compile(r"'sha256-[A-Za-z0-9+/]{43}='")
_MAY_NAME = {
    "default-src": {"'none'"},
    "img-src": {"'none'", "'self'", "data:", "https:"},
    # What runs is named by its hash, and by nothing else.
    "script-src": set[str](),
    "style-src": set[str](),
    "connect-src": {"'none'", "'self'"},
    "base-uri": {"'none'"},
    "form-action": {"'none'", "'self'"},
}
"""Directive → the sources it may name; no other directive is taken from a page."""
_HASHED = {"script-src", "style-src"}
_AMONG_THE_FIRST = 4_000
"""Bytes in which delivery puts the policy; a newsroom's or reader's words come later, so they cannot bring one."""

BARE_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of what is no page: pictures, JSON, plain text; and of a page that names no policy we would accept."""


def page_policy(body: bytes) -> str:
    """The header for this page: the policy in its head, and that nobody may frame it.

    A page whose policy is missing or loose is shown as text and pictures alone.
    """
    found = _META.search(body[:_AMONG_THE_FIRST])
    if found is not None:
        named = _hashed(html.unescape(found[1].decode("ascii", "replace")), body)
        if _strict(named):
            return f"{named.strip().rstrip(';')}; frame-ancestors 'none'"
    return f"{BARE_POLICY}; img-src 'self' data:; style-src 'unsafe-inline'"


def _strict(policy: str) -> bool:
    """True where nothing is allowed that our own pages need not."""
    directives = [directive.split() for directive in policy.strip().rstrip(";").split(";")]
    names = [directive[0] if directive else "" for directive in directives]
    return (
        names[0] == "default-src"
        and len(names) == len(set(names))
        and all(
            name in _MAY_NAME
            and bool(sources)
            and all(one in _MAY_NAME[name] or (name in _HASHED and _HASH.fullmatch(one)) for one in sources)
            for name, *sources in (directive or [""] for directive in directives)
        )
    )


def _hashed(policy: str, body: bytes) -> str:
    """A light page has no script and allows any style, to be small; served by us, it allows the one it has."""
    style = _STYLE.search(body[:_AMONG_THE_FIRST])
    if style is None or "script-src" in policy or "style-src 'unsafe-inline'" not in policy:
        return policy
    digest = base64.b64encode(sha256(style[1]).digest()).decode()
    return policy.replace("style-src 'unsafe-inline'", f"style-src 'sha256-{digest}'")
