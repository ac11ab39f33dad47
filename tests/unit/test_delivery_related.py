"""What a page offers to read next, and who learns of a new story."""

from datetime import timedelta

from services.delivery.neighbours import MOST_TOLD
from services.delivery.related import READ
from shared.articles import Change
from shared.events import ArticleDue
from tests.unit.delivery_stories import NOON, Desk, around
from tests.unit.related_desk import TEXT, about, crowded, offered, page, settle, state


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


def test_when_nothing_changes_any_more_nothing_is_rendered() -> None:
    desk = crowded()
    for number in range(6):
        desk.article(about(f"a{number}", words=TEXT))
    settle(desk)

    desk.later(60)

    assert settle(desk) == []
    assert not desk.alarms
