"""The description of the front as one page of HTML: no script, nothing from elsewhere."""

from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STYLE = """:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--link:#0b57a4}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#121518;--link:#8fbdf3}}
body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:var(--ink);
background:var(--paper)}a{color:var(--link)}
h2{margin:2.5rem 0 .25rem;font-size:1.1rem}code{font-size:.95em}b{font-family:monospace}dt{font-family:monospace;
float:left;clear:left;width:4rem}dd{margin:0 0 .25rem 4rem}"""


def page(told: dict[str, Any]) -> Response:
    """OpenAPI, for people."""
    parts = [_operation(path, method, one) for path, found in told["paths"].items() for method, one in found.items()]
    title = escape(told["info"]["title"])
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1><p>{escape(told['info']['description'])}"
        f'<p>For programs: <a href="/openapi.json">OpenAPI {escape(told["openapi"])}</a>.{"".join(parts)}</main></html>'
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})


def _operation(path: str, method: str, one: dict[str, Any]) -> str:
    takes = ", ".join(one.get("requestBody", {}).get("content", {}))
    answers = "".join(
        f"<dt>{escape(status)}<dd>{escape(answer['description'])}" for status, answer in one["responses"].items()
    )
    return (
        f"<section><h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>"
        f"<p>{escape(one.get('description') or one.get('summary', ''))}"
        + (f"<p>Takes <code>{escape(takes)}</code>" if takes else "")
        + f"<dl>{answers}</dl></section>"
    )
