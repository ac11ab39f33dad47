"""The auditor sees what it is there to see: each kind of wrong, made by hand, is found by its own check."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults import traffic
from tests.faults.auditor import audit
from tests.faults.checks import Case
from tests.faults.publisher import Published
from tests.faults.reading import PAGES, STREAMS, Evidence, Fact, Letter

SHOWN, HIDDEN = "lightwire.rendition.published.v1", "lightwire.rendition.withdrawn.v1"


def page(entry: str, revision: int, sequence: int, action: str = "created", kind: str = SHOWN) -> Fact:
    return Fact(entry, f"e{sequence}", kind, "story", "story", revision, sequence, action,
                cause=f"articles.moderated{revision}")  # fmt: skip


def remark(entry: str, revision: int, sequence: int, kind: str = SHOWN) -> Fact:
    return Fact(entry, f"r{sequence}", kind, "talk", "story", revision, sequence, "created")


@pytest.fixture
def case() -> Case:
    """One story in two revisions and one comment, all well."""
    meant = traffic.Traffic(
        articles={"story": traffic.Expected(2, shown=True)},
        comments={"talk": traffic.Expected(1, shown=True, article="story")},
    )
    evidence = Evidence()
    for stream in STREAMS:
        about, revisions = ("story", (1, 2)) if stream.startswith("articles") else ("talk", (1,))
        evidence.facts[stream] = [Fact(f"{n}-0", f"{stream}{n}", stream, about, "story", n) for n in revisions]
    for name in PAGES:
        evidence.facts[name] = [page("3-0", 1, 1), page("4-0", 2, 2, "updated")]
    evidence.facts["renditions.comments"] = [remark("5-0", 1, 3)]
    evidence.facts["comments.submitted"].append(Fact("9-0", poison=True))
    evidence.letters.append(Letter("ingest", "comments.submitted", "9-0", "undecodable", "event: not JSON"))
    return Case(meant, Published({"articles.submitted": {"1-0", "2-0"}}), evidence)


def test_a_clean_run_is_clean(case: Case) -> None:
    verdict = audit(case)

    assert verdict.clean, verdict.violations


def forgotten_by_the_server(case: Case) -> None:
    case.published.acknowledged["articles.submitted"].add("7-0")


def never_enriched(case: Case) -> None:
    case.evidence.facts["comments.enriched"].clear()


def enriched_twice(case: Case) -> None:
    facts = case.evidence.facts["comments.enriched"]
    facts.append(replace(facts[0], entry="8-0", event="another"))


def one_event_twice(case: Case) -> None:
    facts = case.evidence.facts["renditions.full"]
    facts.append(replace(facts[-1], entry="8-0", sequence=9))


def released_twice(case: Case) -> None:
    case.evidence.facts["renditions.light"].append(page("8-0", 2, 7, "updated"))


def older_after_newer(case: Case) -> None:
    case.evidence.facts["articles.enriched"].reverse()


def lower_sequence_later(case: Case) -> None:
    case.evidence.facts["renditions.full"].append(page("8-0", 2, 0, "commented"))


def back_from_the_dead(case: Case) -> None:
    for name in PAGES:
        case.evidence.facts[name] += [page("6-0", 2, 4, "killed", HIDDEN), page("7-0", 2, 5, "commented")]


def talk_under_a_killed_story(case: Case) -> None:
    for name in PAGES:
        case.evidence.facts[name].append(page("6-0", 2, 4, "killed", HIDDEN))
    case.evidence.facts["renditions.comments"].append(remark("8-0", 1, 6))


def under_embargo(case: Case) -> None:
    case.evidence.facts["articles.submitted"][-1].embargo = "2026-11-23T16:00:00Z"


def buried_twice(case: Case) -> None:
    case.evidence.letters *= 2


def buried_alive(case: Case) -> None:
    case.evidence.letters.append(Letter("delivery", "articles.moderated", "1-0", "attempts_exhausted", "no"))


def left_lying(case: Case) -> None:
    case.evidence.unfinished.append("ingest on articles.submitted: 1 pending")


def old_text_stays(case: Case) -> None:
    case.evidence.facts["renditions.light"].pop()


def comment_never_shown(case: Case) -> None:
    case.evidence.facts["renditions.comments"].clear()


def worker_fell(case: Case) -> None:
    case.fallen.append("ingest ended with 1")


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (forgotten_by_the_server, "lost at the door"),
        (never_enriched, "lost at a stage"),
        (enriched_twice, "duplicated"),
        (one_event_twice, "duplicated"),
        (released_twice, "duplicated"),
        (older_after_newer, "backwards"),
        (lower_sequence_later, "backwards"),
        (back_from_the_dead, "published after kill"),
        (talk_under_a_killed_story, "published after kill"),
        (under_embargo, "shown under embargo"),
        (buried_twice, "poison not buried once"),
        (buried_alive, "poison not buried once"),
        (left_lying, "unfinished"),
        (old_text_stays, "stories that end wrong"),
        (comment_never_shown, "comments that end wrong"),
        (worker_fell, "workers that fell"),
    ],
)
def test_each_wrong_is_found_by_its_check(case: Case, harm: Callable[[Case], None], check: str) -> None:
    harm(case)

    assert audit(case).violations[check]
