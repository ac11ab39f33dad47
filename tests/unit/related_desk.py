"""Stories on one matter, and what a desk says of them."""

from datetime import timedelta

from services.delivery.state import STATE, Story, record_key
from services.enrichment.steps.fingerprint import codes_of, minhash
from shared.articles import Change, Term
from shared.events import ArticleModerated
from tests.unit.delivery_stories import NOON, Desk, moderated, summary

DAM = ("dam", "reservoir", "crack")
TEXT = [f"word{number}" for number in range(300)]


def about(
    id_: str, terms: tuple[str, ...] = DAM, revision: int = 1, *, words: list[str] | None = None,
    change: Change = Change.CREATED, language: str = "en", **fields: object,
) -> ArticleModerated:  # fmt: skip
    """A story with these terms; with ``words``, of this text."""
    data = moderated(revision, change, id=id_, language=language, **{"headline": f"On {id_}", **fields})
    print_ = "".join(f"{value:08x}" for value in minhash([*map(codes_of, words)])) if words else ""
    facts = {"terms": tuple(Term(text=one, weight=1.0) for one in terms), "fingerprint": print_}
    assert data.enrichment
    return data.model_copy(update={"enrichment": data.enrichment.model_copy(update=facts)})


def state(desk: Desk, id_: str) -> Story:
    return Story.model_validate_json(desk.fields[record_key(id_)][STATE])


def offered(desk: Desk, id_: str) -> list[str]:
    """Ids its newest full page points to, in order."""
    return list(state(desk, id_).related)


def page(desk: Desk, id_: str, rendition: str = "full") -> str:
    newest = [fact for fact in desk.told if (fact.article_id, fact.rendition) == (id_, rendition)][-1]
    return newest.content or desk.blobs[f"blob:{newest.sha256}"].decode()


def found_on(desk: Desk, id_: str) -> set[str]:
    """Every list of stories that names it, of whatever kind."""
    needle = f'"id":"{id_}"'.encode()
    return {key for key, members in desk.lists.items() for member in members if needle in member}


def settle(desk: Desk) -> list[list[tuple[str, str, str]]]:
    """Let everything ring that waits; what was rendered."""
    rung = []
    for _ in range(4):
        desk.later(2)
        rung += [summary(outcome) for outcome in desk.ring() if outcome.publish]
    return rung


def crowded() -> Desk:
    """A desk whose newest stories are about something else."""
    desk = Desk()
    for number in range(6):
        desk.article(about(f"n{number}", ("harvest", f"topic{number}"), published_at=NOON + timedelta(hours=number)))
    return desk
