"""What must be true of every stage; each check answers with what is not."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.publisher import Published
from tests.faults.reading import HOPS, OUTPUTS, PAGES, RENDITIONS, SUBMITTED, Evidence, Fact
from tests.faults.traffic import Traffic


@dataclass
class Case:
    """One run to judge: what was meant, what Redis acknowledged, what is there, which workers fell."""

    traffic: Traffic
    published: Published
    evidence: Evidence
    fallen: list[str] = field(default_factory=list)


Check = Callable[[Case], Iterator[str]]


def _newest(facts: list[Fact]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for fact in facts:
        newest[fact.item] = max(fact.revision, newest.get(fact.item, -1))
    return newest


def lost_at_the_door(case: Case) -> Iterator[str]:
    """What Redis acknowledged is there."""
    for stream, acknowledged in case.published.acknowledged.items():
        there = {fact.entry for fact in case.evidence.facts[stream]}
        yield from (f"{stream} {entry}: acknowledged and gone" for entry in sorted(acknowledged - there))


def lost(case: Case) -> Iterator[str]:
    """Each (id, revision) that entered a stage left it, or a greater revision of it did."""
    for noun, hops in HOPS.items():
        for before, after in pairwise(hops):
            if f"{noun}.{before}" not in case.evidence.read:
                continue
            passed = _newest(case.evidence.about(f"{noun}.{after}"))
            for fact in case.evidence.about(f"{noun}.{before}"):
                if passed.get(fact.item, -1) < fact.revision:
                    yield f"{noun}.{after} {fact.item} revision {fact.revision}: missing"


def duplicated(case: Case) -> Iterator[str]:
    """No event twice, no (id, revision) twice inside, no (article, sequence) twice on a rendition."""
    for stream in OUTPUTS:
        facts = case.evidence.about(stream)
        events = Counter(fact.event for fact in facts)
        yield from (f"{stream} event {event}: {n} times" for event, n in events.items() if n > 1)
        if stream in RENDITIONS:
            marks = Counter(f"{fact.article} sequence {fact.sequence}" for fact in facts)
        else:
            marks = Counter(f"{fact.item} revision {fact.revision}" for fact in facts)
        yield from (f"{stream} {mark}: {n} times" for mark, n in marks.items() if n > 1)
    told = {fact.event for fact in case.evidence.about("articles.moderated")}
    for stream in PAGES:
        # A page is rendered again for a new comment, or because a story it points to is gone: for no revision's sake.
        first = Counter(
            f"{fact.article} revision {fact.revision} {fact.action}"
            for fact in case.evidence.about(stream)
            if fact.action != "commented" and (fact.action != "updated" or fact.cause in told)
        )
        yield from (f"{stream} {mark}: {n} times" for mark, n in first.items() if n > 1)


def backwards(case: Case) -> Iterator[str]:
    """Revisions of one id grow on every stream; sequences of one article grow on every rendition."""
    for stream in OUTPUTS:
        revisions: dict[str, int] = {}
        sequences: dict[str, int] = {}
        for fact in case.evidence.about(stream):
            if fact.revision < revisions.get(fact.item, -1):
                yield f"{stream} {fact.item}: revision {fact.revision} after {revisions[fact.item]}"
            revisions[fact.item] = max(fact.revision, revisions.get(fact.item, -1))
            if stream in RENDITIONS:
                if fact.sequence < sequences.get(fact.article, -1):
                    yield f"{stream} {fact.article}: sequence {fact.sequence} after {sequences[fact.article]}"
                sequences[fact.article] = max(fact.sequence, sequences.get(fact.article, -1))


def published_after_kill(case: Case) -> Iterator[str]:
    """After a kill nothing of it is shown, no comment either, until a greater revision is."""
    for page in PAGES:
        said: dict[str, list[Fact]] = {}
        for stream in (page, "renditions.comments"):
            for fact in case.evidence.about(stream):
                said.setdefault(fact.article, []).append(fact)
        for article, facts in said.items():
            yield from (f"{page} {article}: {wrong}" for wrong in _after_kill(facts))


def _after_kill(facts: list[Fact]) -> Iterator[str]:
    """``facts`` of one page and its comments; at the same sequence the page speaks first."""
    killed, hidden = -1, False
    for fact in sorted(facts, key=lambda fact: (fact.sequence, fact.item != fact.article)):
        comment = fact.item != fact.article
        if fact.withdrawn and not comment:
            hidden = True
            if fact.action == "killed":
                killed = max(killed, fact.revision)
        elif not fact.withdrawn and comment and hidden:
            yield f"comment {fact.item} shown at sequence {fact.sequence} while its story is withdrawn"
        elif not fact.withdrawn and not comment:
            hidden = False
            if fact.revision <= killed:
                yield f"revision {fact.revision} shown after the kill of {killed}"


def early(case: Case) -> Iterator[str]:
    """Nothing is shown before its embargo ends, by Redis' clock."""
    until = {(f.item, f.revision): ends for f in case.evidence.about("articles.submitted") if (ends := f.embargo_ms)}
    for page in PAGES:
        for fact in case.evidence.about(page):
            ends = until.get((fact.item, fact.revision), 0)
            if not fact.withdrawn and fact.ms < ends:
                yield f"{page} {fact.item} revision {fact.revision}: {ends - fact.ms} ms before its embargo ends"


def poison(case: Case) -> Iterator[str]:
    """Every poisoned entry is in the dead letters exactly once, and nothing else is."""
    buried = Counter((letter.stream, letter.entry) for letter in case.evidence.letters)
    why = {(letter.stream, letter.entry): f"{letter.reason}: {letter.detail}" for letter in case.evidence.letters}
    for stream in SUBMITTED:
        for fact in case.evidence.facts[stream]:
            if fact.poison and (times := buried.pop((stream, fact.entry), 0)) != 1:
                yield f"{stream} {fact.entry}: poison buried {times} times"
    for where, times in buried.items():
        yield f"{where[0]} {where[1]}: good, and buried {times} times ({why[where]})"


def unfinished(case: Case) -> Iterator[str]:
    """Nothing is pending, parked, unread or waiting."""
    yield from case.evidence.unfinished


def fallen(case: Case) -> Iterator[str]:
    """No worker ended that nobody killed."""
    yield from case.fallen
