"""Documents for adapters; builders say only what matters."""

import json
from typing import Any

import pytest

from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document, Intake, Refused
from shared.events import ArticleSubmitted


def read(adapter: str, said: Any, headers: dict[str, str] | None = None, **options: str) -> tuple[Intake, ...]:
    """What it says; ``said`` is JSON, or text as it is."""
    body = said if isinstance(said, bytes) else said.encode() if isinstance(said, str) else json.dumps(said).encode()
    return tuple(ADAPTERS[adapter](Document(body, headers or {}, "desk", options)))


def one(adapter: str, said: Any, headers: dict[str, str] | None = None, **options: str) -> ArticleSubmitted:
    """The one story of a document."""
    (intake,) = read(adapter, said, headers, **options)
    assert isinstance(intake.submission, ArticleSubmitted)
    return intake.submission


def refusal(adapter: str, said: Any, headers: dict[str, str] | None = None, **options: str) -> Refused:
    """Why it is not taken."""
    with pytest.raises(Refused) as refused:
        read(adapter, said, headers, **options)
    return refused.value
