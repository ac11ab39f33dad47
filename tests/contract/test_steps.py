"""What is true of one enrichment step is true of all: a new one is covered the moment it is listed."""

from pathlib import Path

import pytest

from services.enrichment import steps
from services.enrichment.draft import Draft, House, Step
from services.enrichment.enrich import enrich
from services.enrichment.gazetteer.files import load
from services.enrichment.steps import STEPS
from services.enrichment.steps.slug import fallback
from shared.articles import Accountability, Article
from tests.builders import article

OFFICIALS = Path(__file__).parent / "data" / "officials" / "made_up.toml"
HOUSE = House(gazetteer=load(OFFICIALS))

STORIES = {
    "officials": article(
        headline="Verne",
        body_html="<p>The Mayor of Verne wrote to the River Court.</p>",
        language="en",
        accountability=(Accountability(official="Ministry of Water"),),
        protected_terms=("river court",),
    ),
    "usual": article(body_html="<h2>Water</h2><p>The council met. It <b>decided</b>.</p>"),
    "persian": article(
        headline="آب برای همه", body_html="<p>می\u200cخواهم خانه\u200cای بسازم؟ بله.</p>", language="fa"
    ),
    "empty": article(body_html=""),
    "headline only": article(headline="؟", body_html="<hr>"),
    "no words": article(headline="…", body_html="<p>— … !</p>"),
    "one endless word": article(headline="a" * 2_000, body_html="<p>" + "a" * 100_000 + "</p>"),
    "no spaces": article(body_html="<p>" + "." * 50_000 + "</p>"),
    "only quotes": article(body_html="<p>" + "." + '"' * 50_000 + "</p>"),
    "deep": article(body_html="<div>" * 300 + "x" + "</div>" * 300),
    "broken markup": article(body_html="<p><b>x</p></i><td>y<p"),
    "entities": article(body_html="<p>&lt;script&gt; &amp;amp; &nbsp; &#x200c;</p>"),
    "emoji": article(headline="👩\u200d🚀🇦🇫", body_html="<p>👍🏽 👩\u200d👩\u200d👧</p>"),
    "strange language": article(language="zxx-Zzzz-x-none"),
    "marks alone": article(headline="\u064b\u0301", body_html="<p>\u064b \u0301 \u200c</p>"),
    "unknown script": article(headline="ᚠᚢᚦ", body_html="<p>ᚠᚢᚦᚨᚱᚲ</p>"),
}


def reached(step: Step, story: Article) -> Draft:
    """The draft as it comes to ``step``."""
    draft = Draft(article=story, slug=fallback(story.id))
    for _, earlier in STEPS:
        if earlier is step:
            break
        draft = earlier(draft, HOUSE)
    return draft


def failing(draft: Draft, house: House) -> Draft:
    """A step in trouble."""
    raise RuntimeError(f"{draft.slug} {house.slug_characters}")


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize(("name", "step"), STEPS)
class TestEveryStep:
    def test_has_an_answer_for_every_story(self, name: str, step: Step, story: Article) -> None:
        assert isinstance(step(reached(step, story), HOUSE), Draft), name

    def test_answers_alike_each_time(self, name: str, step: Step, story: Article) -> None:
        draft = reached(step, story)

        assert step(draft, HOUSE) == step(draft, HOUSE), name

    def test_leaves_the_story_as_it_was_told(self, name: str, step: Step, story: Article) -> None:
        told = story.model_dump_json()

        after = step(reached(step, story), HOUSE)

        assert after.article is story, name
        assert story.model_dump_json() == told

    def test_can_work_before_anything_else_is_known(self, name: str, step: Step, story: Article) -> None:
        assert isinstance(step(Draft(article=story, slug="s"), HOUSE), Draft), name


@pytest.mark.parametrize("position", range(len(STEPS)))
def test_a_failing_step_is_named_and_holds_nothing_up(position: int) -> None:
    name = STEPS[position][0]
    in_trouble = (*STEPS[:position], (name, failing), *STEPS[position + 1 :])

    found = enrich(STORIES["usual"], HOUSE, in_trouble)

    assert found.failed_steps == (name,)
    assert found.slug
    assert found.reading_minutes >= 1


def test_steps_are_named_after_their_files_and_every_file_is_listed() -> None:
    files = {path.stem for path in Path(steps.__path__[0]).glob("*.py")} - {"__init__"}

    assert {name for name, _ in STEPS} == files
    assert all(step.__name__ == name for name, step in STEPS)
