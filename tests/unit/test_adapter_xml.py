"""NewsML-G2, NITF and feeds: status, embargo, revision and id, and markup that is no HTML yet."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.events import ArticleSubmitted
from tests.unit.adapter_desk import one, read, refusal

MS = 1795687200000
RELEASE = datetime(2026, 12, 1, 5, tzinfo=UTC)


def g2(meta: str = "", content: str = "", attributes: str = 'guid="g" version="3"') -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" {attributes}><itemMeta>{meta}</itemMeta>
        <contentMeta><headline>H</headline></contentMeta><contentSet>{content}</contentSet></newsItem>"""


def nitf(
    docdata: str = '<doc-id id-string="n"/><du-key version="3"/>', attributes: str = "", body: str = "<p>B</p>"
) -> str:
    return f"""<nitf><head><docdata {attributes}>{docdata}</docdata></head><body><body.head>
        <hedline><hl1>H</hl1></hedline></body.head><body.content>{body}</body.content></body></nitf>"""


@pytest.mark.parametrize(
    ("meta", "status", "embargo"),
    [
        ("", "usable", None),
        ('<pubStatus qcode="stat:usable"/>', "usable", None),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>', "withheld", None),
        ('<pubStatus qcode="stat:canceled"/>', "canceled", None),
        ("<embargoed/>", "withheld", None),
        ("<embargoed>2026-12-01T05:00:00Z</embargoed>", "usable", RELEASE),
    ],
)
def test_newsml_g2_says_its_status(meta: str, status: str, embargo: datetime | None) -> None:
    said = one("newsml-g2", g2(meta))

    assert (said.id, said.revision, said.status, said.embargoed_until) == ("g", 3, status, embargo)


def test_newsml_g2_is_refused_by_the_element() -> None:
    assert refusal("newsml-g2", g2('<pubStatus qcode="stat:spiked"/>')).pointer == "/newsItem/itemMeta/pubStatus/@qcode"
    assert refusal("newsml-g2", g2("<embargoed>soon</embargoed>")).pointer == "/newsItem/itemMeta/embargoed"
    assert refusal("newsml-g2", g2(attributes='version="3"')).pointer == "/newsItem/@guid"


def test_a_message_of_newsml_g2_holds_several_stories() -> None:
    items = g2() + g2(attributes='guid="h" version="1"') + g2('<itemClass qcode="ninat:picture"/>')

    found = read(
        "newsml-g2",
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>',
    )

    assert [(i.submission.id, i.submission.revision) for i in found] == [("g", 3), ("h", 1)]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ('<inlineData contenttype="text/plain">One\n\nTwo</inlineData>', "<p>One</p><p>Two</p>"),
        ('<inlineXML><html xmlns="urn:x"><body><p lang="fa">a &amp; b<br/></p></body></html></inlineXML>',
         '<p lang="fa">a &amp; b<br></p>'),
    ],
)  # fmt: skip
def test_a_body_in_newsml_g2_is_text_or_markup(content: str, body: str) -> None:
    assert one("newsml-g2", g2(content=content)).body_html == body


@pytest.mark.parametrize(
    ("attributes", "more", "status", "embargo"),
    [
        ("", "", "usable", None),
        ('management-status="usable"', "", "usable", None),
        ('management-status="embargoed"', '<date.release norm="20261201T050000Z"/>', "usable", RELEASE),
        ('management-status="embargoed"', "", "withheld", None),
        ('management-status="withheld"', "", "withheld", None),
        ('management-status="Canceled"', '<date.release norm="soon"/>', "canceled", None),
    ],
)
def test_nitf_says_its_status(attributes: str, more: str, status: str, embargo: datetime | None) -> None:
    said = one("nitf", nitf(f'<doc-id id-string="n"/><du-key version="3"/>{more}', attributes))

    assert (said.id, said.revision, said.status, said.embargoed_until) == ("n", 3, status, embargo)


def test_a_nitf_that_cancels_another_kills_that_and_is_a_story_itself() -> None:
    kill, own = read("nitf", nitf(
        '<doc-id id-string="n"/><date.issue norm="20261126T100000Z"/>',
        'management-doc-idref="old" management-idref-status="canceled"',
    ))  # fmt: skip

    assert isinstance(own.submission, ArticleSubmitted)
    assert (kill.submission.id, kill.submission.status, kill.submission.revision) == ("old", "canceled", MS)
    assert (own.submission.id, own.submission.supersedes, own.submission.revision) == ("n", "old", MS)


def test_a_nitf_without_an_id_has_one_of_its_headline_and_cannot_be_killed_by_it() -> None:
    assert one("nitf", nitf("")).id == one("nitf", nitf("", body="<p>Other</p>")).id
    assert refusal("nitf", nitf("", 'management-status="canceled"')).pointer == "/nitf/head/docdata/doc-id/@id-string"


def test_words_of_nitf_that_html_does_not_know_stay_and_its_pictures_move() -> None:
    said = one(
        "nitf",
        nitf(
            body="""<hl2>Sub</hl2><p>Says <person>Ada &lt;b&gt;</person> in <location>Aden</location>.</p>
        <media media-type="image"><media-reference source="https://x.example/a.jpg" alternate-text="A ship"/>
        <media-caption>The ship</media-caption></media><p>End</p>"""
        ),
    )

    assert "<h2>Sub</h2><p>Says Ada &lt;b&gt; in Aden.</p>" in said.body_html
    assert "The ship" not in said.body_html
    assert [(i.href, i.alt, i.caption) for i in said.images] == [("https://x.example/a.jpg", "A ship", "The ship")]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="en">
<at:deleted-entry ref="tag:1" when="2026-11-26T10:00:00Z"/><at:deleted-entry ref="tag:2" when="2026-11-26T10:00:00Z"/>
<entry><id>tag:3</id><title type="html">A &amp;amp; B</title><updated>2026-11-26T10:00:00.250Z</updated>
<content type="html">&lt;p&gt;B&lt;/p&gt;&lt;img src="javascript:x"&gt;</content><author><name>Ada</name></author>
<link href="https://x.example/3"/></entry></feed>"""


def test_a_feed_tells_stories_and_kills() -> None:
    *gone, shown = read("feed", ATOM)

    assert [(i.submission.id, i.submission.status, i.submission.revision) for i in gone] == [
        ("tag:1", "canceled", MS), ("tag:2", "canceled", MS),
    ]  # fmt: skip
    said = shown.submission
    assert isinstance(said, ArticleSubmitted)
    assert (said.id, said.revision, said.headline, said.language) == ("tag:3", MS + 250, "A & B", "en")
    assert (said.byline[0].name, said.canonical_url) == ("Ada", "https://x.example/3")


def test_a_feed_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(ATOM)

    assert refusal("feed", str(tmp_path / "feed.xml")).pointer == "/"


def test_one_entry_that_cannot_be_taken_does_not_stop_the_others() -> None:
    first, second = read(
        "feed",
        """<rss><channel><item><guid>1</guid><title>A</title></item><item><title>no id</title></item>
        <item><guid>3</guid><title>C</title><pubDate>Thu, 26 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>""",
    )

    assert (first.submission.id, second.submission.id, second.submission.revision) == ("1", "3", MS)
    assert "/rss/channel/item[2]/guid " in " ".join(first.warnings)


def test_names_of_characters_that_html_has_and_xml_has_not_are_read_in_feeds() -> None:
    entry = "<guid>1</guid><title>A&nbsp;&mdash;&nbsp;B &amp;lt;</title><description>x&hellip;</description>"

    said = one("feed", f"<rss><channel><item>{entry}</item></channel></rss>")

    assert (said.headline, said.body_html) == ("A — B <", "x…")
    assert refusal("feed", "<rss><channel>&unknown;</channel></rss>").pointer == "/"


def test_an_empty_feed_kills_nothing() -> None:
    assert read("feed", "<rss><channel><title>T</title></channel></rss>") == ()
