"""One type for each thing a caller can do about it."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError


class Rejected(Exception):  # noqa: N818 - a verdict on the input, not a fault of ours
    """The input can never be accepted: dead-letter it now. The message names the field and what to change."""

    reason = "rejected"


class Undecodable(Rejected):
    """The bytes are not an event of ours."""

    reason = "undecodable"


class Conflict(Rejected):
    """It contradicts what is stored; nothing was overwritten."""

    reason = "conflict"


class Exhausted(Rejected):
    """It failed as often as it may."""

    reason = "attempts_exhausted"


class Away(OSError):  # noqa: N818 - not a fault of ours
    """What is not Redis and not ours cannot be reached at this moment: wait, nothing is lost."""


_OUTSPOKEN = frozenset({"shared", "services", "redis"})
"""Packages whose exceptions say what to change, and quote nothing."""


class Unusable(Exception):  # noqa: N818 - said to the operator, not raised at a caller
    """What an operator configured cannot be used; the message names the place and what to change. Nothing starts."""


_PLAIN = {
    "missing": "is missing: add it",
    "timezone_aware": "has no time zone: add one, e.g. 2026-11-30T08:00:00Z",
}
_NO_TIME = "is no time with date and zone (RFC 3339), e.g. 2026-11-30T08:00:00Z"


def finding(problem: Mapping[str, Any]) -> str:
    """What one finding of pydantic means to whoever wrote the field."""
    kind = str(problem["type"])
    if kind.startswith("datetime_"):
        return _NO_TIME
    return _PLAIN.get(kind) or str(problem["msg"]).removeprefix("Value error, ")


def explain(error: ValidationError, limit: int = 5) -> str:
    """Say which fields are wrong and what each should be, as JSON Pointers, without quoting any value.

    Values stay out because the text goes to logs, and bodies and personal data never do.
    """
    told = [
        "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in problem["loc"])
        + ": " + finding(problem)
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]  # fmt: skip
    more = f"; and {len(told) - limit} more" if len(told) > limit else ""
    return "; ".join(told[:limit]) + more


def what(error: Exception) -> str:
    """Type and place of a failure, for an operator, and its message where that is ours, the system's or Redis'.

    Any other may quote what was being worked on (``KeyError: 'words of a reader'``), and lists of failures are read by
    many.
    """
    outspoken = isinstance(error, OSError) or type(error).__module__.split(".")[0] in _OUTSPOKEN
    told = f": {str(error)[:300]}" if outspoken else ""
    if isinstance(error, ValidationError):
        told = f": {explain(error)[:300]}"
    return f"{type(error).__name__}{told} ({where(error)})"


def where(error: BaseException) -> str:
    """File, line and function of the innermost frame; values stay out."""
    trace = error.__traceback__
    if trace is None:
        return "nowhere"
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{PurePath(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}"
