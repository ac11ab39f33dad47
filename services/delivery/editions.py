"""Stories that are one story in several languages; their pages link to each other.

One list per original, beside its record: its editions that channels show, the original among them. A story joins when
it says what it translates, an original when somebody translates it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.delivery.house import House
from shared.articles import Article
from shared.events import ArticleDue
from shared.keys import escape
from shared.model import Id, Model, primary
from shared.outcome import Later

MOST = 40
"""Editions of one story; more languages than any newsroom publishes in."""


class Edition(Model):
    """Enough of a story to link to it from another language."""

    id: Id
    language: str
    place: str


def original_of(article: Article) -> str:
    """The id its editions are listed under."""
    return article.translation_of or article.id


def editions_key(original: str) -> str:
    """The list of the editions of this story."""
    return f"editions:{escape(original)}"


def others(members: tuple[bytes, ...], article_id: str, language: str) -> tuple[Edition, ...]:
    """The newest edition in every other language, by language."""
    found: dict[str, Edition] = {}
    for member in members:
        one = Edition.model_validate_json(member)
        if one.id != article_id and primary(one.language) not in {primary(language), "und"}:
            found.setdefault(primary(one.language), one)
    return tuple(found[spoken] for spoken in sorted(found))


def look_again(
    original: str, editions: Iterable[Edition], article_id: str, now: datetime, house: House
) -> tuple[Later, ...]:
    """Ask the other editions to look who is there; and everybody once more when pages rendered meanwhile are out."""
    settled = now + timedelta(milliseconds=max(house.comment_render_delay_ms, 1))
    ids = {original, *(one.id for one in editions)}
    return tuple(
        Later(at, ArticleDue(article_id=id_, revision=0, edition_of=original))
        for at, asked in ((now, ids - {article_id}), (settled, ids | {article_id}))
        for id_ in sorted(asked)
    )
