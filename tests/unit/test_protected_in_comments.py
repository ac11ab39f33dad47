"""Who names a story's source under it waits for two people, whatever the policy says."""

import pytest

from services.moderation.checks.protected import protected
from services.moderation.policy import PolicyError, rulebook
from services.moderation.subject import Subject
from services.moderation.trial.replay import replay
from shared.articles import Change
from shared.comments import Author, Decision, Span, Verdict
from shared.events import AuthorNotified, CommentModerated
from tests.unit.moderation_room import Room, asked, enriched
from tests.unit.test_moderation_gate import story

POLICY = b'version = "1"\non_unknown = "hold"\nwordlists = ["w.toml"]\n'
CLOSED = b'[[rule]]\nid = "w"\nwhen = { shorter_than = 5000 }\ndo = "flag"\nreason = "length"\nfinal = true\n'
LISTS = {"w.toml": b'[[list]]\nid = "w"\nlanguages = ["en"]\nterms = ["zzqq"]\n'}
NAMED = "Everybody knows that the source is Reza Farhadi, of course"
NAMES = ("Reza Farhadi", "RezaFarhadi", "Farhadi, Reza", "R3za F@rhadi")


def house(policy: bytes = POLICY + CLOSED) -> Room:
    """Whose story has a source, under a policy that lets everything through."""
    room = Room(rulebook(policy, LISTS))
    room.tell(story(headline="A witness spoke", protected_terms=("Reza Farhadi",)))
    return room


def decision(room: Room) -> Decision:
    standing = room.standing()
    assert standing
    return standing.decision


@pytest.mark.parametrize("body", [NAMED, "It was #RezaFarhadi, yes", "Farhadi, Reza it is", "R3za F@rhadi told them"])
def test_a_comment_that_names_it_waits_in_safety_for_two(body: str) -> None:
    room = house()

    room.tell(enriched(1, body))

    told = decision(room)
    assert (told.verdict, told.rule, told.reason, told.two_person) == (
        Verdict.HOLD, "protected-term", "personal-data", True
    )  # fmt: skip
    assert room.waiting() == {"safety"}
    (hit,) = [one for one in told.hits if one.rule == "protected-term"]
    (evidence,) = hit.evidence
    assert isinstance(evidence.span, Span)
    assert body[evidence.span.start : evidence.span.end] in NAMES
    assert "farhadi" not in told.model_dump_json().lower()
    room.tell(asked(1, 0))
    assert decision(room).verdict is Verdict.HOLD
    room.tell(asked(1, 1, who="omid"))
    assert decision(room).verdict is Verdict.PUBLISH


def test_a_name_somebody_shows_may_not_be_it_either() -> None:
    room, fact = house(), enriched(1, "I was there")
    assert fact.comment
    author = Author(id="u", name="Reza Farhadi")
    room.tell(fact.model_copy(update={"comment": fact.comment.model_copy(update={"author": author})}))

    (hit,) = [one for one in decision(room).hits if one.rule == "protected-term"]
    assert [(one.of, one.span) for one in hit.evidence] == [("name", None)]


def test_whoever_tries_names_is_not_told_which_it_was() -> None:
    room = house()

    room.tell(enriched(1, NAMED))

    (told,) = room.of(AuthorNotified)
    assert (told.reason, told.quotes) == ("personal-data", ())
    assert "protected" not in told.model_dump_json()


def test_other_comments_and_other_stories_are_as_before() -> None:
    room = house()

    room.tell(enriched(1, "I was there"))
    room.tell(enriched(1, NAMED, id="d", article="b"))

    assert [one.decision.rule for one in room.of(CommentModerated)] == ["w", "w"]


def test_a_later_revision_of_the_story_says_what_holds() -> None:
    room = house()
    room.tell(story(2, Change.UPDATED, headline="A witness spoke", protected_terms=()))

    room.tell(enriched(1, NAMED))

    assert decision(room).verdict is Verdict.FLAG


def test_a_trial_takes_what_was_found_from_the_record() -> None:
    room = house()
    room.tell(enriched(1, NAMED))

    trial = replay(room.of(CommentModerated), room.rules)

    assert (trial.decisions, trial.changed) == (1, 0)


def test_a_policy_cannot_have_a_rule_of_that_name() -> None:
    with pytest.raises(PolicyError, match="rename yours"):
        rulebook(POLICY + CLOSED.replace(b'"w"', b'"protected-term"', 1), LISTS)


def test_a_text_that_is_looked_at_by_itself_has_no_story() -> None:
    assert protected(Subject(NAMED, None, {})) == ()
