"""The gate: what keeps a story back, who lets it go, and what passes whatever holds."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from services.moderation.budget import Overtime
from services.moderation.causes import causes
from services.moderation.gate import holds_key
from services.moderation.known import thread_key
from shared.articles import Accountability, Change, Correction, Image
from shared.cases import HoldKind, Role
from shared.comments import Verdict
from shared.events import (
    ActionTaken,
    ArticleEnriched,
    ArticleHeld,
    ArticleModerated,
    HoldRequested,
    RenditionWithdrawn,
    RequestRefused,
)
from tests.builders import article
from tests.unit.delivery_stories import Desk, moderated
from tests.unit.moderation_room import Room, person


def story(revision: int = 1, change: Change = Change.CREATED, **fields: Any) -> ArticleEnriched:
    told = None if change.withdraws else article(**{"id": "a", "revision": revision, **fields})
    return ArticleEnriched(article_id="a", revision=revision, change=change, article=told)


def hold(
    who: str, kind: HoldKind = HoldKind.LEGAL, *, lift: int | None = None, role: Role = Role.EDITOR
) -> HoldRequested:
    """``lift``: the revision that is let go."""
    return HoldRequested(
        **person(who, role), article_id="a", kind=kind, lift=lift is not None, revision=lift, note="Our lawyers ask."
    )


def passed(room: Room) -> list[tuple[int, int, Change, Verdict]]:
    return [
        (one.revision, one.decision.seq, one.change, one.decision.verdict) for one in room.of(ArticleModerated)
    ]  # fmt: skip


def held(room: Room, kind: HoldKind) -> bool:
    return b"a" in room.lists.get(holds_key(kind), {})


def refusals(room: Room) -> list[str]:
    return [one.why for one in room.of(RequestRefused)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"headline": "Reza Farhadi saw it"}, "headline"),
        ({"standfirst": "What REZA  FARHADI saw"}, "standfirst"),
        ({"body_html": "<p>So says <b>Re</b>za Farhadi.</p>"}, "body_html"),
        ({"body_html": '<p><a href="https://x.example/reza-farhadi">a witness</a></p>'}, "body_html (markup)"),
        ({"images": (Image(href="https://x.example/1.jpg", caption="Reza Farhadi, who saw it"),)}, "images[0].caption"),
        ({"keywords": ("Reza Farhadi",)}, "keywords[0]"),
        ({"canonical_url": "https://x.example/reza%20farhadi/1"}, "canonical_url"),
        ({"headline": "What the Reza Farhadis saw"}, "headline"),
        ({"genre": "By Reza Farhadi"}, "genre"),
        ({"id": "2026/reza-farhadi"}, "id"),
        ({"accountability": (Accountability(official="Reza Farhadi"),)}, "accountability[0].official"),
        ({"correction": Correction(note="It was not Reza Farhadi.")}, "correction.note"),
        ({"body_html": "<ul><li>Reza</li><li>Farhadi</li></ul>"}, "body_html"),
        ({"body_html": "<table><tr><td>Farhadi,<td>Reza</table>"}, "body_html"),
        ({"body_html": '<p><abbr title="Reza&nbsp;Farhadi">R.</abbr></p>'}, "body_html (markup)"),
        ({"body_html": '<p><a href="https://x.example/%2552eza%20Farhadi">x</a></p>'}, "body_html (markup)"),
        ({"body_html": '<p><img src="1.jpg" alt="Reza Far&shy;hadi"></p>'}, "body_html (markup)"),
        ({"body_html": "<p>x</p><!-- Reza Farhadi -->"}, "body_html (markup)"),
    ],
)
def test_a_name_that_must_never_leave_keeps_the_story_back(fields: dict[str, Any], field: str) -> None:
    room = Room()

    room.tell(story(**{"protected_terms": ("Reza Farhadi",), **fields}))

    assert passed(room) == []
    (told,) = room.of(ArticleHeld)
    assert (told.kind, field in [one.field for one in told.causes]) == (HoldKind.SAFETY, True)
    assert "Farhadi" not in told.model_dump_json()
    assert held(room, HoldKind.SAFETY)


def test_a_story_nobody_could_look_through_waits_and_another_revision_of_it_too() -> None:
    def hurried(look: Callable[[], None]) -> None:
        look()
        raise Overtime

    room = Room()
    room.look = partial(causes, spend=hurried)
    room.tell(story(body_html="<p>Call +93 70 123 4567.</p>"))

    (told,) = room.of(ArticleHeld)
    assert [cause.kind for cause in told.causes] == ["phone", "unchecked"]
    for who in ("omid", "parisa"):
        assert passed(room) == []
        room.tell(hold(who, HoldKind.SAFETY, lift=1))
    assert passed(room) == [(1, 1, Change.CREATED, Verdict.PUBLISH)]
    room.tell(story(2, Change.UPDATED, headline="Other words", body_html="<p>Call +93 70 123 4567.</p>"))
    assert len(passed(room)) == 1


@pytest.mark.parametrize("trouble", [RuntimeError, MemoryError, RecursionError, SystemExit])
def test_what_breaks_on_a_story_lets_it_wait(trouble: type[BaseException]) -> None:
    def breaking(_: Callable[[], None]) -> None:
        raise trouble

    room = Room()
    room.look = partial(causes, spend=breaking)
    room.tell(story())

    assert [cause.kind for one in room.of(ArticleHeld) for cause in one.causes] == ["unchecked"]


def test_a_persian_name_is_known_in_every_spelling() -> None:
    room = Room()

    room.tell(story(headline="علي‌رضـا كريمى آن را دید", protected_terms=("علی‌رضا کریمی",)))

    assert passed(room) == []


def test_a_short_name_is_a_word_of_its_own() -> None:
    room = Room()

    room.tell(story(body_html="<p>They are alive and well in Alicante.</p>", protected_terms=("Ali",)))
    room.tell(story(2, Change.UPDATED, body_html="<p>So says Ali.</p>", protected_terms=("Ali",)))

    assert [told[0] for told in passed(room)] == [1]
    assert [one.revision for one in room.of(ArticleHeld)] == [2]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>Call her at +93 70 123 4567.</p>", "phone"),
        ("<p>His number is ۰۰۱۲۳۴۵۶۷۹ there.</p>", "national-id"),
        ("<p>Card 4111 1111 1111 1111.</p>", "card"),
        ("<p>In 2026 there were 357 of them, 12.5% more.</p>", None),
        ("<p>Write to desk@paper.example.</p>", None),
        ('<p><abbr title="+93 70 123 4567">call</abbr></p>', "phone"),
        ('<p><a href="https://wa.me/93701234567">call</a></p>', "phone"),
        ('<p><a href="tel:0701234567">call</a></p>', "phone"),
        ('<p><a href="https://x.example/%2B93701234567">call</a></p>', "phone"),
        ('<p><a href="https://map.example/@35.6892,51.3890,12z">here</a></p>', "coordinates"),
        ('<p><a href="https://x.example/2026/11/0701234567-4111111111111111">more</a></p>', None),
    ],
)
def test_data_of_a_person_keeps_it_back_and_what_a_story_is_made_of_does_not(body: str, kind: str | None) -> None:
    room = Room()

    room.tell(story(body_html=body))

    assert [cause.kind for one in room.of(ArticleHeld) for cause in one.causes] == ([kind] if kind else [])


def test_two_people_let_it_go_and_a_later_revision_that_says_no_more_passes() -> None:
    room = Room()
    secret: dict[str, Any] = {"body_html": "<p>Call +93 70 123 4567.</p>"}
    room.tell(story(**secret))
    room.tell(hold("omid", HoldKind.SAFETY, lift=1))
    room.tell(hold("omid", HoldKind.SAFETY, lift=1))

    assert (passed(room), refusals(room)) == ([], ["same-person"])
    room.tell(hold("parisa", HoldKind.SAFETY, lift=1))

    assert passed(room) == [(1, 1, Change.CREATED, Verdict.PUBLISH)]
    assert not held(room, HoldKind.SAFETY)
    room.tell(story(2, Change.UPDATED, headline="Other words", **secret))
    assert passed(room)[-1] == (2, 0, Change.UPDATED, Verdict.PUBLISH)
    room.tell(story(3, Change.UPDATED, body_html="<p>Call +93 70 123 4567 or +93 70 765 4321.</p>"))
    assert len(passed(room)) == 2


def test_a_revision_without_it_replaces_the_one_that_waits() -> None:
    room = Room()
    room.tell(story(body_html="<p>Call +93 70 123 4567.</p>"))

    room.tell(story(2, Change.UPDATED, body_html="<p>Call us.</p>"))

    assert passed(room) == [(2, 0, Change.UPDATED, Verdict.PUBLISH)]
    assert not held(room, HoldKind.SAFETY)
    room.tell(hold("omid", HoldKind.SAFETY, lift=1))
    assert refusals(room) == ["unknown"]


def test_a_legal_hold_takes_a_story_off_and_two_editors_bring_it_back_as_it_was() -> None:
    room = Room()
    room.tell(story())

    room.tell(hold("omid"))
    room.tell(hold("omid", lift=1))
    room.tell(hold("parisa", lift=1))

    assert passed(room) == [
        (1, 0, Change.CREATED, Verdict.PUBLISH),
        (1, 1, Change.WITHHELD, Verdict.HOLD),
        (1, 2, Change.CREATED, Verdict.PUBLISH),
    ]
    first, _, last = room.of(ArticleModerated)
    assert last.article == first.article
    assert [one.action for one in room.of(ActionTaken)] == ["hold", "second", "lift"]


def test_under_a_legal_hold_newer_revisions_wait_and_the_newest_is_let_go() -> None:
    room = Room()
    room.tell(story())
    room.tell(hold("omid"))
    room.tell(story(2, Change.UPDATED, headline="Softer words"))

    room.tell(hold("omid", lift=2))
    room.tell(hold("parisa", lift=2))

    assert [(told[0], told[3]) for told in passed(room)] == [
        (1, Verdict.PUBLISH), (1, Verdict.HOLD), (2, Verdict.PUBLISH)
    ]  # fmt: skip


@pytest.mark.parametrize("change", [Change.KILLED, Change.WITHHELD])
def test_a_withdrawal_passes_whatever_holds_and_the_record_keeps_what_a_court_may_ask_for(change: Change) -> None:
    room = Room()
    room.tell(story())
    room.tell(hold("omid"))

    room.tell(story(2, change))

    assert passed(room)[-1] == (2, 0, change, Verdict.REJECT)
    assert "passed" in room.records[thread_key("a")].fields


def test_a_killed_story_without_a_hold_leaves_no_text_here() -> None:
    room = Room()
    room.tell(story())

    room.tell(story(2, Change.KILLED))

    assert "passed" not in room.records[thread_key("a")].fields
    assert b"headline" not in b"".join(room.records[thread_key("a")].fields.values())


def test_after_a_kill_a_reinstated_story_still_waits_for_the_lawyers() -> None:
    room = Room()
    room.tell(story())
    room.tell(hold("omid"))
    room.tell(story(2, Change.KILLED))

    room.tell(story(3, Change.REINSTATED))

    assert passed(room)[-1][0] == 2
    assert held(room, HoldKind.LEGAL)


def test_only_editors_hold_and_nothing_is_held_twice_or_for_a_reason_of_the_gate() -> None:
    room = Room()
    room.tell(story())

    room.tell(hold("omid", role=Role.MODERATOR))
    room.tell(hold("omid"))
    room.tell(hold("parisa"))
    room.tell(hold("omid", HoldKind.SAFETY))

    assert refusals(room) == ["not-allowed", "unusable", "unusable"]


def test_both_holds_must_be_lifted() -> None:
    room = Room()
    room.tell(story(body_html="<p>Call +93 70 123 4567.</p>"))
    room.tell(hold("omid"))
    for kind in (HoldKind.SAFETY, HoldKind.LEGAL):
        for who in ("omid", "parisa"):
            assert passed(room) == []
            room.tell(hold(who, kind, lift=1))

    assert passed(room) == [(1, 1, Change.CREATED, Verdict.PUBLISH)]


def test_what_is_let_go_is_the_revision_people_looked_at_and_no_other() -> None:
    room = Room()
    room.tell(story(body_html="<p>Call +93 70 123 4567.</p>"))
    room.tell(hold("omid", HoldKind.SAFETY, lift=1))
    room.tell(story(2, Change.UPDATED, body_html="<p>Call +93 70 123 4567 or +93 70 765 4321.</p>"))

    room.tell(hold("parisa", HoldKind.SAFETY, lift=1))
    room.tell(hold("parisa", HoldKind.SAFETY))

    assert passed(room) == []
    assert refusals(room) == ["stale", "unusable"]


def delivered(room: Room) -> list[str]:
    """What delivery makes of what the gate told: ``shown``, ``gone``, or why it did nothing."""
    desk = Desk()
    told = []
    for one in room.of(ArticleModerated):
        outcome = desk.article(one)
        told.append(
            outcome.note or ("gone" if any(isinstance(x, RenditionWithdrawn) for x in outcome.publish) else "shown")
        )
    return told


def enriched_story(revision: int = 1, change: Change = Change.CREATED, **fields: Any) -> ArticleEnriched:
    return story(revision, change, **fields).model_copy(update={"enrichment": moderated().enrichment})


def test_a_legal_hold_reaches_delivery_whatever_was_held_and_cleared_before() -> None:
    room = Room()
    secret: dict[str, Any] = {"body_html": "<p>Call +93 70 123 4567.</p>"}
    room.tell(enriched_story(**secret))
    room.tell(hold("omid", HoldKind.SAFETY, lift=1))
    room.tell(hold("parisa", HoldKind.SAFETY, lift=1))
    room.tell(enriched_story(2, Change.UPDATED, body_html="<p>Call +93 70 765 4321.</p>"))

    room.tell(hold("omid"))

    assert delivered(room) == ["shown", "gone"]


def test_a_second_legal_hold_reaches_delivery_too() -> None:
    room = Room()
    room.tell(enriched_story())
    room.tell(hold("omid"))
    room.tell(hold("omid", lift=1))
    room.tell(hold("parisa", lift=1))
    room.tell(enriched_story(2, Change.UPDATED, body_html="<p>Call +93 70 765 4321.</p>"))

    room.tell(hold("omid"))

    assert delivered(room) == ["shown", "gone", "shown", "gone"]


def test_what_is_held_no_more_waits_nowhere() -> None:
    room = Room()
    room.tell(story(body_html="<p>Call +93 70 123 4567.</p>"))
    room.tell(hold("omid"))

    room.tell(story(2, Change.UPDATED, body_html="<p>Call us.</p>"))
    assert (held(room, HoldKind.SAFETY), held(room, HoldKind.LEGAL)) == (False, True)

    room.tell(story(3, Change.UPDATED, body_html="<p>Call +93 70 123 4567.</p>"))
    room.tell(story(4, Change.KILLED))
    assert (held(room, HoldKind.SAFETY), held(room, HoldKind.LEGAL)) == (False, True)


def test_two_lifts_after_a_kill_publish_nothing_and_leave_no_text() -> None:
    room = Room()
    room.tell(story())
    room.tell(hold("omid"))
    room.tell(story(2, Change.KILLED))
    assert "passed" in room.records[thread_key("a")].fields

    room.tell(hold("omid", lift=1))
    room.tell(hold("parisa", lift=1))
    again = room.tell(hold("omid"))

    assert [told[3] for told in passed(room)] == [Verdict.PUBLISH, Verdict.HOLD, Verdict.REJECT]
    assert "passed" not in room.records[thread_key("a")].fields
    assert [type(one) for one in again.publish] == [ActionTaken]
