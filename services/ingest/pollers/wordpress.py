"""Poll WordPress by its REST interface, in the order of changes.

With an application password drafts and the trash are seen, so that what was taken back there is taken back here. What
is seen no longer (deleted for good, or hidden from a stranger) is no kill: nobody said so.
"""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from services.ingest.adapters.intake import Document
from services.ingest.pollers.kinds import Failed, Found, expect
from services.ingest.pollers.memory import Memory
from services.ingest.pollers.read import Reader
from services.ingest.pollers.table import Poll, Polled

PER_PAGE = 100
PAGES_AT_ONCE = 20
"""Pages of one poll; the next goes on from there."""
_ALL = "publish,future,draft,pending,private,trash"
_CLOCK = "%Y-%m-%dT%H:%M:%S"
Place = tuple[str, int]


async def wordpress(source: Polled, memory: Memory, reader: Reader, now: datetime) -> AsyncIterator[Found]:
    """What was changed since the last poll, page by page. Raises ``Unread``, ``Failed``."""
    place = memory.resume or (_begin(source.poll, memory.cursor, now), 1)
    newest = memory.cursor or ""
    secret = _secret(source.poll)
    for n in range(1, PAGES_AT_ONCE + 1):
        answer = await reader.ask(_address(source.poll, place), {"Accept": "application/json"}, secret=secret)
        if answer.status == 400 and place[1] > 1:
            # Fewer pages than a moment ago: what moved to the end comes with the overlap of the next poll.
            yield Found((), {"cursor": newest or None, "resume": None})
            return
        expect(answer, 200)
        items = _items(answer.body)
        changed = sorted(clock for item in items if (clock := _clock(item)))
        newest = max([newest, *changed[-1:]])
        following = after(place, changed[-1] if changed else "", more=_more(answer.headers, items, place[1]))
        told = {"content-type": "application/json"}
        documents = tuple(Document(_dump(item), told, source.name, source.options) for item in items)
        yield Found(
            documents, {"cursor": newest or None, "resume": following}, more=bool(following) and n == PAGES_AT_ONCE
        )
        if following is None:
            return
        place = following


def after(place: Place, newest: str, *, more: bool) -> Place | None:
    """Where to go on: after the newest change of this page where there is one, so that nothing that is changed
    meanwhile moves what was not read yet to a page that was; the next page where all have the same time.
    """
    if not more:
        return None
    if newest:
        # The filter takes what is later, and several may have been changed in that second.
        clock = _moved(newest, -1)
        if clock > place[0]:
            return clock, 1
    return place[0], place[1] + 1


def _begin(poll: Poll, cursor: str | None, now: datetime) -> str:
    """By the clock on the site's wall: the overlap covers the hour that is told twice in autumn."""
    if cursor:
        return _moved(cursor, -poll.overlap_s)
    # The site may be ahead of us or behind by most of a day.
    return (now.replace(tzinfo=None) - timedelta(days=min(poll.first_days + 1, 20_000))).strftime(_CLOCK)


def _moved(clock: str, seconds: int) -> str:
    return (datetime.strptime(clock, _CLOCK) + timedelta(seconds=seconds)).strftime(_CLOCK)  # noqa: DTZ007 - it has none


def _address(poll: Poll, place: Place) -> str:
    changed_after, page = place
    query: dict[str, str] = {
        "per_page": str(PER_PAGE), "page": str(page), "orderby": "modified", "order": "asc",
        "modified_after": changed_after, "_embed": "author,wp:featuredmedia,wp:term",
    }  # fmt: skip
    if poll.user:
        query |= {"status": _ALL, "context": "edit"}
    return str(httpx.URL(poll.url).copy_merge_params(query))


def _secret(poll: Poll) -> str | None:
    if poll.user is None or poll.password is None:
        return None
    pair = f"{poll.user}:{poll.password.get_secret_value()}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _items(body: bytes) -> list[Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise Failed("does not answer with a list: give a collection, such as https://desk.example/wp-json/wp/v2/posts")
    return found[: 10 * PER_PAGE]


def _more(headers: Any, items: Sequence[object], page: int) -> bool:
    """By the count of pages: one may hold fewer than it could, where some may not be read."""
    pages = headers.get("x-wp-totalpages", "")
    return page < int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 10 else len(items) >= PER_PAGE


def _clock(item: object) -> str | None:
    """When it was changed, by the site's clock; ``None`` where it says nothing that could be."""
    said = item.get("modified") if isinstance(item, dict) else None
    try:
        return datetime.strptime(said, _CLOCK).strftime(_CLOCK) if isinstance(said, str) else None  # noqa: DTZ007 - it has none
    except ValueError:
        return None


def _dump(item: object) -> bytes:
    return json.dumps(item, separators=(",", ":")).encode()
