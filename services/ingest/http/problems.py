"""What went wrong, as RFC 9457 problems: permanent ones are 4xx, which newsroom systems never retry, the others 5xx."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
TITLES = {
    "invalid": (400, "The document cannot be taken"),
    "unsigned": (401, "The request is not signed as it should be"),
    "forbidden": (403, "This source may not do that"),
    "unknown": (404, "There is nothing here"),
    "method": (405, "This address takes other methods"),
    "slow": (408, "The request did not arrive in time"),
    "conflict": (409, "It contradicts what was submitted before"),
    "too-large": (413, "The request is too large"),
    "format": (415, "This format is not read here"),
    "too-many": (429, "Too many requests"),
    "away": (503, "It cannot be kept at this moment"),
}
"""Word → status and title."""


class Problem(Exception):  # noqa: N818 - an answer, not a fault of ours
    """An answer other than the one hoped for; ``detail`` says what to change and quotes nothing of what was sent."""

    def __init__(self, word: str, detail: str, *, pointer: str | None = None, retry_s: int | None = None) -> None:
        super().__init__(detail)
        self.word, self.detail, self.pointer, self.retry_s = word, detail, pointer, retry_s

    @property
    def status(self) -> int:
        """Of HTTP."""
        return TITLES[self.word][0]

    def body(self) -> dict[str, Any]:
        """The problem as an object."""
        status, title = TITLES[self.word]
        told = {"type": f"urn:lightwire:problem:{self.word}", "title": title, "status": status, "detail": self.detail}
        return told | ({"pointer": self.pointer} if self.pointer is not None else {})

    def elsewhere(self) -> "Problem":
        """The same, where its pointer is none into what was sent: that was another format, and is ours only here."""
        detail = self.detail.removeprefix("/data/")
        return Problem(self.word, detail, retry_s=self.retry_s) if (self.pointer or "").startswith("/data") else self

    def beside(self, taken: int) -> "Problem":
        """The same of one story of a document that holds several."""
        told = f"{self.detail} (the other {taken} of this document were taken)"
        return Problem(self.word, told, pointer=self.pointer, retry_s=self.retry_s)

    def headers(self) -> Mapping[str, str]:
        """When to come back, and with what."""
        found = {} if self.retry_s is None else {"Retry-After": str(self.retry_s)}
        return found | ({"WWW-Authenticate": 'Bearer realm="lightwire"'} if self.status == 401 else {})

    def answer(self) -> Response:
        """As it is sent."""
        return JSONResponse(self.body(), self.status, dict(self.headers()), MEDIA_TYPE)


SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to change."},
        "pointer": {"type": "string", "description": "JSON Pointer or XPath of the field."},
    },
}
