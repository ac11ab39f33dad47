"""The name an author shows stands over everything they say, and is looked at as what they say is."""

import pytest

from services.moderation.checks import CHECKS
from services.moderation.desk.marks import named, pieces
from services.moderation.look import SHOWN_TOO
from shared.comments import Author, AuthorRole, Decision, Verdict
from tests.unit.moderation_room import Room, enriched

BODY = "A good and thoughtful story, thank you all"


def decided(name: str, language: str = "en", role: AuthorRole = AuthorRole.READER) -> Decision:
    room, fact = Room(), enriched(1, BODY, language=language)
    assert fact.comment
    author = Author(id="u", name=name, role=role)
    room.tell(fact.model_copy(update={"comment": fact.comment.model_copy(update={"author": author})}))
    standing = room.standing()
    assert standing
    return standing.decision


@pytest.mark.parametrize(
    ("name", "rule", "language"),
    [
        ("idiot bastard", "insult", "en"), ("idiot bastard", "insult", "fa"), ("1d10t", "insult", "en"),
        ("احمق", "insult", "fa"), ("Call +93 70 123 4567", "personal-data", "en"),
        ("ada@mail.example", "personal-data", "en"),
        ("http://spam.example buy", "link", "en"), ("cheap pills at spam.com", "link", "fa"),
    ],
)  # fmt: skip
def test_what_is_held_in_a_comment_is_held_in_a_name(name: str, rule: str, language: str) -> None:
    decision = decided(name, language)

    assert (decision.verdict, decision.rule) == (Verdict.HOLD, rule)
    assert {(one.of, one.span) for hit in decision.hits for one in hit.evidence} == {("name", None)}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Editor Desk", AuthorRole.STAFF), ("Ada", AuthorRole.READER), ("رضا کریمی", AuthorRole.READER),
        ("Nadia F. 1987", AuthorRole.READER), ("J. R. R.", AuthorRole.READER), ("A", AuthorRole.READER),
        ("MARTA", AuthorRole.MEMBER), ("🙂", AuthorRole.READER),
    ],
)  # fmt: skip
def test_a_name_like_any_other_passes(name: str, role: AuthorRole) -> None:
    decision = decided(name, role=role)

    assert (decision.verdict, decision.unknown) == (Verdict.PUBLISH, ())


def test_nothing_is_marked_in_the_body_and_the_desk_says_where_it_was() -> None:
    decision = decided("idiot bastard")

    assert [piece.found for piece in pieces(BODY, decision)] == [()]
    assert {named(one) for hit in decision.hits for one in hit.evidence} == {"en-insults (name)"}


def test_checks_that_look_at_names_are_checks() -> None:
    assert {name for name, _ in CHECKS} >= SHOWN_TOO
