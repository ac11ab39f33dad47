"""The standards' own examples, read by hand: what each must become. The folder lies beside the repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document, Intake, Refused
from shared.events import ArticleSubmitted

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
pytestmark = pytest.mark.needs("samples")

OCTOBER = datetime(2019, 10, 1, tzinfo=UTC)
SHIP = "Captain of wrecked cruise ship on trial in Italy"
GROSSETO = "<p>GROSSETO, Italy (AP) -- The trial of the captain"
TINY = "Tiny house, big benefits:\u2009Freedom from a mortgage and worries \u2014 and stuff"
FED = 'Fed to halt QE to avert "bubble"'
ANS = "f8f706f0-0acc-11e5-9e39-0db921c47b93"


def told(name: str, adapter: str, **options: str) -> tuple[Intake, ...]:
    return tuple(ADAPTERS[adapter](Document((SAMPLES / name).read_bytes(), source="sample", options=options)))


# File, adapter; id, revision, status, embargo, headline, how the body begins.
STORIES = [
    ("ninjs/1.0-fail-006_version_must_be_string.json", "ninjs",
     "006_version_must_be_string", 1, "usable", None, "006_version_must_be_string", ""),
    ("ninjs/1.0-fail-007_pubstatus_cancelled.json", "ninjs", "007_pubstatus_cancelled", 0, "canceled", None, None, ""),
    ("ninjs/1.0-pass-018_embargoed.json", "ninjs", "018_embargoed", 0, "usable", OCTOBER, "018_embargoed", ""),
    ("ninjs/1.0-pass-020_embargoed_date_only.json", "ninjs",
     "020_embargoed_date_only", 0, "usable", OCTOBER, "020_embargoed_date_only", ""),
    ("ninjs/1.0-pass-021_pubstatus_usable.json", "ninjs",
     "021_pubstatus_usable", 0, "usable", None, "021_pubstatus_usable", ""),
    ("ninjs/1.0-pass-022_pubstatus_withheld.json", "ninjs", "022_pubstatus_withheld", 0, "withheld", None, None, ""),
    ("ninjs/1.0-pass-023_pubstatus_canceled.json", "ninjs", "023_pubstatus_canceled", 0, "canceled", None, None, ""),
    # 2013-07-09T10:39:00Z and T10:37:00Z, for neither has a version.
    ("ninjs/1.4-ninjsExComplex2.json", "ninjs",
     "http://ninjs.example.com/newsitems/20130709cplx456", 1373366340000, "usable", None, SHIP, GROSSETO),
    ("ninjs/1.4-ninjsExMediumText1.json", "ninjs",
     "http://ninjs.example.com/newsitems/20130709med123", 1373366220000, "usable", None, SHIP, GROSSETO),
    # 2015-06-25T09:50:50.52Z and 2015-07-02T09:50:50.52Z
    ("ans/operation-delete.json", "ans", ANS, 1435225850520, "canceled", None, None, ""),
    ("ans/operation-unpublish-edition.json", "ans", ANS, 1435225850520, "canceled", None, None, ""),
    ("ans/operation-publish-edition.json", "ans", ANS, 1435830650520, "usable", None, TINY, "<p>MY TWO CENTS</p>"),
    ("ans/story-fixture-good.json", "ans", "unique ANS id", 1435139450520, "usable", None,
     "The default headline for this story", "<p>this is my first paragraph</p><p>this is my second paragraph</p>"),
    ("newsml-g2/LISTING_1.xml", "newsml-g2", "urn:newsml:acmenews.com:20161018:US-FINANCE-FED", 11, "usable",
     datetime(2018, 10, 23, 12, tzinfo=UTC), FED, ""),
    ("newsml-g2/LISTING_2.xml", "newsml-g2", "urn:newsml:acmenews.com:20161121:US-FINANCE-FED", 11, "usable", None, FED,
     "<p>(New York, NY - October 21) Et, sent luptat"),
    ("feeds/fv-multiple_item_guid.xml", "feed",
     "http://example.com/permalink/2", 0, "usable", None, "multiple guids", ""),
    # 2016-02-09T14:22:00-07:00
    ("jsonfeed/microblog.json", "feed", "2347259", 1455052920000, "usable", None,
     "Cats are neat. https://example.org/cats", "<p>Cats are neat. </p><p>https://example.org/cats</p>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "adapter", "id_", "revision", "status", "embargo", "headline", "body"),
    STORIES,
    ids=[s[0] for s in STORIES],
)
def test_an_example_of_the_standard_means_what_it_says(
    name: str, adapter: str, id_: str, revision: int, status: str, embargo: datetime | None, headline: str, body: str
) -> None:
    (intake,) = told(name, adapter)

    said = intake.submission
    assert isinstance(said, ArticleSubmitted)
    assert (said.id, said.revision, said.status, said.embargoed_until, said.headline) == (
        id_, revision, status, embargo, headline,
    )  # fmt: skip
    assert said.body_html.startswith(body)
    assert bool(said.body_html) == bool(body)


def test_each_item_of_a_json_feed_is_a_story() -> None:
    found = [i.submission for i in told("jsonfeed/simple.json", "feed")]

    assert [(s.id, s.headline, s.body_html) for s in found if isinstance(s, ArticleSubmitted)] == [
        ("2", "This is a second item.", "<p>This is a second item.</p>"),
        ("1", "Hello, world!", "<p>Hello, world!</p>"),
    ]


@pytest.mark.parametrize(
    ("name", "adapter", "pointer"),
    [
        ("ninjs/1.0-fail-001_no_uri_declared.json", "ninjs", "/uri"),
        ("ninjs/1.0-fail-015_pubstatus_commissioned.json", "ninjs", "/pubstatus"),
        ("ans/story-fixture-bad-embargo.json", "ans", "/content_restrictions/embargo/end_time"),
        ("ans/story-fixture-good-embargo.json", "ans", "/_id"),
        # It has the key `type` twice, with two values.
        ("ans/content-operation-good.json", "ans", "/type"),
        # A part of a news item, which names no story.
        ("newsml-g2/LISTING_25_nitf_inline.xml", "newsml-g2", "/contentSet"),
        ("feeds/fv-invalid_item_no_title_or_description.xml", "feed", "/rss/channel/item[1]/title"),
    ],
)
def test_an_example_that_names_no_story_is_refused_by_the_field(name: str, adapter: str, pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        told(name, adapter)

    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ninjs/1.0-fail-006_version_must_be_string.json", "/version"),
        ("ninjs/1.0-fail-007_pubstatus_cancelled.json", "/pubstatus"),
        ("ninjs/1.0-pass-020_embargoed_date_only.json", "/embargoed"),
    ],
)
def test_what_real_systems_send_is_taken_with_a_warning(name: str, field: str) -> None:
    (intake,) = told(name, "ninjs")

    assert [warning for warning in intake.warnings if warning.startswith(f"{field} ")]


@pytest.mark.parametrize("name", ["operation-create", "operation-update", "image-fixture-good"])
def test_a_working_copy_and_a_picture_are_no_story_for_readers(name: str) -> None:
    assert told(f"ans/{name}.json", "ans") == ()


def test_a_source_that_sends_only_what_is_public_may_say_so() -> None:
    (intake,) = told("ans/operation-create.json", "ans", operations="all")

    assert isinstance(intake.submission, ArticleSubmitted)
    assert (intake.submission.revision, intake.submission.headline) == (1435828250520, TINY)


def test_pictures_beside_a_story_come_along_the_first_as_its_lead() -> None:
    (intake,) = told("ninjs/1.4-ninjsExComplex2.json", "ninjs")

    assert isinstance(intake.submission, ArticleSubmitted)
    lead, second = intake.submission.images
    assert (lead.role, second.role, lead.credit) == ("lead", "inline", "Paulo Santalucia")
    assert lead.href == "http://hosted.ap.org/photos/2/2643c588-dc8d-4923-bebd-e3b904edbb3a-big.jpg"


def test_a_correction_in_an_ans_story_is_told_to_readers() -> None:
    (intake,) = told("ans/story-fixture-good.json", "ans")

    assert isinstance(intake.submission, ArticleSubmitted)
    correction = intake.submission.correction
    assert correction is not None
    assert (correction.kind, correction.note[:34]) == ("clarification", "An earlier version of this article")
    assert intake.submission.kicker == "The Kicker"
    assert intake.submission.section == "News"


def test_a_kill_without_a_version_comes_after_whatever_came_last() -> None:
    (intake,) = told("ninjs/1.0-pass-023_pubstatus_canceled.json", "ninjs")

    assert isinstance(intake.submission, ArticleSubmitted)
    assert (intake.submission.status, intake.submission.revision, intake.submission.unnumbered) == ("canceled", 0, True)
