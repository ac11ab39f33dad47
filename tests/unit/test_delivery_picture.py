"""A picture that is developed reaches its story, once, and only while the story has it."""

from datetime import timedelta

from services.delivery.pictures import MOST_NAMED
from shared.articles import Change, Image, ImageRole
from shared.events import PictureDeveloped, PictureDropped, RenditionPublished
from shared.pictures import Developed, known_by, shows_key
from tests.pictures import developed
from tests.unit.delivery_stories import NOON, Desk, around, moderated, shown, summary

LEAD = Image(media="1" * 64, alt="A bridge")
MAP = Image(href="https://desk.example/map.png", role=ImageRole.INLINE, alt="A map")


def ready(image: Image, made: Developed | None = None, revision: int = 1) -> PictureDeveloped:
    return PictureDeveloped(
        article_id="a1", revision=revision, picture=known_by(image), developed=made or developed()
    )  # fmt: skip


def test_the_darkroom_is_asked_for_every_picture_with_the_first_showing() -> None:
    desk = Desk()

    outcome = desk.article(moderated(images=(LEAD, MAP)))

    assert summary(outcome) == shown("created")
    assert [(one.position, one.media, one.href) for one in desk.asked] == [
        (0, LEAD.media, None), (1, None, MAP.href),
    ]  # fmt: skip


def test_of_a_story_under_embargo_too_so_that_they_are_ready_when_it_ends() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,), embargoed_until=NOON + timedelta(hours=1)))

    assert len(desk.asked) == 1
    assert desk.picture(ready(LEAD)).later == ()
    desk.later(3_601)
    (released,) = [one for one in desk.ring() if one.publish]
    assert summary(released) == shown("created")
    assert desk.asked == desk.asked[:1]
    assert any("data:image" in (fact.content or "") for fact in desk.told)


def test_it_is_rendered_once_for_all_that_come_in_a_moment() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD, MAP)))
    before = len(desk.told)

    first, second = desk.picture(ready(LEAD)), desk.picture(ready(MAP))
    assert len(first.later) == 1
    assert second.later == ()
    assert len(desk.told) == before

    desk.later(1)
    (rendered,) = [one for one in desk.ring() if one.publish]
    assert summary(rendered) == shown("updated")
    assert rendered.save[0].revision == 1


def test_the_same_again_changes_nothing() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))

    assert desk.picture(ready(LEAD)).note == "duplicate"


def test_one_developed_anew_takes_the_place_of_the_old_one() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))
    desk.later(1)
    desk.ring()

    desk.picture(ready(LEAD, developed(digests="def")))
    desk.later(1)
    (rendered,) = [one for one in desk.ring() if one.publish]

    assert summary(rendered) == shown("updated")
    assert isinstance(rendered.publish[0], RenditionPublished)
    assert rendered.publish[0].assets[0].sha256 == f"d{320:0>63}"


def test_one_the_story_does_not_have_any_more_is_not_shown() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.article(moderated(2, Change.UPDATED, images=(MAP,)))

    assert desk.picture(ready(LEAD)).note == "superseded"


def test_one_asked_for_by_an_older_revision_serves_the_newer() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.article(moderated(2, Change.UPDATED, images=(LEAD,)))
    desk.picture(ready(LEAD, revision=1))
    desk.later(1)
    (rendered,) = [one for one in desk.ring() if one.publish]

    assert rendered.save[0].revision == 2
    assert summary(rendered) == shown("updated")


def test_none_comes_back_with_a_story_that_was_killed() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))
    desk.article(moderated(2, Change.KILLED))

    assert desk.picture(ready(LEAD)).note == "superseded"
    desk.later(1)
    assert not [one for one in desk.ring() if one.publish]
    assert b"pictures" not in b" ".join(name.encode() for name in desk.fields["article:a1"])


def forgotten(desk: Desk) -> list[PictureDropped]:
    """What the darkroom will be asked to forget, and when: an hour later."""
    found = [(at, data) for at, data in desk.alarms if isinstance(data, PictureDropped)]
    assert all(at - desk.now == timedelta(hours=1) for at, _ in found)
    return [data for _, data in found]


def test_an_hour_after_a_kill_its_pictures_are_forgotten() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD, MAP)))
    desk.picture(ready(LEAD))
    desk.later(1)
    desk.ring()
    desk.article(moderated(2, Change.KILLED))

    (gone,) = forgotten(desk)
    assert gone.picture == known_by(LEAD)
    assert gone.files == tuple(one.media for one in developed().sources)
    assert not any(members for key, members in desk.lists.items() if key.startswith("shows:"))


def test_one_that_is_developed_after_the_kill_is_forgotten_too() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.article(moderated(2, Change.KILLED))
    desk.picture(ready(LEAD))

    assert [one.picture for one in forgotten(desk)] == [known_by(LEAD)]


def test_of_a_story_that_is_only_withheld_they_stay_until_it_is_killed() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))
    desk.later(1)
    desk.ring()

    desk.article(moderated(2, Change.WITHHELD))
    assert forgotten(desk) == []
    desk.article(moderated(3, Change.REINSTATED, images=(LEAD,)))
    assert [one.revision for one in desk.asked] == [1]
    desk.article(moderated(4, Change.WITHHELD))
    desk.article(moderated(5, Change.KILLED))
    assert [one.revision for one in forgotten(desk)] == [5]


def test_whoever_shows_a_picture_is_counted_until_they_do_not() -> None:
    desk = Desk()
    key = shows_key(developed().sources[0].media)
    for id_ in ("a1", "a2"):
        desk.article(moderated(images=(LEAD,), id=id_))
        desk.picture(ready(LEAD).model_copy(update={"article_id": id_}))
    desk.later(1)
    desk.ring()
    assert set(desk.lists[key]) == {b"a1", b"a2"}

    desk.article(moderated(2, Change.UPDATED, images=(MAP,)))
    assert set(desk.lists[key]) == {b"a2"}


def test_a_story_that_comes_back_asks_again() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))
    desk.article(moderated(2, Change.KILLED))
    desk.article(moderated(3, Change.REINSTATED, images=(LEAD,)))

    assert [one.revision for one in desk.asked] == [1, 3]


def test_a_picture_and_a_comment_in_one_moment_are_one_rendition_of_all() -> None:
    desk = Desk()
    desk.article(moderated(images=(LEAD,)))
    desk.picture(ready(LEAD))
    desk.later(1)

    (rendered,) = [one for one in desk.ring() if one.publish]

    assert summary(rendered) != around("commented")
    assert summary(rendered) == shown("updated")


def test_a_story_of_a_thousand_pictures_is_a_story_of_the_first_twenty() -> None:
    desk = Desk()
    images = tuple(Image(media=f"{n:064x}", role=ImageRole.INLINE) for n in range(100))

    desk.article(moderated(images=images))

    assert [one.position for one in desk.asked] == [*range(MOST_NAMED)]


def test_one_picture_named_twice_is_asked_for_once() -> None:
    desk = Desk()

    desk.article(moderated(images=(LEAD, LEAD.model_copy(update={"role": ImageRole.INLINE}))))

    assert len(desk.asked) == 1
