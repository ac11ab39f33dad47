"""The newest stories of a language; what a page offers to read next."""

from functools import lru_cache

from shared.model import Id, Line, Model, Timestamp, primary

SHELVES = ("en", "fa", "ar", "other")
"""A list per language that has words of its own; the rest share one."""

KEEP = 50
READ = 10
SHOWN = 4


class Recent(Model):
    """Enough of a story to link to it, and to tell whether another page should."""

    id: Id
    language: str
    headline: str
    place: str
    section: Line | None = None
    published_at: Timestamp
    reading_minutes: int
    supersedes: Id | None = None
    """The story it replaces, which nobody should read next."""
    translation_of: Id | None = None
    sketch: str | None = None
    """A short form of its fingerprint; see ``near``."""

    @property
    def listing(self) -> tuple[object, ...]:
        """What pages say of it; where that changes, they are rendered again."""
        return (
            self.id, self.language, self.headline, self.place, self.section, self.published_at, self.reading_minutes,
        )  # fmt: skip

    @property
    def family(self) -> str:
        """The id all editions of it have in common."""
        return self.translation_of or self.id


@lru_cache(maxsize=4_096)
def recent_of(member: bytes | str) -> Recent:
    """A member of a list. The same few are read again and again: by every story on their matter."""
    return Recent.model_validate_json(member)


def shelf_of(language: str) -> str:
    """The name of the list a story in this language stands on."""
    subtag = primary(language)
    return subtag if subtag in SHELVES else "other"


def recent_key(shelf: str) -> str:
    """Its key."""
    return f"recent:{shelf}"
