"""What moderation keeps fades once nobody needs it; what holds, shuts or waits does not."""

import pytest

from services.moderation.case_record import case_key
from services.moderation.known import ALWAYS_MS, QUIET_MS, STORY_MS, reporter_key, thread_key
from shared.articles import Change
from shared.cases import ReportReason, Role, ThreadMode
from shared.comments import Verdict
from shared.envelope import EventData
from shared.events import CommentReported, ThreadRequested
from tests.unit.moderation_room import Room, asked, enriched, person
from tests.unit.test_moderation_gate import hold, story

KEY = thread_key("a")
PHONE = "Call +93 70 123 4567"
LIFT = [hold(who, lift=1) for who in ("omid", "parisa")]


def mode(one: ThreadMode) -> ThreadRequested:
    return ThreadRequested(**person("omid", Role.EDITOR), article_id="a", mode=one)


@pytest.mark.parametrize(
    ("facts", "lives"),
    [
        ([story()], STORY_MS),
        ([story(), story(2, Change.KILLED)], STORY_MS),
        ([story(headline=PHONE)], ALWAYS_MS),
        ([story(headline=PHONE), story(2, Change.UPDATED)], STORY_MS),
        ([story(), hold("omid")], ALWAYS_MS),
        ([story(), hold("omid"), story(2, Change.KILLED)], ALWAYS_MS),
        ([story(), hold("omid"), *LIFT], STORY_MS),
        ([story(), mode(ThreadMode.CLOSED)], ALWAYS_MS),
        ([story(), mode(ThreadMode.CLOSED), story(2, Change.UPDATED)], ALWAYS_MS),
        ([story(), mode(ThreadMode.CLOSED), mode(ThreadMode.OPEN)], STORY_MS),
        ([story(), hold("omid"), mode(ThreadMode.OPEN)], ALWAYS_MS),
        ([story(), mode(ThreadMode.STAFF_ONLY), hold("omid"), *LIFT], ALWAYS_MS),
        ([story(comments_open=False)], ALWAYS_MS),
        ([story(protected_terms=("Reza Farhadi",))], ALWAYS_MS),
    ],
)
def test_a_story_is_kept_for_a_year_and_for_good_where_something_holds(facts: list[EventData], lives: int) -> None:
    room = Room()

    for one in facts:
        room.tell(one)

    assert room.memory.fades[KEY] == lives


def test_an_open_case_does_not_fade_and_a_closed_one_does_with_those_who_reported() -> None:
    room = Room()
    room.tell(enriched(1, "I agree with the council."))
    room.tell(CommentReported(comment_id="c", reporter="r", reason=ReportReason.ABUSE))
    while_open = room.memory.fades[case_key("c")]

    room.tell(asked(1, 0, Verdict.REJECT))

    assert while_open == ALWAYS_MS
    fades = room.memory.fades
    assert (fades[case_key("c")], fades[reporter_key("r")], fades["thread-comments:a"]) == (QUIET_MS,) * 3
