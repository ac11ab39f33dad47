"""A page from memory is the page that is shown, or it is not used."""

from services.site.catalogue import Page
from services.site.page_cache import MOST_PAGES, PageCache


def page(sequence: int) -> Page:
    return Page("a", 1, "en", "full", "Headline", 1, sequence, "etag", b"<p>text</p>", None, None, None, None)


def test_a_page_is_kept_for_the_version_it_was_read_in_and_no_other() -> None:
    cache = PageCache()
    cache.keep("en/a.html", page(1), 2)

    found = [cache.page("en/a.html", version) for version in (2, 3, 4)]

    assert found == [page(1), None, None]


def test_nothing_is_kept_of_a_version_that_is_being_replaced() -> None:
    cache = PageCache()

    cache.keep("en/a.html", page(1), 3)

    assert cache.page("en/a.html", 3) is None


def test_a_newer_version_leaves_nothing_of_the_one_before() -> None:
    cache = PageCache()
    cache.keep("en/a.html", page(1), 2)

    cache.keep("en/b.html", page(2), 4)

    assert cache.page("en/a.html", 4) is None
    assert cache.page("en/b.html", 4) == page(2)


def test_no_more_than_so_many_pages_are_kept() -> None:
    cache = PageCache()
    for number in range(MOST_PAGES + 1):
        cache.keep(f"en/{number}.html", page(1), 2)

    kept = [number for number in range(MOST_PAGES + 1) if cache.page(f"en/{number}.html", 2)]

    assert 0 < len(kept) <= MOST_PAGES
