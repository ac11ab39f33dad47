"""What delivery remembers of an article and of its comments.

One record per article. ``state`` is small and read by every decision; ``article`` holds the text, ``pictures`` what
became of its pictures, ``c:<comment id>`` one comment each.
"""

from services.delivery.editions import Edition
from services.delivery.text_direction import direction_of
from shared.articles import Article, Change, Direction, Enrichment
from shared.comments import Comment
from shared.keys import escape
from shared.model import Id, Model, Revision, Sequence, Timestamp
from shared.outcome import Record
from shared.renditions import PublicComment

STATE, ARTICLE, PICTURES, COMMENT = "state", "article", "pictures", "c:"


def record_key(article_id: str) -> str:
    """The record of an article and its thread."""
    return f"article:{escape(article_id)}"


def comment_field(comment_id: str) -> str:
    """The field of one comment."""
    return COMMENT + comment_id


class Story(Model):
    """Where an article stands, without its text."""

    revision: Revision
    change: Change
    decided: Sequence = 0
    """Number of the gate's decision about this revision; a later one may hold it, or let it go."""
    shown: bool = False
    ever_shown: bool = False
    held_until: Timestamp | None = None
    """End of an embargo that still holds."""
    render_due: Timestamp | None = None
    """When it will be rendered for new comments or pictures; long past, the alarm was lost and another is set."""
    language: str = "und"
    direction: Direction = Direction.LTR
    place: str | None = None
    """``fa/slug-0123456789``: where it is found. Given once, so that a changed headline breaks no link."""
    first_shown_at: Timestamp | None = None
    blobs: tuple[str, ...] = ()
    """Keys of the bodies now live."""
    bodies: tuple[tuple[str, str], ...] = ()
    """Name of each rendition → the key of its live body, where it has one; of what was made last, whenever that was."""
    superseded: tuple[str, ...] = ()
    """Keys of bodies they replaced, oldest first; some can still be fetched, and a withdrawal must reach them."""
    shelf: str | None = None
    """The list of recent stories it stands on, and the member as it was written there."""
    member: str | None = None
    pictures: tuple[str, ...] = ()
    """One file of each picture its renditions show."""
    lists: tuple[str, ...] = ()
    """Where else that member stands: the lists of what it is about and of how its text runs."""
    near: tuple[str, ...] = ()
    """Members of the stories on its matter that its page offers, the nearest first."""
    same: tuple[str, ...] = ()
    """Members of other copies of the same report, as its page names them."""
    related: tuple[str, ...] = ()
    """Ids of all stories its page points to, those above and what fills the room."""
    editions: tuple[Edition, ...] = ()
    """The same story in other languages, as its page names them."""
    edition: tuple[str, str] | None = None
    """The original whose list it stands on, and the member as it was written there."""

    @classmethod
    def of(cls, record: Record) -> "Story | None":
        """None where nothing but comments is known."""
        stored = record.fields.get(STATE)
        return cls.model_validate_json(stored) if stored else None


class Content(Model):
    """The text of a story as it may be shown."""

    article: Article
    enrichment: Enrichment


class Said(Model):
    """The newest decision on one comment. What must not be shown is not kept: ``comment`` is absent then."""

    revision: Revision
    seq: Sequence
    comment: PublicComment | None = None
    language: str = "und"
    direction: Direction = Direction.LTR

    @property
    def visible(self) -> bool:
        """True where readers see it whenever they see its story."""
        return self.comment is not None


class Receipt(Model):
    """What a channel said it shows, and when it said so."""

    id: Id
    revision: Revision
    sequence: Sequence
    at: Timestamp


def visible_comments(record: Record) -> tuple[PublicComment, ...]:
    """Every comment that may be seen, oldest first."""
    said = (Said.model_validate_json(value) for name, value in record.fields.items() if name.startswith(COMMENT))
    found = (one.comment for one in said if one.comment)
    return tuple(sorted(found, key=lambda comment: (comment.created_at, comment.id)))


def public(comment: Comment, language: str) -> PublicComment:
    """The fields the world may see: a name, never a pseudonym's id."""
    return PublicComment(
        id=comment.id,
        parent_id=comment.parent_id,
        revision=comment.revision,
        author_name=comment.author.name,
        author_role=comment.author.role,
        body=comment.body,
        language=language,
        direction=direction_of(comment.body),
        created_at=comment.created_at,
    )
