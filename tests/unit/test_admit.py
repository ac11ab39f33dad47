"""What ingest decides: the eight rules of the wire contract, section 4, and the same for comments."""

from typing import Any

import pytest

from services.ingest.admit import admit_article, admit_comment, foreseen_article
from services.ingest.ledger import Ledger
from shared.articles import Change
from shared.comments import Author
from shared.errors import Conflict, Rejected
from shared.events import ArticleIngested, ArticleSubmitted, CommentIngested, CommentSubmitted
from shared.outcome import Outcome, Record
from tests.builders import NOW


def story(revision: int = 1, status: str = "usable", **fields: Any) -> ArticleSubmitted:
    said = {"id": "s", "revision": revision, "status": status, "headline": "H", "body_html": "<p>T</p>", **fields}
    return ArticleSubmitted.model_validate(said, strict=False)


def comment(revision: int = 1, status: str = "usable", **fields: Any) -> CommentSubmitted:
    said = {
        "id": "c", "article_id": "s", "revision": revision, "status": status,
        "author": Author(id="u", name="Ada"), "body": "Well said.", "created_at": NOW, **fields,
    }  # fmt: skip
    return CommentSubmitted.model_validate(said, strict=False)


def remembered(outcome: Outcome) -> Ledger | None:
    """What the ledger holds after an outcome."""
    (save,) = outcome.save
    return Ledger.read(Record(version=f"{save.revision}.{save.seq}", fields=save.fields))


def after(*said: ArticleSubmitted) -> Ledger | None:
    """What the ledger holds after these, in this order."""
    known: Ledger | None = None
    for one in said:
        outcome = admit_article(one, known)
        known = remembered(outcome) if outcome.save else known
    return known


def fact(outcome: Outcome) -> ArticleIngested:
    (published,) = outcome.publish
    assert isinstance(published, ArticleIngested)
    return published


def comment_fact(outcome: Outcome) -> CommentIngested:
    (published,) = outcome.publish
    assert isinstance(published, CommentIngested)
    return published


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_withdrawal_of_what_may_never_have_come_is_forgotten_where_it_has_not(status: str) -> None:
    outcome = admit_article(story(2, status, if_known=True), None)

    assert (outcome.note, outcome.publish) == ("unknown", ())


def test_a_withdrawal_of_what_may_never_have_come_kills_what_has() -> None:
    outcome = admit_article(story(2, "canceled", if_known=True), after(story(1)))

    assert fact(outcome).change is Change.KILLED


@pytest.mark.parametrize(("status", "change"), [("canceled", Change.KILLED), ("withheld", Change.WITHHELD)])
def test_a_withdrawal_without_a_number_comes_after_whatever_came_last(status: str, change: Change) -> None:
    outcome = admit_article(story(0, status, unnumbered=True), after(story(7)))

    assert (fact(outcome).change, fact(outcome).revision, outcome.save[0].revision) == (change, 8, 8)


def test_a_kill_without_a_number_is_done_once_and_a_later_revision_may_follow() -> None:
    killed = story(8, "canceled")

    again = admit_article(story(0, "canceled", unnumbered=True), after(killed))
    back = admit_article(story(9), after(killed))
    unseen = admit_article(story(0, "canceled", unnumbered=True), None)

    assert (again.note, again.publish) == ("killed", ())
    assert fact(back).change is Change.REINSTATED
    assert (fact(unseen).change, fact(unseen).revision) == (Change.KILLED, 0)


def test_a_usable_story_is_taken_whether_known_or_not() -> None:
    outcome = admit_article(story(1, if_known=True), None)

    assert fact(outcome).change is Change.CREATED


def test_an_unseen_story_is_created() -> None:
    outcome = admit_article(story(), None)

    assert fact(outcome).change is Change.CREATED
    assert fact(outcome).article is not None
    assert outcome.save[0].revision == 1


def test_a_lower_revision_is_stale_and_changes_nothing() -> None:
    outcome = admit_article(story(1, headline="old"), after(story(2)))

    assert outcome == Outcome(note="stale")


def test_the_same_revision_told_twice_is_a_duplicate() -> None:
    outcome = admit_article(story(2), after(story(2)))

    assert outcome == Outcome(note="duplicate")


def test_the_same_revision_with_other_content_is_a_conflict_that_names_the_way_out() -> None:
    with pytest.raises(Conflict, match=r"/data/revision 2 .* greater"):
        admit_article(story(2, headline="other"), after(story(2)))


@pytest.mark.parametrize("status", ["usable", "withheld", "canceled"])
def test_a_revision_never_goes_backwards_whatever_it_says(status: str) -> None:
    assert admit_article(story(4, status), after(story(5))).note == "stale"


def test_a_greater_revision_is_updated_even_with_the_same_content() -> None:
    outcome = admit_article(story(2), after(story(1)))

    assert fact(outcome).change is Change.UPDATED
    assert fact(outcome).revision == 2


def test_a_correction_note_makes_it_corrected() -> None:
    noted = story(2, correction={"note": "The bridge is in Herat."})

    assert fact(admit_article(noted, after(story(1)))).change is Change.CORRECTED
    assert fact(admit_article(noted, None)).change is Change.CREATED


def test_a_kill_needs_nothing_but_id_and_revision() -> None:
    kill = ArticleSubmitted.model_validate_json('{"id":"s","revision":2,"status":"canceled"}')

    told = fact(admit_article(kill, after(story(1))))

    assert (told.change, told.article, told.revision) == (Change.KILLED, None, 2)


def test_an_embargo_without_an_end_withholds_a_story_that_was_shown() -> None:
    endless = story(2, embargoed_until="9999-12-31T23:59:59.999999Z")

    assert fact(admit_article(endless, after(story()))).change is Change.WITHHELD


def test_a_kill_discards_the_text_and_the_embargo_that_came_with_it() -> None:
    kill = story(2, "canceled", body_html="<p>Kill notice</p>", embargoed_until=NOW)

    assert fact(admit_article(kill, after(story(1)))).article is None


def test_a_kill_repeated_with_another_notice_is_still_the_same_kill() -> None:
    outcome = admit_article(story(2, "canceled", headline="other notice"), after(story(2, "canceled")))

    assert outcome == Outcome(note="duplicate")


def test_a_story_killed_before_it_was_seen_stays_dead_for_lower_revisions() -> None:
    known = after(story(3, "canceled"))

    assert admit_article(story(1), known).note == "stale"
    assert admit_article(story(2), known).note == "stale"


def test_a_usable_story_of_the_kills_own_revision_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        admit_article(story(2), after(story(2, "canceled")))


def test_a_greater_usable_revision_reinstates_a_killed_story() -> None:
    outcome = admit_article(story(3), after(story(1), story(2, "canceled")))

    assert fact(outcome).change is Change.REINSTATED


def test_a_greater_usable_revision_reinstates_a_withheld_story() -> None:
    outcome = admit_article(story(3), after(story(1), story(2, "withheld")))

    assert fact(outcome).change is Change.REINSTATED


def test_a_reinstated_story_is_updated_again_afterwards() -> None:
    known = after(story(1), story(2, "canceled"), story(3))

    assert fact(admit_article(story(4), known)).change is Change.UPDATED


def test_a_kill_repeated_at_a_greater_revision_is_told_again() -> None:
    outcome = admit_article(story(3, "canceled"), after(story(1), story(2, "canceled")))

    assert fact(outcome).change is Change.KILLED
    assert outcome.save[0].revision == 3


def test_withholding_a_killed_story_tells_nobody_and_leaves_it_killed() -> None:
    outcome = admit_article(story(3, "withheld"), after(story(2, "canceled")))

    assert (outcome.publish, outcome.note) == ((), "killed")
    assert outcome.save[0].revision == 3
    assert fact(admit_article(story(4), remembered(outcome))).change is Change.REINSTATED


def test_a_withheld_story_leaves_without_its_text() -> None:
    told = fact(admit_article(story(2, "withheld"), after(story(1))))

    assert (told.change, told.article) == (Change.WITHHELD, None)


def test_embargo_and_the_story_it_replaces_are_passed_on() -> None:
    passed = fact(admit_article(story(embargoed_until=NOW, supersedes="parent"), None)).article

    assert passed is not None
    assert (passed.embargoed_until, passed.supersedes) == (NOW, "parent")


def test_a_ledger_keeps_no_text() -> None:
    (save,) = admit_article(story(headline="Secret source named"), None).save

    assert b"Secret" not in b"".join(save.fields.values())


def test_a_comment_is_passed_on_with_its_words_unchanged() -> None:
    body = "می‌خواهم e\u0301 ببینم 👩‍👩‍👧\n\tsecond line"

    told = comment_fact(admit_comment(comment(body=body), None))

    assert told.comment is not None
    assert told.comment.body == body


def test_control_characters_leave_a_comment() -> None:
    told = comment_fact(admit_comment(comment(body="a\x07b\x1b[31m\r\nc\x85"), None))

    assert told.comment is not None
    assert told.comment.body == "ab[31m\nc"


@pytest.mark.parametrize("body", [" ", "\n\t", "\x07\x08"])
def test_a_comment_without_anything_to_read_is_refused_by_name(body: str) -> None:
    with pytest.raises(Rejected, match="/data/body"):
        admit_comment(comment(body=body), None)


def test_a_comment_that_answers_itself_is_refused() -> None:
    with pytest.raises(Rejected, match="/data/parent_id"):
        admit_comment(comment(parent_id="c"), None)


def test_a_withdrawn_comment_leaves_without_its_text_and_stays_gone() -> None:
    gone = admit_comment(comment(2, "canceled"), remembered(admit_comment(comment(1), None)))

    assert comment_fact(gone).comment is None
    assert admit_comment(comment(1), remembered(gone)).note == "stale"
    assert comment_fact(admit_comment(comment(3), remembered(gone))).comment is not None


def test_a_withdrawal_reaches_the_article_the_comment_stands_under() -> None:
    gone = admit_comment(comment(2, "canceled", article_id="typo"), remembered(admit_comment(comment(1), None)))

    assert comment_fact(gone).article_id == "s"


def test_a_comment_does_not_move_to_another_article() -> None:
    with pytest.raises(Conflict, match="/data/article_id"):
        admit_comment(comment(2, article_id="other"), remembered(admit_comment(comment(1), None)))


def test_comments_are_deduplicated_like_stories() -> None:
    known = remembered(admit_comment(comment(2), None))

    assert admit_comment(comment(2), known).note == "duplicate"
    assert admit_comment(comment(1), known).note == "stale"
    with pytest.raises(Conflict):
        admit_comment(comment(2, body="edited"), known)


def test_what_was_taken_back_before_it_came_keeps_what_is_older_away_and_lets_what_is_newer_be_new() -> None:
    never = admit_article(story(5, "canceled", if_known=True), None)
    known = remembered(never)

    assert (never.note, never.publish) == ("unknown", ())
    assert admit_article(story(4), known).note == "stale"
    assert admit_article(story(5, "canceled", if_known=True), known).note == "stale"
    assert admit_article(story(6, "canceled", if_known=True), known).note == "unknown"
    assert fact(admit_article(story(6), known)).change is Change.CREATED
    assert fact(admit_article(story(6, "canceled"), known)).change is Change.KILLED


def test_a_kill_of_the_very_revision_it_names_is_no_conflict() -> None:
    outcome = admit_article(story(7, "canceled"), after(story(7)))

    assert (fact(outcome).change, fact(outcome).revision) == (Change.KILLED, 8)
    assert admit_article(story(7, "canceled"), after(story(8, "canceled"))).note == "stale"
    assert admit_article(story(7, "canceled"), after(story(7, "canceled"))).note == "duplicate"


def test_withheld_without_a_number_is_withheld_once() -> None:
    assert admit_article(story(0, "withheld", unnumbered=True), after(story(7, "withheld"))).note == "duplicate"


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (story(1), None), (story(2), after(story(1))), (story(1), after(story(1))), (story(1), after(story(2))),
        (story(1, "canceled"), after(story(1))), (story(2, "canceled"), None),
        (story(0, "canceled", unnumbered=True), after(story(3, "canceled"))),
        (story(1, headline="Other"), after(story(1))), (story(1, headline="\u200e \u202c"), None),
        (story(1, headline="\u0007", embargoed_until="9999-12-31T00:00:00Z"), None),
        (story(1, body_html="<i>" * 20_001), None), (story(1, "withheld", body_html="<i>" * 20_001), None),
    ],
)  # fmt: skip
def test_what_is_foreseen_is_what_is_decided(said: ArticleSubmitted, known: Ledger | None) -> None:
    def told(decide: Any) -> Any:
        try:
            return decide(said, known)
        except Rejected as error:
            return type(error), str(error)

    decided, foreseen = told(admit_article), told(foreseen_article)

    newer = known is None or said.revision > known.revision
    assert foreseen == (decided if isinstance(decided, tuple) else None if newer else decided.note)
