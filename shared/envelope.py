"""The envelope around every fact: CloudEvents 1.0 in structured JSON."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, ClassVar, Generic, TypeVar
from uuid import UUID, uuid5

from pydantic import Field

from shared.model import Model, Timestamp

NAMESPACE = UUID("6f1c9a52-1c0e-5d0a-9a6e-2f6d0f1f7b11")
"""Ids inside the pipeline are UUIDv5 under it: a re-run cannot mint a new fact."""

SCHEMAS = "https://schemas.lightwire.example/"
"""Names of schemas, not addresses to fetch; the files are in ``shared/schemas``."""

MAX_INLINE_DATA = 65_536
"""Bytes of ``data``; above, it travels by ``dataref``."""


class EventData(Model):
    """What an event says."""

    type: ClassVar[str]
    stream: ClassVar[str]

    @property
    def subject(self) -> str:
        """What it is about: an article's or a comment's id."""
        raise NotImplementedError(type(self).__name__)

    @property
    def destination(self) -> str:
        """The stream it is published on, without the prefix."""
        return self.stream

    @classmethod
    def schema_name(cls) -> str:
        """``article.submitted.v1``."""
        return cls.type.removeprefix("lightwire.")

    @classmethod
    def forgive(cls, data: dict[str, object]) -> dict[str, object] | None:
        """What of an invalid ``data`` is enough to act on all the same; ``None``: nothing."""
        return None


D = TypeVar("D", bound=EventData)


class Event(Model, Generic[D]):
    """The envelope: CloudEvents 1.0 in structured JSON, the value of an entry's field ``event``."""

    specversion: Annotated[str, Field(pattern=r"^1\.0$")] = "1.0"
    """Always `1.0`."""
    id: Annotated[str, Field(min_length=1, max_length=512)]
    """The producer's own, unique together with `source`; the same fact sent again keeps its id."""
    source: Annotated[str, Field(min_length=1, max_length=512)]
    """Who speaks, as a path: `/newsroom/kabul-desk`, `/lightwire/delivery`."""
    type: str
    """`lightwire.<noun>.<past participle>.v<N>`."""
    subject: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """What it is about: the id of the article or comment."""
    time: Timestamp | None = None
    """When it happened: RFC 3339 with a time zone."""
    datacontenttype: str | None = None
    """`application/json`."""
    dataschema: str | None = None
    """The name of the schema of `data`."""
    traceparent: Annotated[str, Field(max_length=128)] | None = None
    """W3C trace context."""
    correlationid: Annotated[str, Field(max_length=512)] | None = None
    """The id of the submission it all began with."""
    causationid: Annotated[str, Field(max_length=512)] | None = None
    """The id of the event that caused this one."""
    dataref: Annotated[str, Field(max_length=512)] | None = None
    """In place of `data` over 64 KiB: the Redis key to `GET` it from, `data:<SHA-256>` after the prefix."""
    data: D | None = None
    """What the event says, by its type."""


@cache
def envelope(kind: type[D]) -> type[Event[D]]:
    """``Event[kind]``, looked up once: pydantic's own subscription costs more than parsing a small event."""
    return Event[kind]  # type: ignore[valid-type]


def derived_id(cause: str, service: str, type_: str, position: int) -> str:
    """The id of the ``position``-th event of this type that ``service`` makes of ``cause``, the same on every run."""
    return str(uuid5(NAMESPACE, f"{cause}\n{service}\n{type_}\n{position}"))


def seal(
    data: D,
    *,
    id: str,  # noqa: A002 - CloudEvents' own word
    source: str,
    time: datetime | None = None,
    correlationid: str | None = None,
    causationid: str | None = None,
    traceparent: str | None = None,
) -> Event[D]:
    """Put ``data`` into its envelope. A trace id is derived from the correlation where none came along."""
    correlationid = correlationid or id
    if traceparent is None:
        trace, span = uuid5(NAMESPACE, correlationid).hex, uuid5(NAMESPACE, id).hex[:16]
        traceparent = f"00-{trace}-{span}-01"
    return envelope(type(data)).model_construct(
        specversion="1.0",
        id=id,
        source=source,
        type=data.type,
        subject=data.subject,
        time=time or datetime.now(UTC),
        datacontenttype="application/json",
        dataschema=f"{SCHEMAS}{data.schema_name()}.json",
        traceparent=traceparent,
        correlationid=correlationid,
        causationid=causationid,
        data=data,
    )


def to_json(event: Event[D]) -> bytes:
    """Structured JSON, UTF-8, without ASCII escapes and without empty fields."""
    return event.model_dump_json(exclude_none=True, by_alias=True).encode()
