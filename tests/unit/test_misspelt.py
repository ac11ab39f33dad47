"""A name that is none of ours is ignored with a word about it; one that was to keep a story back is refused."""

import json

import pytest

from services.ingest.adapters.intake import Intake, Refused
from services.ingest.misspelt import insist, warned
from shared.errors import Rejected
from shared.events import ArticleSubmitted, CommentSubmitted
from tests.unit.adapter_desk import read

STORY = {"id": "a", "revision": 1, "status": "usable", "headline": "The pier opens"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("embargo_until", "embargoed_until"), ("embargo", "embargoed_until"), ("embargoedUntil", "embargoed_until"),
        ("Embargoed-Until", "embargoed_until"), ("embrgoed_until", "embargoed_until"),
        ("protected_term", "protected_terms"), ("protectedTerms", "protected_terms"),
        ("protect", "protected_terms"), ("potected_terms", "protected_terms"),
    ],
)  # fmt: skip
def test_what_was_to_keep_a_story_back_is_refused_by_its_right_name(name: str, meant: str) -> None:
    said = {**STORY, name: "2026-12-01T10:00:00Z"}

    with pytest.raises(Refused, match=rf"did you mean {meant}\?") as refused:
        read("native", {"specversion": "1.0", "id": "e", "type": ArticleSubmitted.type, "data": said})

    assert refused.value.pointer == f"/data/{name}"


def test_a_kill_passes_and_so_does_a_name_with_nothing_behind_it_or_beside_the_right_one() -> None:
    (kill,) = read("native", {"id": "a", "revision": 2, "status": "canceled", "embargo_until": "soon"})
    (empty,) = read("native", {**STORY, "embargo": None, "protect": ""})
    (both,) = read("native", {**STORY, "embargoed_until": "2030-01-01T00:00:00Z", "embargo_note": "for the desk"})

    assert kill.submission.status == "canceled"
    assert (kill.warnings, empty.warnings) == ((), ())
    assert both.warnings == ("/embargo_note is no field and was ignored",)


def test_any_other_name_is_ignored_with_a_warning_that_says_what_may_be_meant() -> None:
    (intake,) = read("native", {**STORY, "titel": "x", "byLine": "y", "x-desk": 1, "reader@mail.example": "z"})

    assert isinstance(intake, Intake)
    assert intake.warnings == (
        "/titel is no field and was ignored",
        "/byLine is no field and was ignored: did you mean byline?",
        "/x-desk is no field and was ignored",
        "/(no name) is no field and was ignored",
    )


def test_comments_keep_nothing_back_and_what_is_no_object_has_no_names() -> None:
    insist({"id": "c", "embargo_until": "soon"}, CommentSubmitted)
    insist(["embargo_until"], ArticleSubmitted)

    assert warned(None, ArticleSubmitted) == ()
    assert warned({"autor": {"id": "x"}}, CommentSubmitted) == (
        "/data/autor is no field and was ignored: did you mean author?",
    )
    with pytest.raises(Rejected, match="/data/embargo is no field"):
        insist(json.loads('{"embargo": "2030-01-01"}'), ArticleSubmitted)
