"""The pictures of a story, as far as the darkroom is done with them; nothing else of a picture ever leaves."""

from collections.abc import Mapping

from pydantic import TypeAdapter

from services.delivery.state import PICTURES
from shared.articles import Article, ImageFormat, ImageSource
from shared.events import PictureDue
from shared.outcome import Record
from shared.pictures import Developed, known_by

Pictures = Mapping[str, Developed]
"""What each picture is known by → what became of it."""

MOST_NAMED = 20
"""Pictures of one story that are shown, in their order; each costs every reader who scrolls so far."""
_SHOWN_WIDTH = 640
_STORED = TypeAdapter(dict[str, Developed])


def kept(record: Record, article: Article) -> dict[str, Developed]:
    """Those of this article that are developed, in its order."""
    known = _STORED.validate_json(record.fields.get(PICTURES) or b"{}")
    return {name: known[name] for name in named(article) if name in known}


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
