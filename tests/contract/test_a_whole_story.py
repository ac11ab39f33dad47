"""A story of the usual shape comes out as a reader expects it: section, minutes, call-out, a story to go on to."""

import pytest

from services.enrichment.draft import House
from services.enrichment.gazetteer.files import load
from shared.document import StoryDocument
from shared.events import RenditionFact
from tests.browser.newsroom import Newsroom

STORY = """\
<p>The presidents of two neighbouring countries met in the northern capital on Thursday and promised each
other more trade, more trains and a gas pipeline, while the families of eleven jailed teachers stood
outside the embassy gate in the snow.</p>
<p>It was the third meeting of the two men in eighteen months, and the first since both governments were
put under new sanctions in the spring. A joint statement of four pages names energy, farming, railways
and the training of officials as fields in which they want to work together. It does not mention the
teachers.</p>
<p>They were arrested in June after they had kept a village school open without a licence. A court in the
border province sentenced them to between two and six years in October. Their lawyers say that they were
allowed to see the file for one hour, and that the judge read the sentence from a sheet that had been
typed before the hearing began.</p>
<p>“We do not ask for a favour,” said the sister of one of them, who had travelled for two days to stand
at the gate. “We ask that somebody writes down their names.” She held a list. A guard took a photograph
of it and of her, and gave neither back.</p>
<p>The Office of the United Nations High Commissioner for Human Rights called in November for the
teachers to be released, and said that running a school is no crime. Neither government has answered. A
spokesman for the visiting president told reporters that courts in his country are independent, and that
he had not heard of the case.</p>
<blockquote><p>Somebody has to write down their names.</p></blockquote>
<p>Trade between the two countries has doubled since last year. Economists in both capitals doubt that
the pipeline will be built, because nobody has said who would pay for it, and because the railway that
was promised at the first meeting still ends in a field.</p>
<p>After the talks the presidents drove to a concert. The families were told to leave the square at six,
and went to the station. Their train runs once a day, and on Thursday it was late.</p>"""

NEXT = """\
<p>Three teachers were sentenced to prison in the border province for keeping a village school and its
kindergarten open without a licence, and their families were told of it by telephone.</p>
<p>The court held that teaching without a licence endangers order. Lawyers of the jailed teachers saw the
file for one hour. The school had forty children, and no other is nearer than thirty kilometres.</p>"""

OTHER = (
    "<p>A new bridge for bicycles opened over the harbour on Friday after two years of work and one long strike.</p>"
)


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    told = Newsroom(enrichment=House(gazetteer=load()))
    for id_, section, headline, body, at in (
        ("bridge", "City", "Harbour bridge for bicycles opens", OTHER, "2026-11-22T11:00:00Z"),
        ("sentenced", "Education", "Three teachers sentenced for keeping a school open", NEXT, "2026-11-20T09:00:00Z"),
        ("visit", "Region", "Presidents praise their ties while jailed teachers wait", STORY, "2026-11-22T12:00:00Z"),
    ):  # fmt: skip
        told.story(
            id=id_, revision=1, status="usable", headline=headline, section=section, body_html=body, published_at=at,
            byline=[{"name": "The Border Desk"}],
        )  # fmt: skip
        told.settle()
    return told


def last(newsroom: Newsroom, rendition: str) -> RenditionFact:
    facts = [fact for fact in newsroom.facts if fact.rendition == rendition and fact.article_id == "visit"]
    return facts[-1]


@pytest.fixture(scope="module")
def document(newsroom: Newsroom) -> StoryDocument:
    return StoryDocument.model_validate_json(last(newsroom, "json").content or "")


def test_its_language_length_and_section_are_known(document: StoryDocument) -> None:
    assert document.language == "en"
    assert document.section == "Region"
    assert document.word_count == 357
    assert document.reading_minutes == 2


def test_readers_see_how_long_it_takes_and_whose_turn_it_is_to_answer(newsroom: Newsroom) -> None:
    for rendition in ("full", "light"):
        page = last(newsroom, rendition).content or ""

        assert "2 min" in page, rendition
        assert "Region" in page
        assert "High Commissioner for Human Rights" in page
        assert "ohchr.org" in page
        assert "Three teachers sentenced" in page


def test_it_leads_to_a_story_of_another_section_on_the_same_matter(document: StoryDocument) -> None:
    assert document.related[0].id == "sentenced"
    assert document.related[0].section == "Education"


def test_the_office_it_names_is_a_tag_and_can_be_written_to(document: StoryDocument) -> None:
    assert "ohchr" in {entity.id for entity in document.entities}
    assert any("ohchr.org" in (one.contact_url or "") for one in document.accountability)


def test_its_summary_is_made_of_its_own_sentences(document: StoryDocument) -> None:
    text = " ".join(" ".join(block.text.split()) for block in document.blocks)

    assert document.summary
    assert document.summary.split(". ", maxsplit=1)[0] in text
