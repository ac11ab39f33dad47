"""Seeded bugs of the site: each takes away one promise, and the watch must see that it is gone."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from services.site.arrival import Arrival
from services.site.catalogue import Catalogue, Page
from services.site.page_cache import PageCache
from services.site.shelf import Change, Shelf
from shared.events import ReceiptGiven

OPEN_S = 0.1
"""So long a gap is held open: a run of a minute meets what a real one meets in weeks."""


def _cursor_first() -> None:
    patched: Any = Shelf
    commit = patched.commit

    def cursor_then_pages(shelf: Shelf, changes: Sequence[Change], cursors: Mapping[str, str]) -> list[bool]:
        commit(shelf, [], cursors)
        time.sleep(OPEN_S)
        return cast("list[bool]", commit(shelf, changes, cursors))

    patched.commit = cursor_then_pages


def _shows_at_once() -> None:
    patched: Any = Arrival
    patched.shows = True


def _newest_entry_wins() -> None:
    patched: Any = Shelf
    apply = patched._apply

    def whatever_its_sequence(shelf: Shelf, change: Change, zipped: bytes | None) -> bool:
        whose = (change.entry.data.article_id, change.entry.data.rendition)
        shelf._db.execute("UPDATE story SET sequence = -1 WHERE article_id = ? AND rendition = ?", whose)
        return cast("bool", apply(shelf, change, zipped))

    patched._apply = whatever_its_sequence


def _never_forgets() -> None:
    patched: Any = Shelf

    def nothing(_: Shelf) -> None:
        """The log and the index keep what they have."""

    patched.forget = nothing


def _receipts_forgotten_first() -> None:
    patched: Any = Shelf
    receipts = patched.receipts

    def given_once(shelf: Shelf, limit: int) -> list[tuple[str, ReceiptGiven]]:
        waiting: list[tuple[str, ReceiptGiven]] = receipts(shelf, limit)
        if waiting:
            shelf.receipts_sent([event_id for event_id, _ in waiting])
            time.sleep(OPEN_S)
        return waiting

    patched.receipts = given_once


def _feeds_in_two_moments() -> None:
    patched: Any = Catalogue

    def apart(catalogue: Catalogue, language: str, stories: int, since: Any, gone: int) -> Any:
        documents = catalogue.documents(language, stories)
        time.sleep(OPEN_S)
        return documents, catalogue.gone(language, since, gone)

    patched.collection = apart


def _remembers_pages() -> None:
    patched: Any = PageCache

    def whatever_was_written_since(cache: PageCache, path: str, _: int) -> Page | None:
        return cache._pages.get(path)

    def for_good(cache: PageCache, path: str, page: Page, _: int) -> None:
        cache._pages[path] = page

    patched.page, patched.keep = whatever_was_written_since, for_good


@dataclass(frozen=True)
class SiteMutation:
    """What is broken, and the change in the site's process that breaks it."""

    why: str
    break_it: Callable[[], None]

    def inside(self, _: str) -> None:
        """Break it here."""
        self.break_it()


SITE_MUTATIONS: dict[str, SiteMutation] = {
    "site-cursor-first": SiteMutation("a site's death loses what it had noted as read", _cursor_first),
    "site-shows-at-once": SiteMutation("a site that starts shows what was withdrawn meanwhile", _shows_at_once),
    "site-newest-entry": SiteMutation("what comes late replaces what is newer", _newest_entry_wins),
    "site-never-forgets": SiteMutation("withdrawn words stay in the file", _never_forgets),
    "site-receipts-first": SiteMutation("a receipt is forgotten before it is sent", _receipts_forgotten_first),
    "site-remembers-pages": SiteMutation("a page from memory outlives what was written since", _remembers_pages),
    "site-two-moments": SiteMutation("a feed is made of two moments", _feeds_in_two_moments),
}
