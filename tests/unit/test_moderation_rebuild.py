"""What moderation remembers, made again from what it told: never less careful than what was stored."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.moderation.gate import holds_key
from services.moderation.known import Gate, thread_key
from services.moderation.policy import Rulebook, rulebook
from services.moderation.rebuild.replay import replay
from services.moderation.standing import Standing, record_key
from shared.articles import Change
from shared.cases import HoldKind, SanctionKind, ThreadMode
from shared.comments import Verdict
from shared.envelope import Event, EventData, seal
from shared.events import ArticleEnriched, DecisionRequested, SanctionRequested, ThreadRequested
from tests.unit.moderation_room import NOTICES, RULES, Room, asked, enriched, person
from tests.unit.test_moderation_gate import hold, story

LAX = rulebook(b'version = "lax"\non_unknown = "hold"\nrule = []\n[articles]\npersonal = []\n', {})
PHONE = "Call +93 70 123 4567"
KEY = thread_key("a")


class Told(Room):
    """A room whose events are kept as the streams keep them."""

    def __init__(self, rules: Rulebook = RULES) -> None:
        super().__init__(rules)
        self.streams: list[Event[Any]] = []
        self.stories: dict[str, Event[ArticleEnriched]] = {}

    def tells(self, *facts: EventData) -> None:
        for number, fact in enumerate(facts, len(self.streams)):
            id_ = f"s{number}"
            outcome = self.tell(fact, id_)
            if isinstance(fact, ArticleEnriched):
                self.stories[id_] = seal(fact, id=id_, source="/enrichment", time=self.now)
            self.streams += [
                seal(one, id=f"{id_}-{at}", source="/moderation", time=self.now, causationid=id_)
                for at, one in enumerate(outcome.publish)
            ]


def again(room: Told, rules: Rulebook = RULES) -> Any:
    return replay(room.streams, room.stories, rules, NOTICES)


def lifted(kind: HoldKind, revision: int = 1) -> list[EventData]:
    return [hold(who, kind, lift=revision) for who in ("omid", "parisa")]


JOURNEYS: dict[str, list[EventData]] = {
    "passed": [story(), story(2, Change.UPDATED, headline="Other words")],
    "held": [story(headline=PHONE)],
    "held, then without it": [story(headline=PHONE), story(2, Change.UPDATED)],
    "let go by two": [story(headline=PHONE), *lifted(HoldKind.SAFETY), story(2, Change.UPDATED, kicker=PHONE)],
    "let go by one": [story(headline=PHONE), hold("omid", HoldKind.SAFETY, lift=1)],
    "a name": [story(headline="Reza Farhadi saw it", protected_terms=("Reza Farhadi",))],
    "legal": [story(), hold("omid"), story(2, Change.UPDATED, headline=PHONE)],
    "legal, lifted": [story(), hold("omid"), story(2, Change.UPDATED, headline="b"), *lifted(HoldKind.LEGAL, 2)],
    "killed": [story(), story(2, Change.KILLED)],
    "killed under a hold": [story(), hold("omid"), story(2, Change.KILLED), story(3, Change.REINSTATED)],
    "closed": [story(), ThreadRequested(**person("omid"), article_id="a", mode=ThreadMode.CLOSED)],
}


@pytest.mark.parametrize("facts", JOURNEYS.values(), ids=JOURNEYS)
@pytest.mark.parametrize("rules", [RULES, LAX], ids=["same policy", "laxer policy"])
def test_a_story_stands_as_it_stood_whatever_the_policy_says_today(facts: list[EventData], rules: Rulebook) -> None:
    room = Told()
    room.tells(*facts)

    told = again(room, rules)

    assert told.unsure == set()
    assert told.records[KEY] == room.records[KEY]
    lists = {name: found for name, found in room.lists.items() if name.startswith("holds:")}
    assert {name: told.lists[name] for name in lists} == lists


def test_a_hold_is_told_though_the_story_as_it_came_is_gone() -> None:
    room = Told()
    room.tells(story(), hold("omid"))
    room.stories.clear()

    assert Gate.of(again(room).records[KEY]).legal


def test_a_story_whose_held_text_is_gone_is_left_as_it_is() -> None:
    room = Told()
    room.tells(story(), hold("omid"), story(2, Change.UPDATED, headline="Softer words"))
    del room.stories["s2"]

    told = again(room)

    assert (KEY in told.records, told.unsure) == (False, {KEY})
    assert holds_key(HoldKind.LEGAL) not in told.lists


def test_an_act_on_what_was_not_told_makes_its_record_unsure() -> None:
    room = Told()
    room.tells(
        story(), hold("omid"),
        SanctionRequested(**person("omid"), author_id="u", kind=SanctionKind.WARN),
        SanctionRequested(**person("omid"), author_id="u", kind=SanctionKind.WARN, lift=True),
    )  # fmt: skip
    room.streams = [one for one in room.streams if getattr(one.data, "action", "") not in {"sanction"}][1:]

    told = again(room)

    assert told.unsure == {KEY, "author:u"}
    assert not {KEY, "author:u"} & set(told.records)


def test_who_was_first_of_two_is_told_and_nobody_else_becomes_it() -> None:
    room = Told()
    room.tells(enriched(1, f"{PHONE} for help, all of you"), asked(1, 0))
    assert room.standing() is not None
    room.tells(enriched(1, "I agree with the council on the bridge.", id="d"))
    room.tells(asked(1, 0, Verdict.HOLD, "mallory", id="d"))
    last: Any = room.streams[-2]
    forged = last.data.decision.model_copy(update={"reason": "second-person"})
    room.streams[-2] = last.model_copy(update={"data": last.data.model_copy(update={"decision": forged})})

    told = again(room)

    firsts = [Standing.of(told.records[record_key(id_)]) for id_ in "cd"]
    assert [one and one.first for one in firsts] == ["parisa", None]


@pytest.mark.parametrize("reason", ["second-person", "after-person", "reported", "withdrawn", "unchecked:links"])
def test_nobody_gives_a_reason_that_moderation_gives_by_itself(reason: str) -> None:
    with pytest.raises(ValidationError, match="reason is one that moderation gives by itself"):
        DecisionRequested(**person("mallory"), comment_id="c", revision=1, seq=0, verdict=Verdict.HOLD, reason=reason)
