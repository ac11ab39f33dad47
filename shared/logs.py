"""One line of JSON per event, a stable word first; never a body, never a reader."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
)

# Made once: json.dumps would build an encoder for every line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _encoded(line: object, **_: object) -> str:
    return _ENCODER.encode(line)


class _WithoutMessages(logging.Formatter):
    """Says where something failed, never with which message: that may quote what a reader wrote."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name in logging
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + str(getattr(kind, "__name__", kind))


class Lines:
    """Standard output, flushed after every line, or after many that are written ``together``."""

    def __init__(self) -> None:
        self._held: list[str] | None = None

    def msg(self, line: str) -> None:
        """Write one line."""
        if self._held is None:
            print(line, flush=True)  # noqa: T201 - this is where lines go
        else:
            self._held.append(line)

    debug = info = warning = error = critical = msg

    @contextmanager
    def together(self) -> Iterator[None]:
        """One write for all lines of the block: a call to the system for each would cost as much as the line."""
        held: list[str] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
            if held:
                print("\n".join(held), flush=True)  # noqa: T201


LINES = Lines()


def configure(service: str, level: str) -> None:
    """Log to standard output for this process, ``service`` bound to every line.

    Tracebacks leave out local variables: they hold bodies, and bodies never reach a log.
    """

    def of_service(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        return line

    structlog.configure(
        processors=[
            of_service,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: LINES,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_WithoutMessages("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()
