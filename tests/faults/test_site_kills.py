"""A site is killed fifty times under load; `make faults` does it longer, `make mutants` proves the watch."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.site_kills import SHORT, Result, run
from tests.faults.site_traffic import EVERYWHERE, PAGES, Newsroom
from tests.faults.site_watch import CHECKS, Watch


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One timetable a day, the same for everyone; a number in ``LIGHTWIRE_FAULTS`` chooses another."""
    asked = os.environ.get("LIGHTWIRE_FAULTS", "")
    seed = int(asked) if asked.isdigit() else int(time.time() // 86_400)
    folder: Path = tmp_path_factory.mktemp("site")
    print(f"seed {seed}, log in {folder}")
    return asyncio.run(run(SHORT, seed, folder))


@pytest.mark.parametrize("check", CHECKS)
def test_fifty_kills_of_a_site_leave_nothing(result: Result, check: str) -> None:
    assert result.verdict.violations[check] == [], result.facts


def test_readers_were_answered_by_most_of_the_sites(result: Result) -> None:
    assert result.answered >= SHORT.kills // 3, result.facts


@pytest.fixture
def watch() -> Watch:
    """Readers were shown ``a0`` at its newest, and it is published."""
    newsroom = Newsroom(7, 1)
    while len(newsroom.said["a0"]) < 5 or not newsroom.stories[0].shown or newsroom.stories[0].owed:
        newsroom.turn()
    return Watch(newsroom, seen={"a0": max(newsroom.said["a0"])})


def _pages(watch: Watch, *, shown: bool) -> list[bytes]:
    return [one.pages["full"] for one in watch.newsroom.said["a0"].values() if one.shown == shown]


def test_the_newest_page_is_nothing_to_complain_about(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 200, _pages(watch, shown=True)[-1])

    assert not any(watch.violations.values())


def _older(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 200, _pages(watch, shown=True)[0])


def _notice_from_before(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 410, _pages(watch, shown=False)[0])


def _older_than_the_start(watch: Watch) -> None:
    watch.written, watch.seen = watch.seen, {}
    watch.starts()
    _older(watch)


def _not_there(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 404, b"nothing")


def _other_words(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 200, b"something else")


def _words_under_410(watch: Watch) -> None:
    watch.page(watch.floor(), "a0", "full", 410, _pages(watch, shown=True)[-1])


def _front(watch: Watch, *sequences: int) -> None:
    body = "".join(f'<a href="{PAGES["full"].format("a0")}">Headline {n} of a0</a>' for n in sequences)
    watch.listing(watch.floor(), "/en/", body)


def _listed_twice(watch: Watch) -> None:
    newest = max(watch.newsroom.said["a0"])
    _front(watch, newest, newest)


def _listed_old(watch: Watch) -> None:
    _front(watch, next(n for n, one in watch.newsroom.said["a0"].items() if one.shown))


def _listed_under_no_such_headline(watch: Watch) -> None:
    _front(watch, max(watch.newsroom.said["a0"]) + 1)


def _not_listed(watch: Watch) -> None:
    _front(watch)


def _found_in_no_search(watch: Watch) -> None:
    watch.listing(watch.floor(), f"/en/search?q={EVERYWHERE}", "")


def _in_no_feed(watch: Watch) -> None:
    watch.listing(watch.floor(), "/en/feed.json", '{"items": []}')


def _only_a_notice_in_the_feed(watch: Watch) -> None:
    watch.listing(watch.floor(), "/en/feed.json", '{"items": [{"id": "urn:lightwire:a0", "title": "Withdrawn"}]}')


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (_older, "old"),
        (_notice_from_before, "old"),
        (_older_than_the_start, "old"),
        (_listed_old, "old"),
        (_not_there, "missing"),
        (_not_listed, "missing"),
        (_found_in_no_search, "missing"),
        (_in_no_feed, "missing"),
        (_only_a_notice_in_the_feed, "missing"),
        (_other_words, "altered"),
        (_words_under_410, "altered"),
        (_listed_under_no_such_headline, "altered"),
        (_listed_twice, "twice"),
    ],
)
def test_each_wrong_answer_is_found_by_its_check(watch: Watch, harm: Callable[[Watch], None], check: str) -> None:
    harm(watch)

    assert [name for name, found in watch.violations.items() if found] == [check]
