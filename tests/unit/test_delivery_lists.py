"""A story is found by its lists while it is shown, and only then."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.delivery.related import about_key
from services.delivery.state import record_key
from shared.articles import Change, Term
from shared.events import ArticleModerated
from tests.unit.delivery_stories import NOON, Desk, moderated
from tests.unit.related_desk import DAM, TEXT, about, found_on, offered, page, settle, state

WITHDRAWALS = {
    "killed": about("a1").model_copy(update={"change": Change.KILLED, "revision": 2, "article": None}),
    "withheld": moderated(2, Change.WITHHELD),
    "held again": about("a1", revision=2, change=Change.UPDATED, embargoed_until=NOON + timedelta(hours=1)),
}


@pytest.mark.parametrize("withdrawal", WITHDRAWALS.values(), ids=WITHDRAWALS)
def test_what_is_withdrawn_stands_on_no_list_from_the_same_commit_on(withdrawal: ArticleModerated) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    stood = found_on(desk, "a1")

    desk.article(withdrawal)

    assert len([key for key in stood if key.startswith("about:")]) == len(DAM)
    assert len([key for key in stood if key.startswith("near:")]) == 10
    assert found_on(desk, "a1") == set()


def test_a_story_under_embargo_stands_on_no_list_until_it_is_released() -> None:
    desk = Desk()
    desk.article(about("older"))
    desk.article(about("a1", embargoed_until=NOON + timedelta(seconds=30)))
    before = found_on(desk, "a1")

    desk.later(31)
    desk.ring()

    assert before == set()
    assert about_key("en", Term(text="dam", weight=1)) in found_on(desk, "a1")
    assert offered(desk, "a1") == ["older"]


def test_a_reinstated_story_is_found_again() -> None:
    desk = Desk()
    desk.article(about("a1"))
    stood = found_on(desk, "a1")
    desk.article(moderated(2, Change.KILLED))

    desk.article(about("a1", revision=3, change=Change.REINSTATED))

    assert found_on(desk, "a1") == stood


@pytest.mark.parametrize(
    "revision",
    [
        about("a1", ("bridge",), 2, change=Change.UPDATED),
        about("a1", DAM, 2, change=Change.UPDATED, language="fa"),
        about("a1", ("dam",), 2, change=Change.CORRECTED, headline="Another"),
        about("a1", DAM, 2, change=Change.UPDATED, published_at=NOON - timedelta(days=1)),
    ],
    ids=["other terms", "another language", "fewer terms and another headline", "another time"],
)
def test_a_changed_story_stands_once_where_it_belongs_and_nowhere_else(revision: ArticleModerated) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))

    desk.article(revision)

    assert revision.enrichment
    language = revision.enrichment.language
    belongs = {about_key(language, term) for term in revision.enrichment.terms}
    assert found_on(desk, "a1") == belongs | {f"recent:{language}"}
    assert all(len(desk.lists[key]) == 1 for key in found_on(desk, "a1"))


@pytest.mark.parametrize("withdrawal", WITHDRAWALS.values(), ids=WITHDRAWALS)
def test_pages_that_offered_it_as_related_lose_it_and_keep_the_others(withdrawal: ArticleModerated) -> None:
    desk = Desk()
    desk.article(about("other"))
    desk.article(about("a1", headline="A name that must go"))
    desk.article(about("reader"))
    assert "A name that must go" in page(desk, "reader")

    desk.article(withdrawal)
    desk.ring()

    assert "A name that must go" not in page(desk, "reader") + page(desk, "reader", "light")
    assert offered(desk, "reader") == ["other"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a1", "a2", "a3"]),
            st.sampled_from(["shown", "killed", "withheld", "held", "other terms", "other language", "wait"]),
        ),
        max_size=14,
    )
)
def test_whatever_happens_only_what_is_shown_is_found_and_named(steps: list[tuple[str, str]]) -> None:
    desk, revisions = Desk(), dict.fromkeys(("a1", "a2", "a3"), 0)
    for id_, what in steps:
        revisions[id_] += 1
        revision = revisions[id_]
        match what:
            case "killed" | "withheld":
                desk.article(moderated(revision, Change(what), id=id_))
            case "held":
                desk.article(about(id_, revision=revision, embargoed_until=desk.now + timedelta(seconds=5)))
            case "wait":
                settle(desk)
            case "other language":
                desk.article(about(id_, revision=revision, words=TEXT, language="fa", change=Change.UPDATED))
            case _:
                terms = DAM if what == "shown" else ("bridge", "dam")
                desk.article(about(id_, terms, revision, words=TEXT, change=Change.UPDATED))
        shown = {one for one in revisions if record_key(one) in desk.fields and state(desk, one).shown}
        for one in revisions:
            keys = found_on(desk, one)
            assert keys == ({*state(desk, one).lists, f"recent:{state(desk, one).shelf}"} if one in shown else set())
    settle(desk)
    for one in revisions:
        if record_key(one) in desk.fields and state(desk, one).shown:
            now_shown = {id_ for id_ in revisions if record_key(id_) in desk.fields and state(desk, id_).shown}
            assert set(state(desk, one).related) <= now_shown - {one}
