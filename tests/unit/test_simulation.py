"""A simulated newsroom says in every format what it does, and remembers what it killed."""

from datetime import UTC, datetime, timedelta

import pytest

from services.commands.simulation.desk import Act, Deed, Desk
from services.commands.simulation.formats import FORMATS, document, media_type
from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document
from shared.events import ArticleSubmitted

NOW = datetime(2026, 11, 26, 12, 0, 0, 123_000, tzinfo=UTC)


def meant(name: str, act: Act) -> ArticleSubmitted:
    headers = {"content-type": media_type(name)}
    (intake,) = ADAPTERS[name](Document(document(name, act), headers, "simulated"))
    assert isinstance(intake.submission, ArticleSubmitted)
    return intake.submission


def acts(count: int, seed: int = 1) -> list[Act]:
    desk = Desk("run", seed)
    return [desk.next(NOW + timedelta(milliseconds=10 * n)) for n in range(count)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_act_means_in_every_format_what_it_is(name: str) -> None:
    played = acts(60)
    assert {act.deed for act in played} == set(Deed)

    for act in played:
        said = meant(name, act)
        assert (said.id, said.revision) == (act.id, act.revision), act
        assert (said.status == "canceled") == (act.deed is Deed.KILL), act
        if act.deed is not Deed.KILL:
            assert said.headline == act.headline
            assert "water samples" in (said.body_html or "")
            assert said.embargoed_until == act.embargoed_until


def test_the_same_seed_plays_the_same_acts_and_another_others() -> None:
    assert acts(50) == acts(50)
    assert acts(50) != acts(50, seed=2)


def test_revisions_of_a_story_grow_and_nothing_follows_its_kill() -> None:
    newest: dict[str, Act] = {}
    for act in acts(500):
        before = newest.get(act.id)
        assert before is None or (act.revision > before.revision and before.deed is not Deed.KILL)
        newest[act.id] = act


def test_a_kill_that_was_not_accepted_is_not_looked_for() -> None:
    desk = Desk("run", 1)
    played = [desk.next(NOW) for _ in range(100)]
    kills = [act for act in played if act.deed is Deed.KILL]
    assert desk.killed == {act.id: act.revision for act in kills}

    for act in kills:
        desk.undone(act)

    assert desk.killed == {}
