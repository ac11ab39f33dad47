"""Exports of other systems are read as they are, or refused with the place that is wrong."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.commands.answers import Problem
from services.commands.cases import Case
from services.commands.imports.articles import listed
from services.commands.imports.carry import wanted
from services.commands.imports.coral import Coral
from services.commands.imports.coral import read as read_coral
from services.commands.imports.files import documents, moment
from services.commands.imports.markup import text_of
from services.commands.imports.names import shown
from services.commands.imports.pseudonyms import Pseudonyms, with_key
from services.commands.imports.spool import Spool
from services.commands.imports.told import Refused, Told
from services.commands.imports.wordpress import WordPress
from shared.comments import AuthorRole, Verdict

AT = datetime(2024, 5, 1, 8, tzinfo=UTC)
KEY = Pseudonyms(b"sixteen bytes of")
WXR = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:base_blog_url>https://Blog.example/</wp:base_blog_url>
<item><link>https://blog.example/a/</link><guid>g</guid><wp:post_id>7</wp:post_id><wp:comment>
<wp:comment_id>1</wp:comment_id><wp:comment_author>A</wp:comment_author>
<wp:comment_author_email>{email}</wp:comment_author_email><wp:comment_date_gmt>2024-05-01 08:00:00</wp:comment_date_gmt>
<wp:comment_content>{body}</wp:comment_content><wp:comment_approved>1</wp:comment_approved>
<wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent></wp:comment></item></channel></rss>"""
LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)
) + "]>"  # fmt: skip


def wordpress(path: Path, text: str, site: str | None = None, key: Pseudonyms = KEY) -> list[Told]:
    """What is made of a file of WordPress."""
    path.write_text(text, "utf-8")
    with Spool() as spool:
        made = WordPress(spool, listed(None), key, site)
        made.read([path])
        return [made.told(row) for _, row in spool.in_order()]


def coral(path: Path, *rows: object) -> list[Told]:
    """The same of Coral."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with Spool() as spool:
        made = Coral(spool, listed(None), KEY)
        read_coral([path], spool)
        return [made.told(row) for _, row in spool.in_order()]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<b>bold</b><i>italic</i>", "bolditalic"),
        ("<script>alert(1)</script><style>p{}</style>seen", "seen"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="https://x.example/y">click</a> me', "click (https://x.example/y) me"),
        ("<blockquote>Said</blockquote>No.", "«Said»\nNo."),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n\n- Two"),
        ("می\u200cروم <b>و</b> برمی\u200cگردم", "می\u200cروم و برمی\u200cگردم"),
        ("plain, no markup", "plain, no markup"),
        (" \n ", ""),
        ("<frameset>", ""),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_markup_becomes_what_a_reader_saw(html: str, text: str) -> None:
    assert text_of(html, lines=False) == text


def test_line_ends_count_where_the_system_shows_them() -> None:
    assert text_of("one\r\ntwo<br />\nthree", lines=True) == "one\ntwo\nthree"
    assert text_of("one\ntwo", lines=False) == "one two"


def test_markup_without_end_is_read_to_its_end() -> None:
    assert text_of("<div>" * 19_000 + "seen", lines=False) == "seen"
    with pytest.raises(Refused, match="its body has 100,004 characters with its markup"):
        text_of("<div>" * 20_000 + "seen", lines=False)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Mira", "Mira"), ("  Mira \n K. ", "Mira K."), ("امید", "امید"), ("", "Anonymous"), (None, "Anonymous"),
        ("reader@mail.example", "Anonymous"), ("+93 70 123 4567", "Anonymous"), ("Agent 007", "Agent 007"),
    ],
)  # fmt: skip
def test_a_name_that_is_an_address_is_not_shown(name: str | None, seen: str) -> None:
    assert shown(name) == seen


@pytest.mark.parametrize(
    "written",
    [
        {"$date": "2024-05-01T08:00:00Z"}, {"$date": "2024-05-01T08:00:00.000Z"}, "2024-05-01T10:00:00+02:00",
        {"$date": {"$numberLong": "1714550400000"}}, 1714550400000, "2024-05-01 08:00:00",
    ],
)  # fmt: skip
def test_times_are_read_in_every_form_mongodb_writes(written: object) -> None:
    assert moment(written) == AT


@pytest.mark.parametrize(
    "written", [None, "", "yesterday", {"$date": None}, {"$date": {"$numberLong": "x"}}, 1e300, True]
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert moment(written) is None


def test_a_guest_is_the_same_with_the_same_key_and_another_without(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"a key of enough bytes\n")
    file, text = tmp_path / "a.xml", WXR.format(doctype="", email="Reader@Mail.example", body="Words")

    keyed = [wordpress(file, text, key=with_key(tmp_path / "key"))[0].author for _ in range(2)]
    forgotten = [wordpress(file, text, key=with_key(None))[0].author for _ in range(2)]

    assert len({*keyed, *forgotten}) == 3
    assert KEY.guest("s", " a@B.example ") == KEY.guest("s", "A@b.example") != KEY.guest("t", "a@b.example")
    assert all("mail" not in author.lower() for author in (*keyed, *forgotten))


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")

    with pytest.raises(Problem, match="has 5 bytes, write at least 16"):
        with_key(tmp_path / "key")


def test_the_site_is_part_of_every_id(tmp_path: Path) -> None:
    (told,) = wordpress(tmp_path / "a.xml", WXR.format(doctype="", email="", body="Words"))
    (named,) = wordpress(tmp_path / "a.xml", WXR.format(doctype="", email="", body="Words"), site="other")

    assert (told.id, told.article, named.id) == ("wordpress:blog.example:1", "g", "wordpress:other:1")


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
    ids=["laughs", "file", "fetched"],
)
def test_a_document_type_is_refused_and_no_entity_replaced(doctype: str, tmp_path: Path) -> None:
    body = "&m;" if "ENTITY m" in doctype else "&a;" if "ENTITY a" in doctype else "Words"

    with pytest.raises(Problem, match=r"declares a document type|not well-formed"):
        wordpress(tmp_path / "a.xml", WXR.format(doctype=doctype, email="", body=body))


def test_a_file_that_breaks_off_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b'{"id": "a"}\n' * 99)[:-20])

    with pytest.raises(Problem, match=r"a\.json\.gz: cannot be read to its end"):
        list(documents(tmp_path / "a.json.gz"))
    with pytest.raises(Problem, match="not well-formed XML: export it again"):
        wordpress(tmp_path / "a.xml", WXR.format(doctype="", email="", body="Words")[:-60])
    with pytest.raises(Problem, match="not JSON after it"):
        wordpress(tmp_path / "a.json", '[{"comment_ID": 1', site="s")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "x", "asset_id": "s", "body": "b"}, "is of Talk 4"),
        ({"body": "b"}, "/id is missing"),
        ({"id": "\ud800"}, "/id is missing"),
        ({"id": "a\nb"}, "/id is missing"),
        ({"id": "x", "colour": "red"}, "is no comment, moderation action, user or story"),
        ({"id": "x", "revisions": [{"id": "r", "body": "secret words"}], "storyID": "s"}, "/createdAt"),
        ([1], "must be a JSON object"),
    ],
)
def test_what_coral_does_not_write_is_refused_with_its_line(row: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=told) as refused:
        coral(tmp_path / "a.json", {"id": "u", "username": "A"}, row)

    assert "line 2" in str(refused.value)
    assert "secret" not in str(refused.value)


def comment(id_: str, parent: str | None = None, **more: object) -> dict[str, object]:
    """A comment as Coral stores it."""
    revisions = [{"id": f"{id_}-r", "body": "Words"}]
    return {"id": id_, "parentID": parent, "storyID": "s", "authorID": "u", "status": "NONE", "revisions": revisions,
            "createdAt": "2024-05-01T08:00:00Z", **more}  # fmt: skip


def test_answers_follow_what_they_answer_and_circles_are_refused(tmp_path: Path) -> None:
    rows = [comment("c", "b"), comment("b", "a"), comment("a"), comment("x", "y"), comment("y", "x"), comment("z", "?")]
    (tmp_path / "a.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Spool() as spool:
        read_coral([tmp_path / "a.json"], spool)
        spool.close_circles()

        order, refused = [id_ for id_, _ in spool.in_order()], dict(spool.refusals())

    assert order.index("coral:a") < order.index("coral:b") < order.index("coral:c")
    assert "coral:z" in order
    assert refused == dict.fromkeys(("coral:x", "coral:y"), "it answers itself, by way of others")


def test_of_two_copies_the_one_that_was_edited_last_comes_along(tmp_path: Path) -> None:
    edited = comment("a", revisions=[{"id": "1", "body": "Before"}, {"id": "2", "body": "After"}])

    for rows in ([edited, comment("a")], [comment("a"), edited]):
        (told,) = coral(tmp_path / "a.json", *rows)

        assert (told.revision, told.body) == (2, "After")


def test_a_moderator_counts_only_for_the_words_that_still_stand(tmp_path: Path) -> None:
    edited = comment("a", status="APPROVED", revisions=[{"id": "1", "body": "B"}, {"id": "2", "body": "A"}])
    action = {"id": "m", "commentID": "a", "commentRevisionID": "1", "status": "APPROVED", "moderatorID": "p",
              "createdAt": "2024-05-01T09:00:00Z"}  # fmt: skip

    (before,) = coral(tmp_path / "a.json", edited, action)
    (after,) = coral(tmp_path / "a.json", edited, {**action, "commentRevisionID": "2"})

    assert (before.by, before.decided) == ("coral", None)
    assert (after.by, after.decided) == ("coral:p", datetime(2024, 5, 1, 9, tzinfo=UTC))


def told(body: str = "Words", verdict: Verdict = Verdict.PUBLISH, by: str | None = None) -> Told:
    return Told("coral", "coral:a", None, "s", 1, "coral:u", "A", AuthorRole.READER, body, AT, verdict, by)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("w" * 5_001, "its body has 5,001 characters, and at most 5,000"),
        ("", "no words"),
        ("\u200b\x07 \n", "no words"),
        ("half of \ud800", "/body"),
    ],
)
def test_what_the_door_would_refuse_is_refused_before_it_is_sent(body: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        _ = told(body).submission


PERSON, SYSTEM, NOBODY = "coral:p", "coral", None
PUBLISH, FLAG, HOLD, REJECT = Verdict


@pytest.mark.parametrize(
    ("there", "by", "here", "asked"),
    [
        # A person by name is on the record whatever the engine thought.
        (PUBLISH, PERSON, PUBLISH, PUBLISH), (PUBLISH, PERSON, REJECT, PUBLISH), (REJECT, PERSON, PUBLISH, REJECT),
        (REJECT, PERSON, REJECT, REJECT),
        # The system's word counts where ours is another.
        (PUBLISH, SYSTEM, PUBLISH, None), (PUBLISH, SYSTEM, FLAG, None), (PUBLISH, SYSTEM, HOLD, PUBLISH),
        (REJECT, SYSTEM, HOLD, REJECT), (REJECT, SYSTEM, REJECT, None), (REJECT, SYSTEM, FLAG, REJECT),
        # Where nobody decided, the more severe holds.
        (PUBLISH, NOBODY, PUBLISH, None), (PUBLISH, NOBODY, HOLD, None), (PUBLISH, NOBODY, REJECT, None),
        (HOLD, NOBODY, PUBLISH, HOLD), (HOLD, NOBODY, FLAG, HOLD), (HOLD, NOBODY, HOLD, None),
        (HOLD, NOBODY, REJECT, None),
    ],
)  # fmt: skip
def test_what_is_asked_for(there: Verdict, by: str | None, here: Verdict, asked: Verdict | None) -> None:
    assert wanted(told(verdict=there, by=by), case(here), as_shown=False) is asked


def case(
    here: Verdict, kind: str = "engine", revision: int = 1, *, withdrawn: bool = False, found: tuple[str, ...] = ()
) -> Case:
    """What moderation remembers; ``found``: evidence as ``check/kind``."""
    evidence = [dict(zip(("check", "kind"), one.split("/"), strict=False)) for one in found]
    hits = [{"evidence": [one]} for one in evidence]
    decision = {"verdict": here.value, "seq": 0, "actor": {"kind": kind, "id": "x"}, "hits": hits}
    standing = {"revision": revision, "decision": decision, "comment": None if withdrawn else {"body": "Words"}}
    return Case("coral:a", standing)


@pytest.mark.parametrize(
    "held",
    [case(HOLD, "human"), case(HOLD, revision=2), case(HOLD, withdrawn=True), case(REJECT, "author")],
    ids=["decided here", "edited here", "withdrawn", "by its author"],
)
def test_who_acted_here_has_the_last_word(held: Case) -> None:
    assert wanted(told(by=PERSON), held, as_shown=True) is None


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        (("author/in-a-minute",), PUBLISH), (("repeat/same", "thread/closed"), PUBLISH),
        (("thread/premoderated",), None),
        (("author/in-a-minute", "words"), None), (("author/banned",), None), (("repeat/like",), None), ((), None),
    ],
)  # fmt: skip
def test_what_only_the_import_brought_about_says_nothing_against_a_comment(
    found: tuple[str, ...], asked: Verdict | None
) -> None:
    for here in (HOLD, REJECT):
        assert wanted(told(), case(here, found=found), as_shown=False) is asked
    assert wanted(told(verdict=HOLD), case(HOLD, found=found), as_shown=False) is None


def test_what_was_shown_unreviewed_is_published_only_where_that_is_wanted_and_never_over_a_rejection() -> None:
    assert wanted(told(), case(HOLD), as_shown=True) is PUBLISH
    assert wanted(told(), case(REJECT), as_shown=True) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a\n", "line 1: write story,article"), ("a,b\nc,\n", "line 2: write story,article"),
        ("{", "not JSON"), ('{"a": 1}', "the article of a must be a string"),
        ('{"a": ""}', "the article of a must have 1 to 512 characters"),
    ],
)  # fmt: skip
def test_a_wrong_list_of_articles_names_the_place(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "map").write_text(text)

    with pytest.raises(Problem, match=wrong):
        listed(tmp_path / "map")


def test_a_story_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("\ufeffstory,article\ns-1,a\nhttps://x.example/y/,b\n", "utf-8")
    articles = listed(tmp_path / "map.csv")

    assert articles.find(("s-1", None), "?") == "a"
    assert articles.find(("s-2", "https://x.example/y"), "?") == "b"
    with pytest.raises(Refused, match="does not name the story s-3"):
        articles.find(("s-3",), "?")
