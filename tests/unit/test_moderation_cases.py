"""Reports, appeals, escalations: who may ask for another look, who may not give it, and what is told to whom."""

from datetime import timedelta

import pytest

from services.moderation.case_record import case_key, case_of
from services.moderation.known import Tally, reporter_key
from shared.cases import Case, ReportReason, Role
from shared.comments import Queue, Verdict
from shared.events import (
    AuthorNotified,
    CaseChanged,
    CommentAppealed,
    CommentModerated,
    CommentReported,
    DecisionRefused,
    EscalationRequested,
    RequestRefused,
)
from shared.outcome import Record
from tests.unit.moderation_room import Room, asked, enriched, person

FINE, INSULT = "I agree with the council.", "You idiot!"


def report(reporter: str, comment: str = "c") -> CommentReported:
    return CommentReported(comment_id=comment, reporter=reporter, reason=ReportReason.ABUSE)


def appeal(author: str = "u") -> CommentAppealed:
    return CommentAppealed(comment_id="c", author_id=author, words="I quoted the minister.")


def case(room: Room) -> Case | None:
    return case_of(room.records.get(case_key("c"), Record()))


def verdicts(room: Room) -> list[str]:
    return [one.decision.verdict.value for one in room.of(CommentModerated)]


def test_a_report_opens_a_case_and_the_comment_stays_as_it_is() -> None:
    room = Room()
    room.tell(enriched(1, FINE))

    room.tell(report("r1"))

    assert verdicts(room) == ["publish"]
    assert room.waiting(head="cases:") == {"reported"}
    found = case(room)
    assert found
    assert (found.open, found.weight, found.deadline) == (True, 0.5, room.now + timedelta(hours=1))


def test_who_reports_twice_says_nothing_new_and_what_is_hidden_needs_no_report() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(report("r1"))

    again = room.tell(report("r1"))
    room.tell(enriched(2, INSULT))
    hidden = room.tell(report("r2"))
    unknown = room.tell(report("r2", "no-such"))

    assert (again.note, hidden.note, unknown.note) == ("duplicate", "hidden", "unknown")
    assert len(room.of(CaseChanged)) == 1


def test_reports_that_weigh_enough_hold_a_comment_the_engine_let_through_and_its_author_is_told() -> None:
    room = Room()
    room.tell(enriched(1, FINE))

    for reader in ("r1", "r2", "r3", "r4"):
        room.tell(report(reader))

    assert verdicts(room) == ["publish", "hold"]
    decision = room.of(CommentModerated)[-1].decision
    assert (decision.reason, decision.seq, decision.actor.kind, decision.from_state) == (
        "reported", 1, "engine", "publish"
    )  # fmt: skip
    assert [(one.what, one.reason) for one in room.of(AuthorNotified)] == [("held", "reported")]


def test_no_number_of_reports_overrides_a_person() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(asked(1, 0, Verdict.PUBLISH, "omid"))

    for at in range(10):
        room.tell(report(f"r{at}"))

    assert verdicts(room) == ["publish", "publish"]
    assert room.waiting(head="cases:") == {"reported"}


def test_the_more_reports_weigh_the_sooner_somebody_should_look() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(asked(1, 0, Verdict.PUBLISH))
    for at in range(8):
        room.tell(report(f"r{at}"))

    found = case(room)

    assert found
    assert found.weight == 4.0
    assert found.deadline == found.opened_at + timedelta(minutes=15)


@pytest.mark.parametrize(("verdict", "tally"), [(Verdict.REJECT, (1, 0)), (Verdict.PUBLISH, (0, 1))])
def test_a_decision_closes_the_case_and_says_whether_reporters_were_right(
    verdict: Verdict, tally: tuple[int, int]
) -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(report("r1"))

    room.tell(asked(1, 0, verdict))

    found, known = case(room), Tally.of(room.records[reporter_key("r1")])
    assert found
    assert (found.open, found.closed_by, found.upheld) == (False, "parisa", verdict is Verdict.REJECT)
    assert (known.upheld, known.dismissed) == tally
    assert room.waiting(head="cases:") == set()


def test_a_reader_who_was_right_weighs_more_and_one_who_never_was_weighs_little() -> None:
    room = Room()
    for at in range(8):
        room.tell(enriched(1, f"{FINE} {at}", id=f"c{at}", author=f"u{at}", article=f"a{at}"))
        room.tell(report("right" if at % 2 else "wrong", f"c{at}"))
        room.tell(asked(1, 0, Verdict.REJECT if at % 2 else Verdict.PUBLISH, id=f"c{at}"))

    right, wrong = (Tally.of(room.records[reporter_key(name)]).weight for name in ("right", "wrong"))

    assert right == pytest.approx(5 / 6)
    assert wrong == pytest.approx(1 / 6)


def test_an_author_may_appeal_once_per_decision_and_somebody_else_decides() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(asked(1, 0, Verdict.REJECT, "omid"))
    room.tell(appeal())
    again = room.tell(appeal())

    room.tell(asked(1, 1, Verdict.PUBLISH, "omid"))
    refused = room.of(DecisionRefused)
    room.tell(asked(1, 1, Verdict.PUBLISH, "parisa"))

    assert again.note == "duplicate"
    assert [(one.why, one.actor.id) for one in refused] == [("same-person", "omid")]
    assert verdicts(room) == ["publish", "reject", "publish"]
    found = case(room)
    assert found
    assert (found.upheld, found.closed_by) == (True, "parisa")
    assert [one.what for one in room.of(AuthorNotified)] == ["rejected", "appealed", "published"]


def test_a_second_decision_may_be_appealed_again() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(asked(1, 0, Verdict.REJECT, "omid"))
    room.tell(appeal())
    room.tell(asked(1, 1, Verdict.REJECT, "parisa"))

    room.tell(appeal())

    found = case(room)
    assert found
    assert found.open
    assert found.appeal
    assert found.appeal.decided_by == "parisa"


@pytest.mark.parametrize("who", ["somebody-else", "u"])
def test_an_appeal_of_a_stranger_or_too_late_changes_nothing(who: str) -> None:
    room = Room()
    room.tell(enriched(1, INSULT))
    room.now += timedelta(days=15 if who == "u" else 0)

    outcome = room.tell(appeal(who))

    assert outcome.note == ("too_late" if who == "u" else "unknown")
    assert case(room) is None
    assert [one.what for one in room.of(AuthorNotified)] == (["held", "too-late"] if who == "u" else ["held"])


def test_what_is_shown_cannot_be_appealed_against() -> None:
    room = Room()
    room.tell(enriched(1, FINE))

    assert room.tell(appeal()).note == "shown"


def test_a_moderator_asks_those_of_another_queue() -> None:
    room = Room()
    room.tell(enriched(1, FINE))

    room.tell(EscalationRequested(**person("parisa"), comment_id="c", queue=Queue.LEGAL, note="Is it libel?"))
    room.tell(EscalationRequested(**person("parisa"), comment_id="nobody", queue=Queue.LEGAL))

    assert room.waiting(head="cases:") == {"legal"}
    assert [one.why for one in room.of(RequestRefused)] == ["unknown"]
    found = case(room)
    assert found
    assert found.escalation
    assert (found.escalation.by, found.escalation.note) == ("parisa", "Is it libel?")


def test_a_case_that_moves_waits_in_one_queue_only() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(report("r1"))

    room.tell(EscalationRequested(**person("parisa"), comment_id="c", queue=Queue.LEGAL))

    assert room.waiting(head="cases:") == {"legal"}


def test_personal_data_is_let_through_by_two_people_only() -> None:
    room = Room()
    room.tell(enriched(1, "Call +93 70 123 4567"))
    room.tell(asked(1, 0, Verdict.PUBLISH, "omid"))
    room.tell(asked(1, 1, Verdict.PUBLISH, "omid"))

    assert verdicts(room) == ["hold", "hold"]
    assert [one.why for one in room.of(DecisionRefused)] == ["same-person"]
    assert room.waiting() == {"safety"}
    room.tell(asked(1, 1, Verdict.PUBLISH, "parisa"))
    assert verdicts(room) == ["hold", "hold", "publish"]


def test_one_person_is_enough_to_refuse_it_and_a_refusal_in_between_begins_anew() -> None:
    room = Room()
    room.tell(enriched(1, "Call +93 70 123 4567"))
    room.tell(asked(1, 0, Verdict.PUBLISH, "omid"))

    room.tell(asked(1, 1, Verdict.REJECT, "parisa"))
    room.tell(asked(1, 2, Verdict.PUBLISH, "parisa"))

    assert verdicts(room) == ["hold", "hold", "reject", "hold"]


def test_an_author_is_told_in_their_language_without_a_name_or_a_list() -> None:
    room = Room()
    room.tell(enriched(1, "تو احمق هستی و این را همه می‌دانند", language="fa"))

    (notice,) = room.of(AuthorNotified)

    assert (notice.language, notice.author_id, notice.decided_by) == ("fa", "u", "engine")
    assert "دیدگاه شما" in notice.words
    assert [(one.start, one.end) for one in notice.quotes] == [(3, 7)]
    assert notice.appeal_until == room.now + timedelta(days=14)
    assert "fa-insults" not in notice.model_dump_json()


def test_an_author_whose_comment_is_published_at_once_is_told_nothing() -> None:
    room = Room()

    room.tell(enriched(1, FINE))

    assert room.of(AuthorNotified) == []


def test_a_request_without_the_right_token_changes_nothing() -> None:
    room = Room(secret="s3cret")
    room.tell(enriched(1, FINE))

    room.tell(asked(1, 0, Verdict.REJECT))
    room.tell(EscalationRequested(**person("parisa", Role.ADMIN), comment_id="c", queue=Queue.LEGAL))

    assert verdicts(room) == ["publish"]
    assert [one.why for one in room.of(DecisionRefused)] == ["not-allowed"]
    assert [one.why for one in room.of(RequestRefused)] == ["not-allowed"]


def test_an_edit_does_not_release_what_readers_reports_held() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    for reader in ("r1", "r2", "r3", "r4"):
        room.tell(report(reader))

    room.tell(enriched(2, FINE + "."))
    room.tell(enriched(3, FINE + ".."))

    assert verdicts(room) == ["publish", "hold", "hold", "hold"]
    assert [one.decision.reason for one in room.of(CommentModerated)[1:]] == ["reported"] * 3
    room.tell(asked(3, 0, Verdict.PUBLISH))
    room.tell(enriched(4, FINE + "!"))
    assert verdicts(room)[-1] == "publish"


def test_a_withdrawal_closes_the_case_and_takes_everybodys_words_with_it() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(CommentReported(comment_id="c", reporter="r1", reason=ReportReason.ABUSE, note="He calls her names."))

    room.tell(enriched(2, None))

    found = case(room)
    assert found
    assert (found.open, found.closed_by, found.upheld) == (False, "author", None)
    assert room.waiting(head="cases:") == set()
    assert "names" not in found.model_dump_json()
    known = Tally.of(room.records.get(reporter_key("r1"), Record()))
    assert (known.upheld, known.dismissed) == (0, 0)


def test_a_reader_who_finds_another_thing_wrong_is_heard_and_still_one_reader() -> None:
    room = Room()
    room.tell(enriched(1, FINE))
    room.tell(CommentReported(comment_id="c", reporter="r1", reason=ReportReason.OTHER))

    room.tell(CommentReported(comment_id="c", reporter="r1", reason=ReportReason.PERSONAL_DATA, note="My number!"))

    found = case(room)
    assert found
    assert [one.note for one in found.reports] == [None, "My number!"]
    assert found.weight == 0.5
    assert room.waiting(head="cases:") == {"safety"}
    assert found.deadline == found.opened_at + timedelta(minutes=15)
