"""What channels are told about a story."""

from datetime import timedelta

from services.delivery.recent import recent_key
from shared.articles import Change
from shared.comments import Verdict
from shared.events import ArticleModerated
from tests.unit.delivery_stories import LONG, NOON, Desk, decision, gone, moderated, said, shown, summary


def test_a_new_story_reaches_every_rendition() -> None:
    desk = Desk()

    outcome = desk.article(moderated())

    assert summary(outcome) == shown("created")
    assert {fact.sequence for fact in desk.told} == {1}


def test_a_correction_is_told_as_one() -> None:
    desk = Desk()
    desk.article(moderated())

    outcome = desk.article(moderated(2, Change.CORRECTED))

    assert summary(outcome) == shown("corrected")


def test_a_late_lower_revision_changes_nothing() -> None:
    desk = Desk()
    desk.article(moderated(5))

    late, again = desk.article(moderated(4)), desk.article(moderated(5))

    assert (late.note, again.note) == ("stale", "duplicate")
    assert not late.publish
    assert not late.save
    assert not again.publish


def test_a_kill_reaches_every_rendition_stream() -> None:
    desk = Desk()
    desk.article(moderated(headline="A name that must go", body_html=LONG))

    outcome = desk.article(moderated(2, Change.KILLED))

    assert summary(outcome) == gone("killed")
    assert desk.blobs == {}
    assert "A name that must go" not in str(outcome.publish)
    assert b"A name that must go" not in b"".join(desk.fields["article:a1"].values())


def test_a_kill_of_a_story_nobody_saw_is_silent_and_remembered() -> None:
    desk = Desk()

    kill = desk.article(moderated(3, Change.KILLED))
    late = desk.article(moderated(2))

    assert summary(kill) == []
    assert late.note == "stale"


def test_a_kill_after_a_withholding_is_still_told() -> None:
    desk = Desk()
    desk.article(moderated())

    withheld = desk.article(moderated(2, Change.WITHHELD))
    killed = desk.article(moderated(3, Change.KILLED))
    milder = desk.article(moderated(4, Change.WITHHELD))

    assert summary(withheld) == gone("withheld")
    assert summary(killed) == gone("killed")
    assert summary(milder) == []


def test_a_kill_sent_again_is_told_again() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.article(moderated(2, Change.KILLED))

    again = desk.article(moderated(3, Change.KILLED))

    assert summary(again) == gone("killed")
    assert {fact.revision for fact in desk.told[-3:]} == {3}


def test_a_story_the_gate_refuses_is_withdrawn() -> None:
    desk = Desk()
    desk.article(moderated())
    refused = moderated(2, Change.UPDATED).model_copy(update={"decision": decision(Verdict.HOLD)})

    outcome = desk.article(refused)

    assert summary(outcome) == gone("withheld")


def test_a_reinstated_story_brings_its_thread_back_under_higher_sequences() -> None:
    desk = Desk()
    desk.article(moderated())
    desk.comment(said("one", id="c1"))
    desk.comment(said("two", id="c2"))
    desk.article(moderated(2, Change.KILLED))
    before = max(fact.sequence for fact in desk.told)

    outcome = desk.article(moderated(3, Change.REINSTATED))

    comments = [("published", "comments", "reinstated")] * 2
    assert summary(outcome) == shown("reinstated") + comments
    assert [fact.sequence for fact in desk.told[-4:]] == [before + 1, before + 1, before + 2, before + 3]


def test_the_address_survives_a_new_headline_and_slug() -> None:
    desk = Desk()
    desk.article(moderated())

    desk.article(moderated(2, Change.UPDATED, headline="Quite another"))

    assert len({fact.path for fact in desk.told if fact.rendition == "full"}) == 1


def test_a_large_body_travels_by_reference_and_the_one_it_replaces_expires() -> None:
    desk = Desk()
    desk.article(moderated(body_html=LONG))
    (first,) = (fact.content_ref for fact in desk.told if fact.rendition == "full")

    desk.article(moderated(2, Change.UPDATED, body_html=LONG + "<p>More.</p>"))

    second = next(fact.content_ref for fact in desk.told[2:] if fact.rendition == "full")
    assert first is not None
    assert second is not None
    assert desk.house.keys.name(first) in desk.expiring
    assert desk.house.keys.name(second) not in desk.expiring
    assert all(fact.content is None for fact in desk.told if fact.content_ref)


def test_a_kill_also_drops_the_bodies_that_newer_ones_replaced() -> None:
    desk = Desk()
    for revision in range(1, 20):
        desk.article(moderated(revision, Change.UPDATED, body_html=f"{LONG}<p>{revision}</p>"))
    kept = len(desk.blobs)

    desk.article(moderated(20, Change.KILLED))

    assert kept <= 18
    assert desk.blobs == {}


def test_a_body_that_did_not_change_does_not_expire() -> None:
    desk = Desk()
    desk.article(moderated(body_html=LONG))
    desk.comment(said("shown and taken back"))
    desk.comment(said(None, revision=2))

    desk.due()

    assert desk.expiring == set()


def test_a_killed_story_is_offered_nowhere_as_the_next_to_read() -> None:
    desk = Desk()
    desk.article(moderated(id="a1", headline="First"))
    desk.article(moderated(2, Change.UPDATED, id="a1", headline="First, told better"))
    assert len(desk.lists[recent_key("en")]) == 1

    desk.article(moderated(3, Change.KILLED, id="a1"))
    desk.article(moderated(1, id="a2", headline="Second"))

    content = desk.told[-2].content
    assert content is not None
    assert "First" not in content


def test_a_story_offers_the_newest_of_its_language_and_not_itself() -> None:
    desk = Desk()
    for number in range(7):
        desk.article(
            moderated(id=f"b{number}", headline=f"Story {number}", published_at=NOON + timedelta(hours=number))
        )
    desk.article(moderated(id="f1", headline="خبر", language="fa"))

    desk.article(moderated(2, Change.UPDATED, id="b6", headline="Story 6"))

    light = desk.told[-1].content
    assert light is not None
    assert [number for number in range(7) if f">Story {number}</a>" in light] == [2, 3, 4, 5], (
        "four of them, the newest"
    )
    assert "خبر" not in light


def test_a_later_decision_of_the_gate_on_one_revision_takes_a_story_off_and_brings_it_back() -> None:
    desk = Desk()
    first = moderated()

    def at_the_gate(seq: int, verdict: Verdict, **changes: object) -> ArticleModerated:
        decision = first.decision.model_copy(update={"seq": seq, "verdict": verdict})
        return first.model_copy(update={"decision": decision, **changes})

    desk.article(first)
    held = desk.article(at_the_gate(2, Verdict.HOLD, change=Change.WITHHELD, article=None, enrichment=None))
    stale = desk.article(first)
    back = desk.article(at_the_gate(3, Verdict.PUBLISH))
    again = desk.article(at_the_gate(3, Verdict.PUBLISH))

    assert summary(held) == gone("withheld")
    assert stale.note == "stale"
    assert {action for _, _, action in summary(back)} == {"reinstated"}
    assert again.note == "duplicate"
