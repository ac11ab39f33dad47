"""The newest stories of a language; what a page offers to read next."""

from shared.model import Id, Line, Model, Timestamp

SHELVES = ("en", "fa", "ar", "other")
"""A list per language that has words of its own; the rest share one."""

KEEP = 50
READ = 6
SHOWN = 4
_ALIASES = {"prs": "fa", "pes": "fa", "arb": "ar"}


class Recent(Model):
    """Enough of a story to link to it."""

    id: Id
    language: str
    headline: str
    place: str
    section: Line | None = None
    published_at: Timestamp
    reading_minutes: int


def primary(language: str) -> str:
    """``fa`` for ``fa-AF`` and for ``prs``."""
    subtag = language.split("-")[0].lower()
    return _ALIASES.get(subtag, subtag)


def shelf_of(language: str) -> str:
    """The name of the list a story in this language stands on."""
    subtag = primary(language)
    return subtag if subtag in SHELVES else "other"


def recent_key(shelf: str) -> str:
    """Its key."""
    return f"recent:{shelf}"


def related(members: tuple[bytes, ...], article_id: str, language: str) -> tuple[Recent, ...]:
    """The most recent stories in the same language, the story itself left out."""
    stories = (Recent.model_validate_json(member) for member in members)
    fitting = (one for one in stories if one.id != article_id and primary(one.language) == primary(language))
    return tuple(fitting)[:SHOWN]
