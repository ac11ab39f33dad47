"""The pictures of a story, as far as the darkroom is done with them; nothing else of a picture ever leaves."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from services.delivery.house import House
from services.delivery.state import PICTURES, Story
from shared.articles import Article, ImageFormat, ImageSource
from shared.events import PictureDropped, PictureDue
from shared.outcome import Index, Later, Record, Unindex
from shared.pictures import Developed, known_by, shows_key

Pictures = Mapping[str, Developed]
"""What each picture is known by → what became of it."""

MOST_NAMED = 20
"""Pictures of one story that are shown, in their order; each costs every reader who scrolls so far."""
EVERYBODY = 2**53
"""Of a list that counts, nobody is left out."""
_SHOWN_WIDTH = 640
_STORED = TypeAdapter(dict[str, Developed])


def kept(record: Record, article: Article) -> dict[str, Developed]:
    """Those of this article that are developed, in its order."""
    known = stored(record)
    return {name: known[name] for name in named(article) if name in known}


def stored(record: Record) -> dict[str, Developed]:
    """All that are kept of it."""
    return _STORED.validate_json(record.fields.get(PICTURES) or b"{}")


def packed(pictures: Pictures) -> bytes:
    """As they are kept in the record."""
    return _STORED.dump_json(dict(pictures))


def marks(pictures: Pictures) -> tuple[str, ...]:
    """What tells these from others: one file of each."""
    return tuple(one.sources[0].media for one in pictures.values())


def due(article: Article, pictures: Pictures) -> tuple[PictureDue, ...]:
    """What the darkroom is asked for: those that are not developed yet, each once."""
    wanted = set(named(article)) - set(pictures)
    asked: list[PictureDue] = []
    for position, image in enumerate(article.images):
        if (name := known_by(image)) in wanted:
            wanted.remove(name)
            href = None if image.media else image.href
            asked.append(
                PictureDue(
                    article_id=article.id, revision=article.revision, position=position, href=href, media=image.media
                )
            )  # fmt: skip
    return tuple(asked)


def begins_to_show(story: Story, pictures: Pictures, article_id: str, now: datetime) -> tuple[Index, ...]:
    """Its place on the lists of those it did not show before."""
    new = (mark for mark in marks(pictures) if mark not in story.pictures)
    return tuple(Index(shows_key(mark), now.timestamp(), article_id.encode(), EVERYBODY) for mark in new)


def no_longer_shows(story: Story, article_id: str, pictures: Pictures | None = None) -> tuple[Unindex, ...]:
    """Taken off the lists of those it showed, where it does not any more."""
    left = marks(pictures or {})
    return tuple(Unindex(shows_key(mark), article_id.encode()) for mark in story.pictures if mark not in left)


def dropped(article_id: str, revision: int, pictures: Pictures, now: datetime, house: House) -> tuple[Later, ...]:
    """After a kill: the darkroom looks, when all that was under way has come, and forgets what nobody shows."""
    at = now + timedelta(milliseconds=house.superseded_blob_ms)
    return tuple(
        Later(at, PictureDropped(article_id=article_id, revision=revision, picture=name, files=_files(one)))
        for name, one in pictures.items()
    )


def _files(picture: Developed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.media for one in picture.sources))


def plain(picture: Developed) -> ImageSource:
    """The file for whoever takes but one: a JPEG, of the width most pages show it in."""
    return min(_jpegs(picture), key=lambda one: (abs(one.width - _SHOWN_WIDTH), one.width))


def largest(picture: Developed) -> ImageSource:
    """The file for partners, cards and messengers: the widest JPEG."""
    return max(_jpegs(picture), key=lambda one: one.width)


def named(article: Article) -> tuple[str, ...]:
    """What those of this article that may be shown are known by."""
    return tuple(dict.fromkeys(known_by(image) for image in article.images))[:MOST_NAMED]


def _jpegs(picture: Developed) -> list[ImageSource]:
    return [one for one in picture.sources if one.media_type is ImageFormat.JPEG] or list(picture.sources)
