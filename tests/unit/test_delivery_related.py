"""Related stories and copies of a report, through everything that can happen to a story."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.delivery.house import House
from services.delivery.neighbours import MOST_TOLD
from services.delivery.related import READ, about_key
from services.delivery.state import STATE, Story, record_key
from services.enrichment.steps.fingerprint import minhash
from shared.articles import Change, Term
from shared.document import StoryDocument
from shared.events import ArticleDue, ArticleModerated
from tests.unit.delivery_stories import NOON, Desk, around, moderated, summary

DAM = ("dam", "reservoir", "crack")
TEXT = [f"word{number}" for number in range(300)]


def about(
    id_: str, terms: tuple[str, ...] = DAM, revision: int = 1, *, words: list[str] | None = None,
    change: Change = Change.CREATED, language: str = "en", **fields: object,
) -> ArticleModerated:  # fmt: skip
    """A story with these terms; with ``words``, of this text."""
    data = moderated(revision, change, id=id_, language=language, **{"headline": f"On {id_}", **fields})
    print_ = "".join(f"{value:08x}" for value in minhash(words)) if words else ""
    facts = {"terms": tuple(Term(text=one, weight=1.0) for one in terms), "fingerprint": print_}
    assert data.enrichment
    return data.model_copy(update={"enrichment": data.enrichment.model_copy(update=facts)})


def state(desk: Desk, id_: str) -> Story:
    return Story.model_validate_json(desk.fields[record_key(id_)][STATE])


def offered(desk: Desk, id_: str) -> list[str]:
    """Ids its newest full page points to, in order."""
    return list(state(desk, id_).related)


def page(desk: Desk, id_: str, rendition: str = "full") -> str:
    newest = [fact for fact in desk.told if (fact.article_id, fact.rendition) == (id_, rendition)][-1]
    return newest.content or desk.blobs[f"blob:{newest.sha256}"].decode()


def found_on(desk: Desk, id_: str) -> set[str]:
    """Every list of stories that names it, of whatever kind."""
    needle = f'"id":"{id_}"'.encode()
    return {key for key, members in desk.lists.items() for member in members if needle in member}


def settle(desk: Desk) -> list[list[tuple[str, str, str]]]:
    """Let everything ring that waits; what was rendered."""
    rung = []
    for _ in range(4):
        desk.later(2)
        rung += [summary(outcome) for outcome in desk.ring() if outcome.publish]
    return rung


def crowded() -> Desk:
    """A desk whose newest stories are about something else."""
    desk = Desk()
    for number in range(6):
        desk.article(about(f"n{number}", ("harvest", f"topic{number}"), published_at=NOON + timedelta(hours=number)))
    return desk


def test_a_page_offers_what_is_on_its_matter_before_what_is_new() -> None:
    desk = crowded()
    desk.article(about("old", published_at=NOON - timedelta(days=3)))

    desk.article(about("a1"))

    assert offered(desk, "a1")[0] == "old"
    assert len(offered(desk, "a1")) == 4
    assert "On old" in page(desk, "a1", "light")


def test_another_section_is_no_hindrance_and_the_same_one_a_small_help() -> None:
    desk = Desk()
    desk.article(about("economy", section="Economy"))
    desk.article(about("news", section="News"))

    desk.article(about("a1", section="News"))

    assert offered(desk, "a1") == ["news", "economy"]


def test_a_rare_word_counts_more_than_one_that_stands_everywhere() -> None:
    desk = Desk()
    for number in range(READ):
        desk.article(about(f"n{number}", ("city",), published_at=NOON + timedelta(minutes=number)))
    desk.article(about("rare", ("orvel",), published_at=NOON - timedelta(days=5)))

    desk.article(about("a1", ("city", "orvel")))

    assert offered(desk, "a1")[0] == "rare"


def test_of_two_as_near_the_one_nearer_in_time_comes_first() -> None:
    desk = Desk()
    desk.article(about("z-old", published_at=NOON - timedelta(days=20)))
    desk.article(about("a-older", published_at=NOON - timedelta(days=40)))

    desk.article(about("a1"))

    assert offered(desk, "a1") == ["z-old", "a-older"]


def test_a_page_never_offers_itself_another_language_or_what_was_replaced() -> None:
    desk = Desk()
    desk.article(about("persian", language="fa"))
    desk.article(about("replaced"))
    desk.article(about("replacing", supersedes="replaced"))

    desk.article(about("a1"))
    desk.article(about("a1", revision=2, change=Change.UPDATED))

    assert offered(desk, "a1") == ["replacing"]


def test_copies_of_one_report_take_one_place_among_the_related() -> None:
    desk = Desk()
    for number in range(3):
        desk.article(about(f"wire{number}", words=TEXT))
    desk.article(about("other", ("dam", "reservoir")))

    desk.article(about("a1", words=[f"else{number}" for number in range(300)]))

    assert sum(one.startswith("wire") for one in offered(desk, "a1")) == 1
    assert "other" in offered(desk, "a1")


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


def test_a_new_headline_reaches_a_page_that_offers_the_story_as_related() -> None:
    desk = crowded()
    desk.article(about("a1", published_at=NOON - timedelta(days=9)))
    desk.article(about("reader"))
    settle(desk)

    desk.article(about("a1", revision=2, change=Change.CORRECTED, headline="Better", published_at=NOON - timedelta(9)))
    rendered = settle(desk)

    assert rendered == [around("updated")]
    assert "Better" in page(desk, "reader")
    assert offered(desk, "reader")[0] == "a1"


def test_comments_come_without_another_choice_of_neighbours() -> None:
    desk = crowded()
    desk.article(about("near", published_at=NOON - timedelta(days=9)))
    desk.article(about("a1"))
    settle(desk)
    before = offered(desk, "a1")[0]

    desk.lists = {key: members for key, members in desk.lists.items() if not key.startswith("about:")}
    desk.due()

    assert before == offered(desk, "a1")[0] == "near"


def test_an_older_page_learns_of_new_coverage_once_however_much_comes() -> None:
    desk = crowded()
    desk.article(about("a1"))
    settle(desk)

    for number in range(3):
        desk.article(about(f"later{number}", published_at=NOON + timedelta(hours=1)))
        desk.later(0.1)
    desk.told.clear()
    settle(desk)

    full = [fact.article_id for fact in desk.told if fact.rendition == "full"]
    assert full.count("a1") == 1
    assert {"later0", "later1", "later2"} <= set(offered(desk, "a1"))


def test_no_more_than_a_few_pages_are_asked_to_look() -> None:
    desk = Desk()
    for number in range(12):
        desk.article(about(f"n{number}", published_at=NOON + timedelta(minutes=number)))

    outcome = desk.article(about("a1"))

    asked = [later.data for later in outcome.later if isinstance(later.data, ArticleDue) and later.data.newer]
    assert len(asked) == MOST_TOLD


def test_stories_decided_at_the_same_moment_find_each_other() -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    unseen = {key: desk.lists.pop(key) for key in [*desk.lists] if not key.startswith("offers")}
    desk.article(about("a2", words=TEXT))
    for key, members in unseen.items():
        desk.lists.setdefault(key, {}).update(members)

    settle(desk)

    assert offered(desk, "a1") == ["a2"]
    assert offered(desk, "a2") == ["a1"]
    assert state(desk, "a1").same
    assert state(desk, "a2").same


def test_copies_name_each_other_apart_from_the_related_and_both_stay() -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("other"))
    settle(desk)

    desk.article(about("a2", words=[*TEXT[20:], *(f"more{number}" for number in range(40))]))
    rendered = settle(desk)

    assert rendered.count(around("updated")) <= 2
    for one, other in (("a1", "a2"), ("a2", "a1")):
        assert f"The same report: <a href={chr(34)}" in page(desk, one)
        assert "The same report" in page(desk, one, "light")
        assert page(desk, one).count(f"On {other}") == 1
    assert "The same report" not in page(desk, "other")


@pytest.mark.parametrize(
    "withdrawal",
    [moderated(2, Change.KILLED), moderated(2, Change.WITHHELD), about("a1", revision=2, words=[*"abcdefgh"] * 9)],
    ids=["killed", "withheld", "rewritten"],
)
def test_a_copy_that_is_one_no_more_is_not_named(withdrawal: ArticleModerated) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("a2", words=TEXT))
    settle(desk)
    assert "The same report" in page(desk, "a2")

    desk.article(withdrawal)
    settle(desk)

    assert "The same report" not in page(desk, "a2") + page(desk, "a2", "light")
    assert not state(desk, "a2").same


def test_apps_are_told_of_copies_apart_from_the_related() -> None:
    desk = Desk(house=House(renditions=("json", "gemtext")))
    desk.article(about("a1", words=TEXT, section="News"))
    desk.article(about("other"))
    desk.article(about("a2", words=TEXT))

    document = StoryDocument.model_validate_json(page(desk, "a2", "json"))

    assert [one.id for one in document.same_story] == ["a1"]
    assert document.same_story[0].section == "News"
    assert [one.id for one in document.related] == ["other"]
    assert "## The same report" in page(desk, "a2", "gemtext")


@pytest.mark.parametrize(("language", "words"), [("fa", "همین گزارش"), ("ar", "التقرير نفسه")])
def test_a_copy_is_named_in_the_words_of_the_page(language: str, words: str) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT, language=language))
    desk.article(about("a2", words=TEXT, language=language))

    assert f"{words}: <a" in page(desk, "a2")
    assert f"{words}: <a" in page(desk, "a2", "light")


@pytest.mark.parametrize("fields", [{"supersedes": "a1"}, {"translation_of": "a1"}])
def test_what_replaces_or_translates_a_story_is_no_copy_of_it(fields: dict[str, str]) -> None:
    desk = Desk()
    desk.article(about("a1", words=TEXT))
    desk.article(about("a2", words=TEXT, **fields))
    settle(desk)

    assert not state(desk, "a1").same
    assert not state(desk, "a2").same


def test_when_nothing_changes_any_more_nothing_is_rendered() -> None:
    desk = crowded()
    for number in range(6):
        desk.article(about(f"a{number}", words=TEXT))
    settle(desk)

    desk.later(60)

    assert settle(desk) == []
    assert not desk.alarms


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
