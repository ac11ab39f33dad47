"""Is what a channel shows at the end what it should show?"""

from collections.abc import Iterator

from tests.faults.checks import Case
from tests.faults.reading import PAGES, Evidence, Fact


def articles_end_right(case: Case) -> Iterator[str]:
    """The last rendition of every story is its newest revision, or its withdrawal."""
    for page in PAGES:
        last = _last(case.evidence, page)
        for article, expected in case.traffic.articles.items():
            fact = last.get(article)
            if expected.shown and (fact is None or fact.withdrawn or fact.revision != expected.revision):
                yield f"{page} {article}: revision {expected.revision} should be shown, {_told(fact)}"
            elif not expected.shown and fact is not None and not fact.withdrawn:
                yield f"{page} {article}: should be withdrawn, {_told(fact)}"


def comments_end_right(case: Case) -> Iterator[str]:
    """A reader sees exactly the published comments, at their newest revision, under shown stories."""
    shown: dict[str, dict[str, int]] = {}
    stream = case.evidence.about("renditions.comments")
    for fact in sorted(stream, key=lambda fact: fact.sequence):
        thread = shown.setdefault(fact.article, {})
        if not fact.withdrawn:
            thread[fact.item] = fact.revision
        elif fact.item == fact.article:
            thread.clear()
        else:
            thread.pop(fact.item, None)
    for comment, expected in case.traffic.comments.items():
        visible = expected.shown and case.traffic.articles[expected.article].shown
        seen = shown.get(expected.article, {}).get(comment)
        if seen != (expected.revision if visible else None):
            should = f"revision {expected.revision}" if visible else "hidden"
            found = "hidden" if seen is None else f"revision {seen}"
            yield f"renditions.comments {comment}: should be {should}, is {found}"


def _last(evidence: Evidence, page: str) -> dict[str, Fact]:
    last: dict[str, Fact] = {}
    for fact in evidence.about(page):
        if fact.article not in last or fact.sequence >= last[fact.article].sequence:
            last[fact.article] = fact
    return last


def _told(fact: Fact | None) -> str:
    return "nothing was ever said" if fact is None else f"last is {fact.action} of revision {fact.revision}"
