"""What of a polled document is new."""

from services.ingest.adapters.intake import Intake
from services.ingest.pollers.memory import MOST_ASKED, MOST_KNOWN, Memory, asked_once_more, key_of
from shared.events import ArticleSubmitted


def entry(id_: str = "a", revision: int = 100, headline: str = "Bridge opens", **more: object) -> Intake:
    said = {"id": id_, "revision": revision, "status": "usable", "headline": headline, **more}
    return Intake(ArticleSubmitted.model_validate(said, strict=False), f"{id_}-{revision}")


def kill(id_: str = "a", revision: int = 0) -> Intake:
    return entry(id_, revision, status="canceled")


def after(*documents: list[Intake]) -> Memory:
    memory = Memory()
    for document in documents:
        memory = memory.model_copy(update={"known": memory.news(document, whole=True).known})
    return memory


def test_what_was_never_seen_is_submitted_as_it_stands() -> None:
    news = Memory().news([entry("a"), entry("b")], whole=True)

    assert [one.event_id for one in news.intakes] == ["a-100", "b-100"]


def test_what_has_not_changed_is_not_submitted_again() -> None:
    assert after([entry()]).news([entry()], whole=True).intakes == ()


def test_a_change_with_its_date_is_submitted_as_its_document_says() -> None:
    (one,) = after([entry()]).news([entry(revision=200, headline="Bridge closes")], whole=True).intakes

    assert (one.submission.revision, one.event_id) == (200, "a-200")


def test_a_change_that_kept_its_date_is_one_revision_more_and_another_event() -> None:
    memory = after([entry()])

    (one,) = memory.news([entry(headline="Bridge closes")], whole=True).intakes

    assert one.submission.revision == 101
    assert one.event_id != "a-100"
    assert memory.news([entry(headline="Bridge closes")], whole=True).intakes == (one,)


def test_an_older_copy_of_the_feed_does_not_bring_the_old_text_back() -> None:
    news = after([entry(revision=200, headline="New")]).news([entry(revision=100, headline="Old")], whole=True)

    assert (news.intakes, news.stale) == ((), 1)


def test_a_revision_never_goes_backwards_after_changes_that_kept_their_date() -> None:
    memory = after([entry()], [entry(headline="B")], [entry(headline="C")])

    (one,) = memory.news([entry(revision=101, headline="D")], whole=True).intakes

    assert one.submission.revision == 103


def test_a_kill_is_never_stale_whatever_date_it_has() -> None:
    (one,) = after([entry(revision=200)]).news([kill(revision=1)], whole=True).intakes

    assert (one.submission.revision, one.submission.status) == (201, "canceled")


def test_after_a_kill_only_a_greater_revision_is_heard() -> None:
    memory = after([entry(revision=200)], [kill(revision=300)])

    assert memory.news([entry(revision=200)], whole=True).intakes == ()
    assert memory.news([entry(revision=300)], whole=True).intakes == ()
    (again,) = memory.news([entry(revision=301)], whole=True).intakes
    assert again.submission.revision == 301


def test_what_is_no_longer_listed_is_no_kill() -> None:
    news = after([entry("a"), entry("b")]).news([entry("b")], whole=True)

    assert news.intakes == ()
    assert not news.known[key_of("a")].listed


def test_only_what_vanished_is_asked_for_and_not_for_ever() -> None:
    memory = after([entry("a", canonical_url="https://desk.example/a"), entry("b", canonical_url="https://b")])
    assert memory.to_ask(0) == []
    memory = memory.model_copy(update={"known": memory.news([entry("b", canonical_url="https://b")], whole=True).known})

    asked, now = 0, 0
    while due := memory.to_ask(now):
        ((key, one),) = due
        assert one.id == "a"
        memory = memory.model_copy(update={"known": {**memory.known, key: asked_once_more(one, now)}})
        assert memory.to_ask(now) == []
        asked, now = asked + 1, memory.known[key].ask_at

    assert asked == MOST_ASKED


def test_memory_is_bounded_but_holds_all_that_is_listed() -> None:
    memory = after([entry(f"old{n}") for n in range(10)])

    news = memory.news([entry(f"a{n}") for n in range(MOST_KNOWN + 5)], whole=True)

    assert len(news.known) == MOST_KNOWN + 5
    assert len(Memory(known=news.known).news([entry("last")], whole=True).known) == MOST_KNOWN


def test_another_address_has_other_validators_and_the_same_entries() -> None:
    memory = after([entry()]).model_copy(update={"url": "https://a", "etag": "x", "cursor": "y"})

    moved = memory.at("https://b")

    assert (moved.etag, moved.cursor, moved.known) == (None, None, memory.known)
    assert memory.at("https://a") is memory


def test_memory_survives_its_way_through_redis() -> None:
    memory = after([entry("آ", canonical_url="https://x")]).model_copy(update={"resume": ("2026-11-26T10:00:00", 2)})

    assert Memory.model_validate_json(memory.model_dump_json()) == memory
