"""Bugs for the services of tests/pipeline/test_privacy.py, put in before they start: some crash, some leak.

Python imports a module of this name by itself. What crashes raises with the words that were being looked at, as
careless code does, and none of it may be seen anywhere. What leaks must be seen, or the test looks in the wrong places.
"""

import sys
from typing import Any

RUNS = " ".join(sys.orig_argv)


def crash(text: str, mark: str) -> None:
    """Raise with the text in the message, where it has the mark."""
    if mark in text:
        raise ValueError(text)


def careless_check(subject: Any) -> tuple[()]:
    """A moderation check in trouble."""
    crash(subject.text, "crash-check")
    return ()


if "services.moderation" in RUNS:
    from services.moderation import checks

    checks.CHECKS = (*checks.CHECKS, ("careless", careless_check))

if "services.enrichment" in RUNS and "darkroom" not in RUNS:
    from prometheus_client import Gauge
    from pydantic import TypeAdapter

    from services.enrichment import enrich
    from shared import metrics
    from shared.errors import Rejected
    from shared.logs import logger

    real, held = enrich.enrich_comment, list[Any]()
    begin = metrics.Metrics.__init__

    def metered(self: Any) -> None:
        """A registry the leak below can write to."""
        begin(self)
        held.append(Gauge("leak", "A leak.", ("text",), registry=self.registry))

    def careless(comment: Any, *more: Any) -> Any:
        """A step in trouble."""
        text = f"{comment.author.name} {comment.body}"
        crash(text, "crash-stage")
        if "crash-pydantic" in text:
            TypeAdapter(int).validate_python(text)
        if "leak-log" in text:
            logger().info("leak", text=comment.body)
        if "leak-metric" in text:
            held[-1].labels(comment.body).set(1)
        if "leak-dead" in text:
            raise Rejected(comment.body)
        return real(comment, *more)

    metrics.Metrics.__init__ = metered  # type: ignore[method-assign]
    enrich.enrich_comment = careless  # type: ignore[assignment]

if "services.site" in RUNS:
    from services.site import remarks

    made = remarks._event

    def careless_form(page: Any, fields: Any) -> Any:
        """A handler in trouble."""
        crash(str(fields), "crash-site")
        return made(page, fields)

    remarks._event = careless_form
