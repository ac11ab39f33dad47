"""One line of JSON per event, a stable word first; never a body, never a reader."""

import json
import logging
import sys
from typing import Any

import structlog

_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
)

# Made once: json.dumps would build an encoder for every line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _encoded(line: object, **_: object) -> str:
    return _ENCODER.encode(line)


def configure(service: str, level: str) -> None:
    """Log to standard output for this process, ``service`` bound to every line.

    Tracebacks leave out local variables: they hold bodies, and bodies never reach a log.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, force=True, format="%(message)s")


def logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()
