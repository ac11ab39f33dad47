"""From what is known to HTML."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.moderation.desk import dates, naming
from services.moderation.desk.marks import seen
from services.moderation.desk.static import ADDRESSES
from services.moderation.desk.words import WORDS, Words
from shared.cases import Role

_PAGES = Environment(
    loader=PackageLoader("services.moderation.desk", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["seen"] = seen


def at(path: str, **query: object) -> str:
    """An address of ours; what is None or empty is left out. Ids may hold any character, so they never are a path."""
    asked = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return f"{path}?{asked}" if asked else path


def render(template: str, words: Words, now: float, values: Mapping[str, Any]) -> str:
    """The page. ``now``: seconds since 1970, for what is late and how long ago something was."""
    language = words.language

    return _PAGES.get_template(template).render(
        {
            "w": words, "lang": language, "languages": list(WORDS.values()), "now": now, "static": ADDRESSES, "at": at,
            "moment": lambda when: dates.moment(_time(when), language),
            "day": lambda when: dates.day(_time(when), language),
            "iso": lambda when: _time(when).isoformat(timespec="seconds"),
            "span": partial(dates.span, language=language),
            "number": lambda n, digits=0: dates.number(n, language, digits),
            "share": lambda part, whole: dates.share(part, whole, language),
            "language_name": lambda code: dates.language_name(code, language),
            "queue_name": partial(naming.queue_name, words), "verdict_name": partial(naming.verdict_name, words),
            "actor_name": partial(naming.actor_name, words), "role_name": partial(naming.role_name, words),
            "reason_name": partial(naming.reason_name, words), "Role": Role,
        }
        | dict(values)
    )  # fmt: skip


def _time(when: datetime | float) -> datetime:
    """Records have times, the ledger has seconds."""
    return when if isinstance(when, datetime) else datetime.fromtimestamp(when, UTC)
