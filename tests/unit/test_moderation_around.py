"""A comment is judged by its author, its thread and what was said a moment ago, too."""

from datetime import timedelta
from typing import Any

import pytest

from services.moderation.known import QUIET_MS, Tally, author_key, tally_key
from services.moderation.policy import rulebook
from services.moderation.trial.replay import replay
from services.moderation.trial.told import told as shown
from shared.articles import Change
from shared.cases import ReportReason, Role, SanctionKind, ThreadMode
from shared.comments import Verdict
from shared.events import (
    ActionTaken,
    ArticleEnriched,
    AuthorNotified,
    CommentModerated,
    CommentReported,
    RequestRefused,
    SanctionRequested,
    ThreadRequested,
)
from tests.builders import article
from tests.unit.moderation_room import Room, asked, enriched, person

LONG = "The council has not answered a single letter since March."


def sanction(kind: SanctionKind, role: Role = Role.EDITOR, **fields: Any) -> SanctionRequested:
    return SanctionRequested(**person("parisa", role), author_id="u", kind=kind, reason="insult", **fields)


def told(room: Room) -> list[tuple[str, str | None]]:
    return [(one.decision.verdict.value, one.decision.rule) for one in room.of(CommentModerated)]


def story(room: Room, **fields: Any) -> None:
    change = Change.CREATED if not room.of(CommentModerated) else Change.UPDATED
    room.tell(ArticleEnriched(article_id="a", revision=1, change=change, article=article(id="a", **fields)))


def test_the_same_words_again_are_held_also_with_other_marks_and_spaces() -> None:
    room = Room()
    room.tell(enriched(1, LONG, id="c1"))

    room.tell(enriched(1, LONG.upper().replace(" ", "  ") + "!!", id="c2"))

    assert told(room) == [("publish", None), ("hold", "repeats")]


def test_somebody_else_in_the_same_thread_who_says_it_nearly_so_is_held_too() -> None:
    room = Room()
    room.tell(enriched(1, LONG, id="c1", author="u1"))

    room.tell(enriched(1, LONG.replace("March", "April"), id="c2", author="u2"))
    room.tell(enriched(1, "I have written to them four times myself, and so has my sister.", id="c3", author="u3"))

    assert [verdict for verdict, _ in told(room)] == ["publish", "hold", "publish"]


def test_an_edit_is_no_repeat_of_itself_and_short_thanks_are_none_of_each_other() -> None:
    room = Room()
    room.tell(enriched(1, LONG, id="c1"))
    room.tell(enriched(2, LONG + " Not one.", id="c1"))
    room.tell(enriched(1, "Thank you!", id="c2"))
    room.tell(enriched(1, "Thank you!", id="c3", author="v"))

    assert [verdict for verdict, _ in told(room)] == ["publish"] * 4


def test_a_raid_all_over_the_place_is_held_from_the_seventh_on() -> None:
    room = Room()

    for at in range(8):
        room.tell(enriched(1, LONG, id=f"c{at}", author=f"u{at}", article=f"a{at}"))

    assert [verdict for verdict, _ in told(room)] == ["publish"] * 6 + ["hold"] * 2
    assert told(room)[-1][1] == "raid"


def test_who_writes_faster_than_anybody_can_is_held() -> None:
    room = Room()
    for at in range(12):
        room.tell(enriched(1, f"About {at}.", id=f"c{at}", article=f"a{at}"), after_s=1)
    room.tell(enriched(1, "Later, something else.", id="later", article="b"), after_s=120)

    verdicts = [verdict for verdict, _ in told(room)]
    assert verdicts[:10] == ["publish"] * 10
    assert verdicts[10:] == ["hold", "hold", "publish"]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (SanctionKind.WARN, "publish"), (SanctionKind.PREMODERATE, "hold"), (SanctionKind.SUSPEND, "reject"),
        (SanctionKind.BAN, "reject"),
    ],
)  # fmt: skip
def test_a_sanction_holds_until_it_ends_or_is_lifted_and_the_author_is_told(kind: SanctionKind, verdict: str) -> None:
    room = Room()
    until = room.now + timedelta(days=1) if kind is SanctionKind.SUSPEND else None
    room.tell(sanction(kind, until=until, language="fa"))
    room.tell(enriched(1, "One thing.", id="c1"))
    room.tell(sanction(kind, lift=True))
    room.tell(enriched(1, "Another matter.", id="c2"))

    assert [one for one, _ in told(room)] == [verdict, "publish"]
    assert [one.action for one in room.of(ActionTaken)] == ["sanction", "pardon"]
    notices = [one for one in room.of(AuthorNotified) if one.comment_id is None]
    assert [(one.what, one.language) for one in notices] == [("sanctioned", "fa"), ("pardoned", "en")]


def test_a_suspension_ends_by_itself() -> None:
    room = Room()
    room.tell(sanction(SanctionKind.SUSPEND, until=room.now + timedelta(hours=1)))
    room.tell(enriched(1, "One thing.", id="c1"))
    room.tell(enriched(1, "Another matter.", id="c2"), after_s=3_600)

    assert [one for one, _ in told(room)] == ["reject", "publish"]


def test_a_sanction_in_one_section_leaves_the_others_open_and_counts_where_none_is_known() -> None:
    room = Room()
    story(room, section="Sport")
    room.tell(sanction(SanctionKind.BAN, section="Region"))

    room.tell(enriched(1, "In sport.", id="c1"))
    room.tell(enriched(1, "Nobody knows where.", id="c2", article="unseen"))

    assert [one for one, _ in told(room)] == ["publish", "reject"]


def test_to_shut_somebody_out_takes_an_editor_and_to_lift_what_is_not_there_is_refused() -> None:
    room = Room()

    room.tell(sanction(SanctionKind.BAN, Role.MODERATOR))
    room.tell(sanction(SanctionKind.WARN, Role.MODERATOR))
    room.tell(sanction(SanctionKind.BAN, lift=True))

    assert [one.why for one in room.of(RequestRefused)] == ["not-allowed", "unknown"]


def test_a_suspension_without_an_end_is_no_suspension() -> None:
    with pytest.raises(ValueError, match="until is required"):
        sanction(SanctionKind.SUSPEND)


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [
        (ThreadMode.OPEN, "publish"), (ThreadMode.PREMODERATED, "hold"), (ThreadMode.STAFF_ONLY, "reject"),
        (ThreadMode.CLOSED, "reject"),
    ],
)  # fmt: skip
def test_an_editor_says_who_may_speak_under_a_story(mode: ThreadMode, verdict: str) -> None:
    room = Room()
    story(room)

    room.tell(ThreadRequested(**person("parisa", Role.EDITOR), article_id="a", mode=mode))
    room.tell(enriched(1, "One thing."))

    assert [one for one, _ in told(room)] == [verdict]


def test_a_thread_nobody_knows_cannot_be_set() -> None:
    room = Room()

    room.tell(ThreadRequested(**person("parisa", Role.EDITOR), article_id="a", mode=ThreadMode.CLOSED))

    assert [one.why for one in room.of(RequestRefused)] == ["unknown"]


def test_a_story_whose_newsroom_closed_its_comments_takes_none_whatever_the_desk_said() -> None:
    room = Room()
    story(room, comments_open=False)
    room.tell(ThreadRequested(**person("parisa", Role.EDITOR), article_id="a", mode=ThreadMode.OPEN))

    room.tell(enriched(1, "One thing."))

    assert told(room) == [("reject", "closed")]


def test_how_an_authors_comments_stand_is_counted_once_whatever_happens_to_each() -> None:
    room = Room()
    room.tell(enriched(1, "You idiot!", id="c1"))
    room.tell(asked(1, 0, Verdict.REJECT, id="c1"))
    room.tell(enriched(2, "I am sorry for that.", id="c1"))
    room.tell(asked(2, 0, Verdict.PUBLISH, id="c1"))
    room.tell(enriched(1, "Another matter altogether.", id="c2"))

    tally = Tally.of(room.records[tally_key("u")])

    assert (tally.published, tally.held, tally.rejected) == (2, 0, 0)
    assert set(room.lists["author-comments:u"]) == {b"c1", b"c2"}


def test_whose_comments_are_mostly_refused_can_be_asked_for_by_a_rule() -> None:
    policy = """
        version = "t"
        on_unknown = "hold"
        wordlists = ["en"]
        [[rule]]
        id = "mostly-refused"
        when = { rejected_over = 0.5 }
        do = "hold"
        reason = "new"
    """
    words = b'[[list]]\nid = "en"\nlanguages = ["en"]\nterms = ["idiot"]'
    room = Room(rulebook(policy.encode(), {"en": words}))
    for at in range(6):
        room.tell(enriched(1, f"About {at}.", id=f"c{at}", article=f"a{at}"), after_s=60)
        room.tell(asked(1, 0, Verdict.REJECT if at < 4 else Verdict.PUBLISH, id=f"c{at}"))

    room.tell(enriched(1, "Another matter altogether.", id="last", article="b"))

    assert told(room)[-1] == ("hold", "mostly-refused")
    (hit,) = room.of(CommentModerated)[-1].decision.hits
    assert [(one.kind, one.score) for one in hit.evidence] == [("rejected-share", 0.667)]


def test_a_trial_of_the_same_policy_changes_nothing_also_where_authors_and_threads_counted() -> None:
    room = Room()
    story(room, section="Region")
    room.tell(sanction(SanctionKind.BAN))
    room.tell(enriched(1, "Another matter altogether.", id="c0"))
    for at in range(3):
        room.tell(enriched(1, LONG, id=f"c{at + 1}", author=f"v{at}"))
    for reader in ("r1", "r2", "r3", "r4"):
        room.tell(CommentReported(comment_id="c1", reporter=reader, reason=ReportReason.SPAM))
    assert [verdict for verdict, _ in told(room)] == ["reject", "publish", "hold", "hold", "hold"]

    trial = replay(room.of(CommentModerated), room.rules)

    assert (trial.decisions, trial.changed) == (4, 0)


NEW = """
version = "candidate"
on_unknown = "hold"
wordlists = ["en"]
[[rule]]
id = "new-here"
when = { author = ["new"] }
do = "hold"
reason = "new"
"""
WORDS = b'[[list]]\nid = "en"\nlanguages = ["en"]\nterms = ["idiot"]'
CANDIDATE = rulebook(NEW.encode(), {"en": WORDS})
PLAIN = rulebook(NEW.replace('author = ["new"]', "links_over = 0").encode(), {"en": WORDS})


def test_a_trial_knows_of_each_author_what_was_known_on_the_day_though_no_rule_asked() -> None:
    room, live = Room(PLAIN), Room(CANDIDATE)
    for at, about in enumerate(("the bridge", "schools", "a match", "her poem", "rain")):
        for one in (room, live):
            one.tell(enriched(1, f"I agree about {about}.", id=f"c{at}", author=f"u{at}"))

    trial = replay(room.of(CommentModerated), CANDIDATE)

    assert [verdict for verdict, _ in told(live)] == ["hold"] * 5
    assert (trial.changed, trial.untried) == (5, 0)


def test_a_trial_says_of_how_many_decisions_nobody_wrote_down_what_was_known() -> None:
    room = Room(PLAIN)
    room.tell(enriched(1, "About the bridge."))
    (one,) = room.of(CommentModerated)
    old = one.model_copy(update={"decision": one.decision.model_copy(update={"around": None})})

    trial = replay([old], CANDIDATE)
    _, lines = shown(trial)

    assert (trial.changed, trial.untried, trial.untried_rules) == (0, 1, ("new-here",))
    assert "1 of them are too old to say what was known of author and thread" in " ".join(lines)
    assert replay([old], PLAIN).untried == 0


def test_a_trial_holds_an_edit_of_what_a_person_stopped_as_the_engine_does() -> None:
    room = Room()
    room.tell(enriched(1, "You idiot of a council."))
    room.tell(asked(1, 0, Verdict.REJECT))
    room.tell(enriched(2, "I agree with the council."))
    everything = room.of(CommentModerated)

    trials = [replay(everything[since:], PLAIN) for since in (0, 2)]

    assert [trial.changes["en", Verdict.HOLD, Verdict.HOLD] for trial in trials] == [1, 1]


def test_a_check_that_could_not_answer_on_the_day_cannot_in_a_trial_either() -> None:
    room = Room()
    room.tell(enriched(1, "About the bridge."))
    (one,) = room.of(CommentModerated)
    decision = one.decision.model_copy(update={"unknown": ("repeat",), "verdict": Verdict.HOLD})

    trial = replay([one.model_copy(update={"decision": decision})], room.rules)

    assert trial.changed == 0


def test_authors_fade_after_a_quiet_time_and_what_was_imposed_on_them_does_not() -> None:
    room = Room()

    quiet = room.tell(enriched(1, "One thing.", id="c1", author="v"))
    banned = room.tell(sanction(SanctionKind.BAN))
    writes = room.tell(enriched(1, "Another matter.", id="c2"))

    kept = [{one.key: one.keep_ms for one in outcome.expire} for outcome in (quiet, banned, writes)]
    assert kept[0][author_key("v")] == QUIET_MS
    assert kept[1][author_key("u")] == kept[2][author_key("u")] > 100 * QUIET_MS


def test_what_its_author_withdrew_stands_nowhere_and_counts_no_more() -> None:
    room = Room()
    room.tell(enriched(1, LONG, id="c1"))

    room.tell(enriched(2, None, id="c1"))

    stored = b"".join(value for record in room.records.values() for value in record.fields.values())
    listed = b"".join(member for members in room.lists.values() for member in members)
    assert b"letter" not in stored + listed
    assert Tally.of(room.records[tally_key("u")]).published == 0


def test_edits_count_as_often_as_they_come_and_repeat_what_others_said() -> None:
    room = Room()
    for at in range(4):
        room.tell(enriched(1, f"Thing {at}.", id=f"c{at}", author=f"u{at}"), after_s=30)
    for at in range(4):
        room.tell(enriched(2, LONG, id=f"c{at}", author=f"u{at}"))
    for revision in range(2, 14):
        room.tell(enriched(revision, f"About {revision}.", id="c9", author="v", article="b"))

    edited = [one for one in room.of(CommentModerated) if one.revision == 2 and one.comment_id != "c9"]
    assert [one.decision.verdict.value for one in edited] == ["publish", "hold", "hold", "hold"]
    assert room.of(CommentModerated)[-1].decision.rule == "too-many"


def test_a_rule_may_ask_for_more_than_the_texts_that_are_kept() -> None:
    policy = """
        version = "t"
        on_unknown = "hold"
        wordlists = ["en"]
        [[rule]]
        id = "many"
        when = { rate_over = 30 }
        do = "hold"
        reason = "repeat"
    """
    words = b'[[list]]\nid = "en"\nlanguages = ["en"]\nterms = ["idiot"]'
    room = Room(rulebook(policy.encode(), {"en": words}))

    for at in range(33):
        room.tell(enriched(1, f"About {at}.", id=f"c{at}", article=f"a{at}"))

    assert [verdict for verdict, _ in told(room)] == ["publish"] * 30 + ["hold"] * 3


def test_mild_sanctions_never_push_out_a_ban() -> None:
    room = Room()
    room.tell(sanction(SanctionKind.BAN))
    for at in range(60):
        room.tell(sanction(SanctionKind.WARN, Role.MODERATOR, section=f"Section {at}"))

    room.tell(enriched(1, "One thing."))

    assert told(room) == [("reject", "shut-out")]
    assert {one.why for one in room.of(RequestRefused)} == {"unusable"}
