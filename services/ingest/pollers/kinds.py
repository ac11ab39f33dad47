"""What each kind of source is asked for, and what its answers are."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.ingest.adapters.intake import Document
from services.ingest.pollers.memory import Memory
from services.ingest.pollers.read import Answer, Reader
from services.ingest.pollers.table import Polled


@dataclass(frozen=True, slots=True)
class Found:
    """Documents that were found, and what is to be remembered once they are submitted."""

    documents: tuple[Document, ...] = ()
    remember: Mapping[str, object] = field(default_factory=dict)
    whole: bool = False
    """These are all that are listed."""
    more: bool = False
    """There is more, which the next poll fetches soon."""


class Failed(Exception):  # noqa: N818 - tried again later
    """The source answers in a way that is no use; the message says what to change."""

    def __init__(self, message: str, *, status: int = 0, retry_after: str | None = None, gone: bool = False) -> None:
        super().__init__(message)
        self.status, self.retry_after, self.gone = status, retry_after, gone


Kind = Callable[[Polled, Memory, Reader, datetime], AsyncIterator[Found]]


def expect(answer: Answer, *good: int) -> None:
    """Raises ``Failed`` unless the answer is one of the ``good``."""
    status = answer.status
    if status in good:
        return
    advice = {
        401: "its user or password is not accepted: make a new application password",
        403: "it may not be read: ask who runs the site, or poll less often",
        404: "nothing is there: look at the address",
        410: "it is gone for good: take its table out of sources.toml",
        429: "it is asked too often: raise every_s",
    }.get(status, "its host does not answer as it should")
    raise Failed(
        f"answers {status}: {advice}", status=status, retry_after=answer.headers.get("retry-after"), gone=status == 410
    )
