"""WordPress: what its statuses mean to those who cannot know what was public before, and its dates without a zone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events import CommentSubmitted
from tests.unit.adapter_desk import one, read, refusal

MS = 1795687200000
GUID = "https://x.example/?p=5"


def post(**said: Any) -> dict[str, Any]:
    return {
        "id": 5, "guid": {"rendered": GUID}, "status": "publish", "type": "post",
        "date": "2026-11-26T05:00:00", "date_gmt": "2026-11-26T09:00:00",
        "modified": "2026-11-26T06:00:00", "modified_gmt": "2026-11-26T10:00:00",
        "title": {"rendered": "Ada &#8217; &amp; <em>Bob</em>"},
        "content": {"rendered": "<p>B</p>", "protected": False},
        "excerpt": {"rendered": "<p>Short.</p>"}, "link": "https://x.example/a", "slug": "a", **said,
    }  # fmt: skip


def hooked(status: str, before: str | None = None) -> dict[str, Any]:
    said = {"ID": 5, "guid": GUID, "post_status": status, "post_title": "T", "post_content": "One\n\nTwo",
            "post_modified_gmt": "2026-11-26 10:00:00", "post_date_gmt": "2026-11-26 09:00:00"}  # fmt: skip
    return {"post_id": 5, "post": said, "post_before": {**said, "post_status": before} if before else None,
            "taxonomies": {"category": {"news": {"name": "News"}}}}  # fmt: skip


def comment(**said: Any) -> dict[str, Any]:
    return {"id": 9, "post": 5, "parent": 8, "author": 0, "author_name": "Ada", "date_gmt": "2026-11-26T10:00:00",
            "content": {"rendered": "<p>One<br />\ntwo &amp; three</p>\n<p>four</p>"}, "status": "approved",
            "link": "https://x.example/a/#comment-9", "type": "comment", "author_email": "ada@x.example",
            **said}  # fmt: skip


def test_a_post_is_text_where_we_want_text_and_its_times_are_utc() -> None:
    said = one("wordpress", post())

    assert (said.id, said.revision, said.headline) == (GUID, MS, "Ada ’ & Bob")
    assert (said.published_at, said.updated_at) == (
        datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 26, 10, tzinfo=UTC),
    )  # fmt: skip
    assert (said.standfirst, said.slug, said.canonical_url) == ("Short.", "a", "https://x.example/a")


@pytest.mark.parametrize(
    ("said", "status", "if_known"),
    [
        (post(), "usable", False),
        (post(status="trash"), "canceled", False),
        (post(status="draft"), "canceled", True),
        (post(status="pending"), "canceled", True),
        (post(status="private"), "withheld", False),
        (post(content={"rendered": "", "protected": True}), "withheld", False),
        (hooked("publish"), "usable", False),
        (hooked("private", "publish"), "canceled", False),
        (hooked("draft", "publish"), "canceled", False),
        (hooked("draft", "pending"), "canceled", True),
    ],
)
def test_a_status_of_wordpress_is_one_of_ours(said: dict[str, Any], status: str, *, if_known: bool) -> None:
    found = one("wordpress", said)

    assert (found.id, found.revision, found.status, found.if_known) == (GUID, MS, status, if_known)


def test_a_post_for_later_is_embargoed_until_its_date() -> None:
    said = one("wordpress", post(status="future", date_gmt="2026-12-01T05:00:00"))

    assert said.embargoed_until == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert refusal("wordpress", post(status="future", date_gmt=None)).pointer == "/date_gmt"


def test_a_status_nobody_knows_is_refused() -> None:
    assert refusal("wordpress", post(status="archived")).pointer == "/status"


@pytest.mark.parametrize("said", [post(status="auto-draft"), post(status="inherit"), post(type="attachment")])
def test_what_wordpress_keeps_to_itself_is_nothing(said: dict[str, Any]) -> None:
    assert read("wordpress", said) == ()


def test_a_post_as_a_plugin_sends_it_has_its_paragraphs_and_its_section() -> None:
    said = one("wordpress", hooked("publish"))

    assert (said.body_html, said.section) == ("<p>One</p><p>Two</p>", "News")


def test_a_comment_is_plain_text_and_its_address_stays_behind() -> None:
    (intake,) = read("wordpress", comment(_embedded={"up": [{"guid": {"rendered": GUID}}]}))

    said = intake.submission
    assert isinstance(said, CommentSubmitted)
    assert (said.id, said.article_id, said.parent_id) == ("wordpress:x.example:9", GUID, "wordpress:x.example:8")
    assert (said.body, said.revision) == ("One\ntwo & three\nfour", MS)
    assert "ada@" not in repr(intake)
    assert intake.warnings == ()


def test_the_post_of_a_comment_is_guessed_only_with_a_warning() -> None:
    (intake,) = read("wordpress", comment())

    assert isinstance(intake.submission, CommentSubmitted)
    assert intake.submission.article_id == GUID
    assert intake.warnings[0].startswith("/_embedded/up/0/guid ")


def test_a_comment_that_went_to_spam_is_withdrawn_and_one_that_waits_is_nothing() -> None:
    (gone,) = read("wordpress", comment(status="spam"))

    assert (gone.submission.status, gone.submission.revision) == ("canceled", MS + 1)
    assert read("wordpress", comment(status="hold")) == ()
    assert read("wordpress", comment(type="pingback")) == ()
