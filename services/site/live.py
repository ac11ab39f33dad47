"""Server-sent events: an open page learns that its story has changed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

HEARTBEAT_S = 25.0
"""Proxies cut a line that is silent for long."""
RETRY_MS = 5_000


class Live:
    """Who waits for which story. Nothing is kept of who they are."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: defaultdict[str, set[asyncio.Queue[int | None]]] = defaultdict(set)
        self._closed = False
        self.readers = 0

    @property
    def full(self) -> bool:
        """True where one more would be too many, or the site stops."""
        return self._closed or self.readers >= self._most

    def changed(self, stories: Iterable[tuple[str, int]]) -> None:
        """These articles have a new sequence."""
        for article_id, sequence in stories:
            for queue in self._waiting.get(article_id, ()):
                queue.put_nowait(sequence)

    def close(self) -> None:
        """Everybody's line ends, so that a stop need not wait for them."""
        self._closed = True
        for queues in self._waiting.values():
            for queue in queues:
                queue.put_nowait(None)

    async def follow(self, article_id: str, now: int, seen: int | None) -> AsyncIterator[str]:
        """The lines of one reader. ``seen``: the sequence they were told last, if they come back.

        An id without data tells the browser where it stands and wakes nothing.
        """
        queue: asyncio.Queue[int | None] = asyncio.Queue()
        self._waiting[article_id].add(queue)
        self.readers += 1
        try:
            yield f"retry: {RETRY_MS}\nid: {now}\n" + (f"data: {now}\n\n" if seen is not None and seen < now else "\n")
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
