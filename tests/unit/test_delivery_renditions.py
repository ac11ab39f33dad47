"""Which renditions are made, when each is made again, and what stays behind of one: nothing."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.delivery.house import House
from services.delivery.renditions import RENDITIONS
from services.delivery.settings import Settings
from shared.articles import Change
from shared.events import BodyDue, RenditionPublished, RenditionWithdrawn
from shared.keyring import load_signer, make_keys, public_keys
from shared.signatures import Trusted, verify
from tests.unit.delivery_stories import LONG, Desk, moderated, said

ALL = tuple(spec.name for spec in RENDITIONS)


def test_every_rendition_is_made_unless_the_settings_say_otherwise() -> None:
    everything, two = Desk(house=Settings().house()), Desk(house=Settings(renditions="light, sms").house())

    everything.article(moderated())
    two.article(moderated())

    assert tuple(fact.rendition for fact in everything.told) == ALL
    assert {fact.rendition for fact in two.told} == {"light", "sms"}


@pytest.mark.parametrize("wrong", ["", ",", "full,foll"])
def test_a_rendition_nobody_knows_is_said_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="names are full, light"):
        Settings(renditions=wrong)


def test_a_comment_renders_again_what_shows_comments_and_nothing_else() -> None:
    desk = Desk(house=House())
    desk.article(moderated(body_html=LONG))
    bodies = set(desk.blobs)
    desk.comment(said())
    desk.later(1)

    again = desk.due()

    names = {fact.rendition for fact in again.publish if isinstance(fact, RenditionPublished)}
    kept = {f"blob:{fact.sha256}" for fact in desk.told if fact.rendition in ALL and fact.rendition not in names}
    assert names == {spec.name for spec in RENDITIONS if spec.lives}
    assert kept & bodies
    assert not kept & desk.expiring
    assert kept & bodies <= set(desk.blobs)


def test_a_kill_reaches_every_rendition_made_or_not_and_drops_every_body() -> None:
    desk = Desk(house=House(renditions=("light",)))
    desk.article(moderated())
    (due,) = [fact for fact in desk.article(moderated(2)).publish if isinstance(fact, BodyDue)]

    gone = desk.article(moderated(3, Change.KILLED))

    names = [fact.rendition for fact in gone.publish if isinstance(fact, RenditionWithdrawn)]
    assert names == [*ALL, "comments"]
    for digest in due.bodies:
        assert {f"blob:{digest}", f"blob:{digest}.br", f"blob:{digest}.gz"} <= set(gone.drop)
    assert not [key for key in desk.blobs if key.startswith("blob:") and key not in desk.expiring]


def test_every_rendition_and_every_notice_is_signed(tmp_path: Path) -> None:
    make_keys(tmp_path)
    desk = Desk(house=House(signer=load_signer(tmp_path)))

    desk.article(moderated())
    desk.article(moderated(2, Change.KILLED))

    assert len(desk.told) == 2 * len(ALL) + 1
    for fact in desk.told:
        content = (fact.content or "").encode() or desk.blobs[f"blob:{fact.sha256}"]
        _, comment = verify(content, fact.signature or "", public_keys(tmp_path))
        assert Trusted.parse(comment) == Trusted("a1", fact.revision, fact.sequence, fact.rendition, fact.sha256)
