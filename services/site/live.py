"""Server-sent events: an open page learns that its story has changed."""

import asyncio
import re
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Iterable
from time import monotonic

HEARTBEAT_S = 25.0
"""Proxies cut a line that is silent for long."""
RETRY_MS = 5_000
RECENT_S = 600.0
"""A page may load for so long on a bad line, and its story change meanwhile: a line opened so soon after a change
begins with it."""
MOST_RECENT = 10_000
_SEEN = re.compile(r"[0-9]{1,18}", re.ASCII)


def seen_before(last_event_id: str) -> int | None:
    """The sequence a browser that comes back was told last."""
    return int(last_event_id) if _SEEN.fullmatch(last_event_id) else None


class Live:
    """Who waits for which story. Nothing is kept of who they are."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: defaultdict[str, set[asyncio.Queue[int | None]]] = defaultdict(set)
        self._changed: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._closed = False
        self.readers = 0

    @property
    def full(self) -> bool:
        """True where one more would be too many, or the site stops."""
        return self._closed or self.readers >= self._most

    def changed(self, stories: Iterable[tuple[str, int]]) -> None:
        """These articles have a new sequence."""
        for article_id, sequence in stories:
            self._changed[article_id] = monotonic(), sequence
            self._changed.move_to_end(article_id)
            if len(self._changed) > MOST_RECENT:
                self._changed.popitem(last=False)
            for queue in self._waiting.get(article_id, ()):
                queue.put_nowait(sequence)

    def close(self) -> None:
        """Everybody's line ends, so that a stop need not wait for them."""
        self._closed = True
        for queues in self._waiting.values():
            for queue in queues:
                queue.put_nowait(None)

    async def follow(self, article_id: str, now: int, seen: int | None, *, gone: bool = False) -> AsyncIterator[str]:
        """The lines of one reader. ``seen``: the sequence they were told last, if they come back; ``gone``: the story
        is withdrawn, which whoever has its page open cannot know.

        An id without data tells the browser where it stands and wakes nothing.
        """
        queue: asyncio.Queue[int | None] = asyncio.Queue()
        self._waiting[article_id].add(queue)
        self.readers += 1
        try:
            at, newest = self._changed.get(article_id, (-RECENT_S, now))
            now = max(now, newest)
            missed = seen < now if seen is not None else gone or monotonic() - at < RECENT_S
            yield f"retry: {RETRY_MS}\nid: {now}\n" + (f"data: {now}\n\n" if missed else "\n")
            while True:
                try:
                    sequence = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield ":\n\n"
                    continue
                if sequence is None:
                    return
                yield f"id: {sequence}\ndata: {sequence}\n\n"
        finally:
            self.readers -= 1
            self._waiting[article_id].discard(queue)
            if not self._waiting[article_id]:
                del self._waiting[article_id]
