"""ninjs, Ghost, ANS and our own events: status, embargo, revision and id as each system says them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.comments import CommentStatus
from shared.events import ArticleSubmitted, CommentSubmitted
from tests.unit.adapter_desk import one, read, refusal

AT = "2026-11-26T10:00:00.250Z"
MS = 1795687200250


def superdesk(**said: Any) -> dict[str, Any]:
    return {"guid": "urn:a", "version": "3", "type": "text", "pubstatus": "usable", "headline": "H",
            "body_html": "<p>B</p>", **said}  # fmt: skip


def ghost(current: dict[str, Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    post = {
        "uuid": "u",
        "title": "T",
        "html": "<p>B</p>",
        "status": "published",
        "visibility": "public",
        "updated_at": AT,
    }
    return {"post": {"current": {**post, **current}, "previous": previous or {}}}


def story(**said: Any) -> dict[str, Any]:
    return {"type": "story", "version": "0.10.12", "_id": "A", "last_updated_date": AT, "headlines": {"basic": "H"},
            "content_elements": [{"type": "text", "content": "B"}], **said}  # fmt: skip


@pytest.mark.parametrize("word", ["canceled", "Cancelled", "CANCELED"])
def test_the_notice_in_a_kill_of_superdesk_is_not_read(word: str) -> None:
    said = one("ninjs", superdesk(pubstatus=word, body_html="<p>Kill notice to editors</p>"))

    assert (said.status, said.body_html, said.headline) == ("canceled", "", None)


def test_an_update_of_superdesk_is_a_new_story_that_supersedes_its_parent() -> None:
    said = one("ninjs", superdesk(guid="urn:b", evolvedfrom="urn:a"), id_prefix="nw:")

    assert (said.id, said.supersedes) == ("nw:urn:b", "nw:urn:a")


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"body_xhtml": "<p>x</p>", "body_text": "t"}, "<p>x</p>"),
        ({"body_text": "one\n\ntwo & <three>\nfour"}, "<p>one</p><p>two &amp; &lt;three&gt;<br>four</p>"),
        ({"bodies": [{"contenttype": "text/plain", "value": "t"}, {"contentType": "text/html", "value": "<p>h</p>"}]},
         "<p>h</p>"),
        ({"bodies": [{"role": "teaser", "contentType": "text/html", "value": "no"},
                     {"role": "main", "contentType": "text/html", "value": "yes"}]}, "yes"),
    ],
)  # fmt: skip
def test_every_version_of_ninjs_has_its_own_place_for_the_body(fields: dict[str, Any], body: str) -> None:
    assert one("ninjs", {"uri": "a", "version": "1", "headline": "H", **fields}).body_html == body


def test_ninjs_3_is_read_by_its_capitals() -> None:
    said = one("ninjs", {
        "uri": "a", "version": "7", "pubStatus": "usable", "embargoedUntil": "2026-12-01T06:00:00+01:00",
        "by": "By Ada",
        "headlines": [{"role": "short", "value": "No"}, {"role": "main", "value": "Yes"}], "locatedAt": "x",
        "altIds": [], "subjects": [{"name": "Floods"}], "genres": [{"name": "Feature"}],
    })  # fmt: skip

    assert (said.revision, said.headline, said.byline[0].name) == (7, "Yes", "Ada")
    assert said.embargoed_until == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert (said.keywords, said.genre) == (("Floods",), "Feature")


def test_the_same_name_in_two_spellings_is_refused() -> None:
    assert "differs in its capitals" in str(
        refusal("ninjs", {"uri": "a", "pubstatus": "usable", "pubStatus": "canceled"})
    )


@pytest.mark.parametrize("embargo", ["soon", "2026-12-01T06:00:00", 7, "", "2026-12-01T06"])
def test_an_embargo_that_is_not_clear_is_refused(embargo: object) -> None:
    assert refusal("ninjs", superdesk(embargoed=embargo)).pointer == "/embargoed"


def test_a_version_that_counts_nothing_gives_way_to_the_time_of_the_version() -> None:
    (intake,) = read("ninjs", superdesk(version="2A", versioncreated=AT))

    assert intake.submission.revision == MS
    assert refusal("ninjs", superdesk(version="2A")).pointer == "/version"


def test_a_picture_that_was_killed_is_left_out_of_the_story_beside_it() -> None:
    picture = {"type": "picture", "renditions": {"original": {"href": "https://x.example/a.jpg"}}}
    beside = {"featuremedia": {**picture, "pubstatus": "canceled"}, "editor_0": picture}

    assert [(i.href, i.role) for i in one("ninjs", superdesk(associations=beside)).images] == [
        ("https://x.example/a.jpg", "inline"),
    ]


@pytest.mark.parametrize("poison", ["\x00", "\ud800", 2**64])
def test_a_value_no_reader_can_take_is_refused_wherever_it_stands(poison: object) -> None:
    assert refusal("ninjs", superdesk(extra={"note": [poison]})).pointer == "/extra/note/0"


def test_what_only_adorns_a_story_does_not_stop_it() -> None:
    (intake,) = read("ninjs", superdesk(language="english!", located="x" * 3000, versioncreated="yesterday"))

    assert [warning.split()[0] for warning in intake.warnings] == ["/language", "/versioncreated", "/located"]


def test_the_same_revision_is_one_event_and_its_kill_another() -> None:
    first, again = read("ninjs", superdesk()), read("ninjs", superdesk(headline="Other"))
    kill = read("ninjs", superdesk(pubstatus="canceled"))

    assert first[0].event_id == again[0].event_id
    assert first[0].event_id != kill[0].event_id


@pytest.mark.parametrize(
    ("current", "previous", "status", "if_known"),
    [
        ({}, {}, "usable", False),
        ({"visibility": "members"}, {}, "withheld", False),
        ({"visibility": "paid", "status": "scheduled"}, {}, "withheld", False),
        ({"status": "draft"}, {"status": "published"}, "canceled", False),
        ({"status": "draft"}, {}, "canceled", True),
        ({"status": "sent"}, {}, "canceled", True),
    ],
)
def test_ghost_shows_what_is_published_to_everybody(
    current: dict[str, Any], previous: dict[str, Any], status: str, *, if_known: bool
) -> None:
    said = one("ghost", ghost(current, previous))

    assert (said.id, said.revision, said.status, said.if_known) == ("u", MS, status, if_known)


def test_a_scheduled_post_of_ghost_is_embargoed() -> None:
    said = one("ghost", ghost({"status": "scheduled", "published_at": "2026-12-01T05:00:00.000Z"}))

    assert said.embargoed_until == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert (
        refusal("ghost", ghost({"status": "scheduled", "published_at": None})).pointer == "/post/current/published_at"
    )


def test_a_deleted_post_of_ghost_comes_after_its_last_revision() -> None:
    said = one("ghost", {"post": {"current": {}, "previous": {"uuid": "u", "updated_at": AT, "html": "<p>B</p>"}}})

    assert (said.id, said.revision, said.status, said.body_html) == ("u", MS + 1, "canceled", "")


def test_an_embargo_in_ans_holds_and_one_without_an_end_withholds() -> None:
    held = one("ans", story(content_restrictions={"embargo": {"active": True, "end_time": "2026-12-01T05:00:00Z"}}))
    kept = one("ans", story(content_restrictions={"embargo": {"active": True}}))
    over = one("ans", story(content_restrictions={"embargo": {"active": False, "end_time": "2026-12-01T05:00:00Z"}}))

    assert held.embargoed_until == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert (kept.status, over.status, over.embargoed_until) == ("withheld", "usable", None)


def test_the_version_in_ans_is_its_schema_s_and_no_revision() -> None:
    assert one("ans", story()).revision == MS


@pytest.mark.parametrize(
    ("envelope", "told"),
    [
        ({"key": "story:publish", "time": 1, "body": story()}, ("usable", MS)),
        ({"key": "story:update", "time": 1, "body": story()}, ("usable", MS)),
        ({"key": "story:unpublish", "time": 1795687300, "body": {"_id": "A"}}, ("canceled", 1795687300000)),
        ({"key": "story:delete", "time": 1795687300123, "body": {"id": "A"}}, ("canceled", 1795687300123)),
        ({"key": "story:unpublish", "time": 1, "body": story()}, ("canceled", MS + 1)),
        (
            {"type": "content-operation", "operation": "insert-story", "published": True, "body": story()},
            ("usable", MS),
        ),
        (
            {"type": "content-operation", "operation": "delete-story", "date": AT, "body": {"_id": "A"}},
            ("canceled", MS),
        ),
    ],
)
def test_ans_arrives_in_envelopes(envelope: dict[str, Any], told: tuple[str, int]) -> None:
    said = one("ans", envelope)

    assert (said.id, said.status, said.revision) == ("A", *told)


@pytest.mark.parametrize("key", ["story:create", "gallery:publish"])
def test_what_ifx_says_of_drafts_and_galleries_is_nothing_for_readers(key: str) -> None:
    assert read("ans", {"key": key, "time": 1, "body": story()}) == ()


def test_relative_addresses_of_arc_are_of_the_site_that_is_set() -> None:
    assert one("ans", story(canonical_url="/a/b")).canonical_url is None
    assert one("ans", story(canonical_url="/a/b"), site="https://x.example").canonical_url == "https://x.example/a/b"


ARTICLE = {"id": "a", "revision": 4, "status": "usable", "headline": "H"}
EVENT = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/anybody",
    "type": "lightwire.article.submitted.v1",
    "data": ARTICLE,
}


def test_an_event_says_the_same_structured_binary_and_bare() -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "e%201",
        "ce-type": "lightwire.article.submitted.v1",
        "ce-source": "/x",
    }

    assert one("native", EVENT) == one("native", ARTICLE, headers) == one("native", ARTICLE)
    assert [i.event_id for i in (*read("native", EVENT), *read("native", ARTICLE, headers))] == ["e1", "e 1"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({**EVENT, "specversion": "0.3"}, "/specversion"),
        ({**EVENT, "type": "com.example.other"}, "/type"),
        ({**EVENT, "id": ""}, "/id"),
        ({**EVENT, "data": []}, "/data"),
        ({**EVENT, "data": {**ARTICLE, "revision": "4"}}, "/data/revision"),
        ({**EVENT, "data": {**ARTICLE, "byline": [{"name": ""}]}}, "/data/byline/0/name"),
        ({**ARTICLE, "status": "spiked"}, "/status"),
    ],
)
def test_an_event_is_refused_by_the_field_that_is_wrong(said: dict[str, Any], pointer: str) -> None:
    assert refusal("native", said).pointer == pointer


def test_a_bare_comment_is_known_by_its_article() -> None:
    (intake,) = read("native", {"id": "c", "article_id": "a", "revision": 1, "status": "canceled"})

    assert isinstance(intake.submission, CommentSubmitted)
    assert intake.submission.status is CommentStatus.CANCELED


@pytest.mark.parametrize(
    ("restrictions", "at"),
    [
        ({"embargo": "2030-01-01T00:00:00Z"}, "/content_restrictions/embargo"),
        ({"embargo": [{"active": True, "end_time": "2030-01-01T00:00:00Z"}]}, "/content_restrictions/embargo"),
        ({"embargo": True}, "/content_restrictions/embargo"),
        ({"embargo": {"active": "true"}}, "/content_restrictions/embargo/active"),
        ({"embargo": {"active": 1}}, "/content_restrictions/embargo/active"),
        ("embargo", "/content_restrictions"),
    ],
)
def test_an_embargo_of_arc_that_is_not_understood_is_refused_and_no_story_without_one(
    restrictions: Any, at: str
) -> None:
    told = {"_id": "A", "type": "story", "last_updated_date": "2026-11-26T10:00:00Z", "headlines": {"basic": "H"}}

    assert refusal("ans", {**told, "content_restrictions": restrictions}).pointer == at
    assert read("ans", {**told, "content_restrictions": {"embargo": {"active": False}}})


@pytest.mark.parametrize("visibility", [["paid"], {"a": 1}, 0, True])
def test_a_visibility_of_ghost_that_is_no_word_is_refused(visibility: Any) -> None:
    post = {"uuid": "u", "status": "published", "updated_at": "2026-11-26T10:00:00Z", "title": "T"}

    refused = refusal("ghost", {"post": {"current": {**post, "visibility": visibility}, "previous": {}}})

    assert refused.pointer == "/post/current/visibility"


def test_a_kill_of_ninjs_passes_whatever_its_version_says() -> None:
    (intake,) = read("ninjs", {"guid": "a", "version": "final", "pubstatus": "canceled"})

    assert isinstance(intake.submission, ArticleSubmitted)
    assert (intake.submission.status, intake.submission.unnumbered) == ("canceled", True)
    assert refusal("ninjs", {"guid": "a", "version": "final", "pubstatus": "withheld"}).pointer == "/version"
