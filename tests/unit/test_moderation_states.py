"""What may follow what, checked against a model by sequences nobody thought of."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.moderation.decide import AFTER_A_PERSON
from services.moderation.moderate import ENGINE
from services.moderation.standing import record_key
from shared.comments import Actor, CommentFacts, Verdict
from shared.events import CommentEnriched, CommentModerated, DecisionRefused, DecisionRequested
from tests.unit.moderation_room import Room as Whole
from tests.unit.moderation_room import asked
from tests.unit.moderation_room import enriched as said

PEOPLE = ("parisa", "omid")
FINE, INSULT, HATE = "I agree with the council.", "You idiot!", "همه‌شان را بکشید"


def enriched(revision: int, body: str | None) -> CommentEnriched:
    return said(revision, body, language="fa" if body == HATE else "en")


class Room(Whole):
    """One comment."""

    @property
    def told(self) -> list[CommentModerated]:
        return self.of(CommentModerated)

    @property
    def refused(self) -> list[DecisionRefused]:
        return self.of(DecisionRefused)

    def engine(self, fact: CommentEnriched) -> None:
        # Nobody writes so often that it counts.
        self.tell(fact, after_s=30)

    def person(self, wish: DecisionRequested, id_: str | None = None) -> str | None:
        return self.tell(wish, id_).note


class Moderation(RuleBasedStateMachine):
    """The model: the newest revision, the verdict that holds, and whether a person has stopped it."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self.revision, self.seq, self.verdict = 0, 0, None
        self.stopped = self.gone = False

    verdict: Verdict | None

    @rule(body=st.sampled_from([FINE, INSULT, HATE, None]), ahead=st.integers(-2, 3))
    def the_author_writes(self, body: str | None, ahead: int) -> None:
        revision = max(0, self.revision + ahead)
        new = self.verdict is None or revision > self.revision
        before = len(self.room.told)

        self.room.engine(enriched(revision, body))

        assert (len(self.room.told) > before) is new
        if not new:
            return
        worst = {FINE: Verdict.PUBLISH, INSULT: Verdict.HOLD, HATE: Verdict.REJECT, None: Verdict.REJECT}[body]
        if self.stopped and worst is Verdict.PUBLISH:
            worst = Verdict.HOLD
        self.revision, self.seq, self.verdict, self.gone = revision, 0, worst, body is None

    @precondition(lambda self: self.verdict is not None)
    @rule(
        verdict=st.sampled_from([Verdict.PUBLISH, Verdict.HOLD, Verdict.REJECT]), who=st.sampled_from(PEOPLE),
        back=st.sampled_from([0, 0, 0, 1]), older=st.sampled_from([0, 0, 0, 1]),
    )  # fmt: skip
    def a_person_decides(self, verdict: Verdict, who: str, back: int, older: int) -> None:
        revision, seq = max(0, self.revision - older), max(0, self.seq - back)
        fresh = (revision, seq) == (self.revision, self.seq) and not self.gone
        told, refused = len(self.room.told), len(self.room.refused)

        self.room.person(asked(revision, seq, verdict, who))

        assert (len(self.room.told) - told, len(self.room.refused) - refused) == ((1, 0) if fresh else (0, 1))
        if fresh:
            self.seq, self.verdict, self.stopped = self.seq + 1, verdict, verdict is not Verdict.PUBLISH

    @invariant()
    def it_stands_as_the_model_says(self) -> None:
        standing = self.room.standing()
        if standing is None:
            assert self.verdict is None
            return
        decision = standing.decision
        assert (standing.revision, decision.seq, decision.verdict) == (self.revision, self.seq, self.verdict)
        assert bool(self.room.waiting()) is (self.verdict is Verdict.HOLD)
        assert len(self.room.waiting()) <= 1

    @invariant()
    def what_channels_are_told_last_is_what_holds(self) -> None:
        if not self.room.told:
            return
        last, standing = self.room.told[-1], self.room.standing()
        assert standing
        assert last.decision == standing.decision
        assert (last.comment is None) is self.gone

    @invariant()
    def decisions_only_grow_and_each_names_the_one_it_replaces(self) -> None:
        versions = [(one.decision.revision, one.decision.seq) for one in self.room.told]
        assert versions == sorted(set(versions))
        ids = [one.decision.id for one in self.room.told]
        assert [one.decision.supersedes for one in self.room.told] == [None, *ids][: len(ids)]

    @invariant()
    def nothing_a_person_stopped_is_published_by_the_engine(self) -> None:
        stopped = False
        for one in self.room.told:
            if one.decision.actor.kind == "human":
                stopped = one.decision.verdict is not Verdict.PUBLISH
            elif one.decision.actor == ENGINE:
                assert not (stopped and one.decision.verdict in {Verdict.PUBLISH, Verdict.FLAG})


TestModeration = Moderation.TestCase
TestModeration.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)


def test_who_is_second_is_told_who_was_first_when_and_with_what() -> None:
    room = Room()
    room.engine(enriched(1, INSULT))
    room.person(asked(1, 0, Verdict.REJECT, "omid"))

    room.person(asked(1, 0, Verdict.PUBLISH, "parisa"))

    (refusal,) = room.refused
    assert (refusal.why, refusal.actor.id) == ("stale", "parisa")
    assert "reject by omid at 2026-11-23 12:00:31 UTC" in refusal.detail
    assert refusal.standing
    assert refusal.standing.actor.id == "omid"


def test_the_same_request_twice_is_one_decision_and_no_refusal() -> None:
    room = Room()
    room.engine(enriched(1, INSULT))

    room.person(asked(1, 0), "one")
    again = room.person(asked(1, 0), "one")

    assert again == "duplicate"
    assert (len(room.told), room.refused) == (2, [])


def test_an_edit_of_what_a_person_rejected_waits_for_a_person_however_many_come_between() -> None:
    room = Room()
    room.engine(enriched(1, FINE))
    room.person(asked(1, 0, Verdict.REJECT))
    room.engine(enriched(2, INSULT))
    room.engine(enriched(3, FINE))

    assert [one.decision.verdict for one in room.told[-2:]] == [Verdict.HOLD, Verdict.HOLD]
    assert room.told[-1].decision.reason == AFTER_A_PERSON
    room.person(asked(3, 0))
    room.engine(enriched(4, FINE))
    assert room.told[-1].decision.verdict is Verdict.PUBLISH


def test_what_its_author_withdrew_is_decided_no_more_and_its_words_are_forgotten() -> None:
    room = Room()
    room.engine(enriched(1, INSULT))
    room.engine(enriched(2, None))

    room.person(asked(2, 0))

    assert [one.why for one in room.refused] == ["withdrawn"]
    assert "idiot" not in room.records[record_key("c")].fields["standing"].decode()
    assert room.waiting() == set()


def test_a_comment_nobody_has_seen_cannot_be_decided() -> None:
    room = Room()

    room.person(asked(1, 0))

    assert [one.why for one in room.refused] == ["unknown"]
    assert record_key("c") not in room.records


@pytest.mark.parametrize(
    ("body", "queue", "minutes"),
    [
        (INSULT, "abuse", 240),
        ("Call +93 70 123 4567", "safety", 15),
        ("http://a.example", "spam", 240),
        # Two rules hold it: the more urgent one counts.
        ("You idiot, call +93 70 123 4567", "safety", 15),
    ],
)
def test_what_is_held_waits_where_its_rule_says_until_its_deadline(body: str, queue: str, minutes: int) -> None:
    room = Room()
    facts: Any = enriched(1, body)
    if "http" in body:
        facts = facts.model_copy(update={"facts": CommentFacts.model_validate_json(
            '{"language":"en","words":1,"links":[{"start":0,"end":16}]}')})  # fmt: skip

    room.engine(facts)

    assert room.waiting() == {queue}
    standing = room.standing()
    assert standing
    assert standing.deadline == room.now + timedelta(minutes=minutes)


def test_a_person_is_a_person() -> None:
    with pytest.raises(ValueError, match=r"must be .human."):
        DecisionRequested(
            comment_id="c", revision=1, seq=0, verdict=Verdict.PUBLISH, actor=Actor(kind="engine", id="policy")
        )  # fmt: skip
    with pytest.raises(ValueError, match="verdict must be publish, hold or reject"):
        asked(1, 0, Verdict.FLAG)
