"""What the desk's pages are made of: evidence in a text, addresses to go back to, scopes, settings, dates."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.moderation.desk import scope
from services.moderation.desk.answers import own
from services.moderation.desk.articles import Story
from services.moderation.desk.dates import language_name, moment, number, share, span
from services.moderation.desk.marks import pieces, seen
from services.moderation.desk.matter import Matter
from services.moderation.desk.settings import Settings
from services.moderation.standing import Standing
from shared.accounts import Account
from shared.cases import Appeal, Case, Escalation, Role
from shared.comments import Actor, Author, Comment, CommentFacts, Decision, Evidence, Hit, Policy, Queue, Span, Verdict

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


def decided(*spans: tuple[str, int, int], actor: Actor | None = None) -> Decision:
    hits = tuple(
        Hit(
            rule=rule, verdict=Verdict.HOLD, reason="r",
            evidence=(Evidence(check="words", span=Span(start=start, end=end)),),
        )
        for rule, start, end in spans
    )  # fmt: skip
    return Decision(
        id="d", subject="c1", revision=1, seq=0, at=NOON, actor=actor or Actor(kind="engine", id="policy"),
        verdict=Verdict.HOLD, hits=hits, policy=Policy(version="1", digest="0" * 64),
    )  # fmt: skip


def test_overlapping_evidence_is_cut_where_it_begins_and_ends() -> None:
    told = pieces("abcdefgh", decided(("one", 1, 5), ("two", 3, 7)))

    assert [(one.text, one.numbers) for one in told] == [("a", []), ("bc", [1]), ("de", [1, 2]), ("fg", [2]), ("h", [])]
    assert told[2].said == "one words, two words"


@pytest.mark.parametrize("spans", [(), (("all", 0, 4),), (("empty", 2, 2),), (("beyond", 2, 900),)])
def test_no_letter_of_a_text_is_lost_whatever_the_evidence_says(spans: tuple[tuple[str, int, int], ...]) -> None:
    told = pieces("آب 💧", decided(*spans))

    assert "".join(one.text for one in told) == "آب 💧"
    assert any(one.found for one in told) is (spans[:1] == (("beyond", 2, 900),))


def test_what_turns_a_text_around_is_written_out_and_what_persian_needs_is_not() -> None:
    assert seen("pay \u202ereverse\u202c") == "pay ⟦202E⟧reverse⟦202C⟧"
    assert seen("می\u200cخواهم\nسطر") == "می\u200cخواهم\nسطر"


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/comment?id=c1", "/comment?id=c1"), ("//evil.example/x", "/queue"), ("https://evil.example", "/queue"),
        ("/\\evil.example", "/queue"), ("javascript:alert(1)", "/queue"), ("/a\r\nSet-Cookie: x", "/queue"),
        ("", "/queue"), ("/search?q=پل&x=%D9%BE", "/search?q=%D9%BE%D9%84&x=%D9%BE"),
    ],
)  # fmt: skip
def test_who_signs_in_goes_back_to_a_page_of_ours_only(target: str, where: str) -> None:
    assert own(target) == where


def person(**more: Any) -> Account:
    return Account(name="omid", created_at=NOON, **{"role": Role.MODERATOR, **more})


def waiting(queue: Queue | None = Queue.SPAM, actor: Actor | None = None, case: Case | None = None) -> Matter:
    author = Author(id="u", name="Ada")
    comment = Comment(id="c1", article_id="a1", revision=1, author=author, body="abc", created_at=NOON)
    standing = Standing(
        comment_id="c1", article_id="a1", revision=1, decision=decided(actor=actor), comment=comment,
        facts=CommentFacts(language="fa-AF"), queue=queue,
    )  # fmt: skip
    return Matter(standing, case=case)


def asked(by: str, queue: Queue) -> Case:
    call = Escalation(by=by, queue=queue, at=NOON)
    return Case(
        comment_id="c1", article_id="a1", revision=1, opened_at=NOON, queue=queue, deadline=NOON, escalation=call
    )  # fmt: skip


def appealed(against: str) -> Case:
    return Case(
        comment_id="c1", article_id="a1", revision=1, opened_at=NOON, queue=Queue.APPEALS, deadline=NOON,
        appeal=Appeal(decision="d", decided_by=against, words="Look again.", at=NOON),
    )  # fmt: skip


WORLD = Story("a1", "h", "World")


@pytest.mark.parametrize(
    ("account", "matter", "story", "sees", "decides"),
    [
        (person(), waiting(), None, True, True),
        (person(languages=("fa",)), waiting(), None, True, True),
        (person(languages=("en",)), waiting(), None, False, False),
        (person(sections=("World",)), waiting(), WORLD, True, True),
        (person(sections=("Sport",)), waiting(), WORLD, False, False),
        (person(sections=("World",)), waiting(), None, False, False),
        (person(queues=(Queue.SPAM,)), waiting(), None, True, True),
        (person(queues=(Queue.LEGAL,)), waiting(), None, False, False),
        (person(queues=(Queue.LEGAL,)), waiting(None), None, True, False),
        (person(queues=(Queue.LEGAL,)), waiting(None, actor=Actor(kind="human", id="omid")), None, True, True),
        (person(queues=(Queue.LEGAL,)), waiting(None, actor=Actor(kind="human", id="parisa")), None, True, False),
        (person(queues=(Queue.LEGAL,), role=Role.EDITOR), waiting(), None, True, True),
        (person(queues=(Queue.APPEALS,)), waiting(case=appealed("parisa")), None, True, True),
        (person(), waiting(case=appealed("omid")), None, True, False),
        (person(role=Role.ADMIN), waiting(case=appealed("omid")), None, True, False),
        # An escalation brings work to others, and no right to who asked for it.
        (person(queues=(Queue.SPAM,)), waiting(None, case=asked("omid", Queue.SPAM)), None, True, False),
        (person(queues=(Queue.SPAM,)), waiting(None, case=asked("parisa", Queue.SPAM)), None, True, True),
        (person(queues=(Queue.SPAM,)), waiting(case=asked("omid", Queue.LEGAL)), None, True, True),
        (person(queues=(Queue.SPAM,)), waiting(None, case=asked("omid", Queue.LEGAL)), None, True, False),
        (person(queues=(Queue.SPAM,)), waiting(None, case=asked("parisa", Queue.LEGAL)), None, False, False),
        (person(), waiting(None, case=asked("omid", Queue.SPAM)), None, True, True),
    ],
)
def test_a_scope_limits_what_a_moderator_sees_and_decides(
    account: Account, matter: Matter, story: Story | None, *, sees: bool, decides: bool
) -> None:
    matter = replace(matter, story=story)

    assert scope.sees(account, matter) is sees
    assert scope.decides(account, matter) is decides


ALL = tuple(queue.value for queue in Queue)
NOT_SPAM = tuple(queue for queue in ALL if queue != "spam")


@pytest.mark.parametrize(
    ("account", "matter", "queues"),
    [
        (person(), waiting(None), ALL),
        (person(), waiting(), NOT_SPAM),
        (person(queues=(Queue.SPAM,)), waiting(), NOT_SPAM),
        # What waits nowhere may be shown to others, and not be brought home.
        (person(queues=(Queue.SPAM,)), waiting(None), NOT_SPAM),
        (person(queues=(Queue.SPAM,)), waiting(None, case=asked("omid", Queue.LEGAL)), ()),
        (person(queues=(Queue.SPAM,)), waiting(Queue.LEGAL), ()),
        (person(role=Role.ADMIN), waiting(None, case=appealed("omid")), ()),
    ],
)
def test_who_may_not_decide_brings_nothing_into_their_own_queue(
    account: Account, matter: Matter, queues: tuple[str, ...]
) -> None:
    assert scope.asks(account, matter, ALL) == queues


@pytest.mark.parametrize(
    ("account", "matter", "places"),
    [
        (person(), waiting(), ("", "World")),
        (person(role=Role.ADMIN, queues=(Queue.LEGAL,)), waiting(), ("", "World")),
        (person(queues=(Queue.SPAM,)), waiting(), ("World",)),
        (person(languages=("fa",)), waiting(), ("World",)),
        (person(sections=("World",)), waiting(), ("World",)),
        (person(sections=("Sport",)), waiting(), ()),
        (person(queues=(Queue.SPAM,)), waiting(None), ()),
        (person(), waiting(case=appealed("omid")), ()),
    ],
)
def test_who_is_limited_sanctions_where_the_comment_was_written_and_nowhere_else(
    account: Account, matter: Matter, places: tuple[str, ...]
) -> None:
    assert scope.places(account, replace(matter, story=WORLD)) == places


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("http://127.0.0.1:8002", True), ("http://localhost", True), ("http://[::1]:8002", True),
        ("https://desk.example", True), ("http://desk.example", False), ("http://10.0.0.5:8002", False),
        ("https://desk.example/path", False), ("https://a@desk.example", False), ("ftp://desk.example", False),
    ],
)  # fmt: skip
def test_without_tls_the_desk_is_for_this_machine_alone(url: str, *, fine: bool) -> None:
    if fine:
        assert Settings(url=url).plain is url.startswith("http:")
        return
    with pytest.raises(ValidationError):
        Settings(url=url)


def test_a_provider_that_does_not_know_us_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as told:
        Settings(desk_oidc_issuer="https://id.example")

    assert {error["loc"][0] for error in told.value.errors()} == {"desk_oidc_client_id", "desk_oidc_client_secret"}


def test_a_provider_is_asked_over_tls() -> None:
    with pytest.raises(ValidationError, match="must begin with https"):
        Settings(desk_oidc_issuer="http://id.example", desk_oidc_client_id="a", desk_oidc_client_secret=SecretStr("b"))


def test_dates_and_numbers_are_the_viewers() -> None:
    assert moment(NOON, "en") == "23 Nov, 12:05"
    assert moment(NOON, "fa") == "۲ آذر، ۱۲:۰۵"
    assert "١٢:٠٥" in moment(NOON, "ar")
    assert (number(1204, "en"), number(1204, "fa"), share(1, 3, "fa"), share(0, 0, "en")) == (
        "1,204", "۱٬۲۰۴", "۳۳٪", "–",
    )  # fmt: skip
    assert span(7_200, "en") == "2 hrs"
    assert (language_name("fa", "en"), language_name("und", "en"), language_name("zz", "en")) == ("Persian", "–", "zz")
