"""Every fold over many stories: well formed whatever they hold, the same every time, and silent about what is gone."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import feedparser  # type: ignore[import-untyped]
import pytest
from jsonschema import Draft202012Validator, validators

from services.delivery.renditions.json import JSON
from services.site.catalogue import Placed
from services.site.folds import FOLDS, Collection, Fold
from services.site.folds.collection import Gone, iri
from services.site.folds.sitemap import news_sitemap, robots, sitemap
from shared.document import StoryDocument
from tests.contract.rendition_pages import HOSTILE_PAGE, example_pages, make_page

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DIRECTIONS = {"en": "ltr", "fa": "rtl", "ar": "rtl"}
ODD = make_page(
    headline="]]> & <b> \u202ebidi \U0001f469\u200d\U0001f692 نیم‌فاصله",
    body_html="<p>می‌رود ]]&gt; &amp; <em>so</em></p><ul><li>a</li></ul>"
    "<table><tr><td>1</td><td>2</td></tr></table><hr><pre>x</pre>",
    section="A & B", keywords=("ü", "x < y"),
)  # fmt: skip
SPOILT = StoryDocument.model_validate_json(JSON.render(ODD)).model_copy(update={"headline": "Bell \x07 and \ufffe"})


def document(page: object) -> StoryDocument:
    return StoryDocument.model_validate_json(JSON.render(page))  # type: ignore[arg-type]


def collection(language: str) -> Collection:
    stories = [document(page) for page in example_pages() if page.enrichment.language == language]
    odd = [document(HOSTILE_PAGE), document(ODD), SPOILT]
    gone = Gone("desk:gone & away", NOON, f"{language}/رفته-0123456789.html")
    return Collection(
        "The <Harbour> & Desk", "https://news.example", language, DIRECTIONS[language], tuple(stories + odd), (gone,),
        "This story was withdrawn", "The newsroom no longer publishes it.",
    )  # fmt: skip


COLLECTIONS = {language: collection(language) for language in DIRECTIONS}


@pytest.fixture(params=COLLECTIONS)
def many(request: pytest.FixtureRequest) -> Collection:
    return COLLECTIONS[request.param]


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.file)
def test_a_fold_is_the_same_byte_for_byte(fold: Fold, many: Collection) -> None:
    assert fold.make(many) == fold.make(replace(many))


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.file)
def test_a_fold_of_nothing_is_a_fold(fold: Fold, many: Collection) -> None:
    assert fold.make(replace(many, stories=(), gone=()))


@pytest.mark.parametrize("name", ["feed.rss", "feed.atom"])
def test_a_feed_reader_finds_every_story_with_its_lasting_id_and_its_text(name: str, many: Collection) -> None:
    (fold,) = (fold for fold in FOLDS if fold.file == name)

    read = feedparser.parse(fold.make(many), sanitize_html=False, resolve_relative_uris=False)

    assert not read.bozo, read.get("bozo_exception")
    assert read.feed.title == many.name
    assert read.feed.links
    assert {"self"} <= {link.rel for link in read.feed.links}
    gone, *entries = read.entries
    assert [entry.id for entry in entries] == [iri(story.id) for story in many.stories]
    assert (gone.id, gone.title) == ("urn:lightwire:desk%3Agone%20%26%20away", many.gone_title)
    for entry, story in zip(entries, many.stories, strict=True):
        assert entry.title.strip() == "".join(one for one in story.headline if one not in "\x07\ufffe").strip()
        assert entry.link.startswith("https://news.example/")
        assert entry.published_parsed
        assert [who.name for who in entry.get("authors", ())] == [who.name for who in story.byline]
        assert story.body_html in entry.content[0].value
        assert entry.link.isascii()


def test_atom_has_what_the_rfc_requires(many: Collection) -> None:
    space = "{http://www.w3.org/2005/Atom}"
    (fold,) = (fold for fold in FOLDS if fold.file == "feed.atom")

    root = ElementTree.fromstring(fold.make(many))

    assert root.tag == f"{space}feed"
    for one in (root, *root.iter(f"{space}entry")):
        assert [len(one.findall(space + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert one.findtext(f"{space}updated", "").endswith("Z")
    ids = [entry.findtext(f"{space}id") for entry in root.iter(f"{space}entry")]
    assert all(id_ and ":" in id_ for id_ in ids)


def test_json_feed_fits_its_schema(many: Collection) -> None:
    schema = json.loads((Path(__file__).parent / "data" / "jsonfeed" / "schema-v1.1.json").read_text("utf-8"))
    kind = validators.validator_for(schema, default=Draft202012Validator)
    (fold,) = (fold for fold in FOLDS if fold.file == "feed.json")

    feed = json.loads(fold.make(many))

    kind(schema).validate(feed)
    assert [item["id"] for item in feed["items"]][1:] == [iri(story.id) for story in many.stories]
    assert "content_html" not in feed["items"][0]


@pytest.mark.needs("epubcheck")
@pytest.mark.needs("java")
def test_the_digest_is_a_book_without_a_fault(many: Collection, tmp_path: Path) -> None:
    (fold,) = (fold for fold in FOLDS if fold.file == "digest.epub")
    book = tmp_path / f"{many.language}.epub"
    book.write_bytes(fold.make(many))

    # On Debian it is an archive that Java runs.
    checker = ["java", "-jar", str(Path(shutil.which("epubcheck") or "").resolve())]
    checked = subprocess.run([*checker, str(book)], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 errors / 0 warnings" in checked.stdout + checked.stderr


def test_the_digest_runs_the_way_of_its_language_and_holds_the_newest_stories(many: Collection) -> None:
    (fold,) = (fold for fold in FOLDS if fold.file == "digest.epub")

    with ZipFile(BytesIO(fold.make(many))) as book:
        first = book.infolist()[0]
        package = book.read("book/book.opf").decode()
        nav = book.read("book/nav.xhtml").decode()
        chapters = [book.read(name).decode() for name in book.namelist() if "story-" in name]

    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert f'page-progression-direction="{many.direction}"' in package
    assert len(chapters) == min(20, len(many.stories))
    assert nav.count("<li>") == len(chapters)
    assert "desk:gone" not in package + nav + "".join(chapters)


def test_sitemaps_name_every_page_and_news_only_what_is_fresh() -> None:
    fresh = Placed("fa/خبر & تازه.html", "fa", "تیتر <تازه>", NOON - timedelta(hours=30), NOON)
    old = Placed("en/old.html", "en", "Old", NOON - timedelta(hours=49), NOON)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

    everything = ElementTree.fromstring(sitemap("https://news.example", [fresh, old]))
    news = ElementTree.fromstring(news_sitemap("https://news.example", "Harbour", [fresh, old], NOON))

    assert len(everything.findall(f"{space}url")) == 2
    assert [url.findtext(f"{space}loc", "").isascii() for url in everything] == [True, True]
    (only,) = news.findall(f"{space}url")
    told = {one.tag.rpartition("}")[2]: one.text for one in only.iter()}
    assert told["title"] == "تیتر <تازه>"
    assert (told["name"], told["language"], told["publication_date"]) == ("Harbour", "fa", "2026-11-23T06:00:00Z")


def test_robots_are_told_where_the_sitemaps_are() -> None:
    told = robots("https://news.example").decode().splitlines()

    assert told[0] == "User-agent: *"
    assert [line for line in told if line.startswith("Sitemap: https://news.example/")] == told[-2:]
