"""Where each story stands on its way, told from the events that pass."""

from dataclasses import dataclass, field

from services.commands.remarks import Remarks
from services.commands.wire import Seen

STEPS = ("submitted", "ingested", "enriched", "moderated", "full", "light", "on the site")
STREAMS = (
    "articles.submitted", "articles.ingested", "articles.enriched", "articles.moderated", "renditions.full",
    "renditions.light", "receipts", "comments.submitted", "comments.moderated", "renditions.comments",
    "dead.ingest", "dead.enrichment", "dead.moderation", "dead.delivery",
)  # fmt: skip
_STEP_OF = dict(zip(STREAMS, STEPS, strict=False))


@dataclass
class Journey:
    """One revision of one story: when (in milliseconds) it reached which step."""

    subject: str
    revision: int
    title: str
    reached: dict[str, int] = field(default_factory=dict)
    change: str = ""
    held_until: str = ""
    died: str = ""
    replaced_by: int | None = None
    """The greater revision that has gone through."""

    @property
    def arrived(self) -> bool:
        """True where nothing more is to come."""
        return bool(self.died or self.replaced_by) or all(
            step in self.reached for step in ("full", "light", "on the site")
        )

    @property
    def last(self) -> str:
        """The furthest step reached, a hold, or an end."""
        if self.died:
            return f"dead letter: {self.died}"
        if self.replaced_by is not None:
            return f"replaced by {self.replaced_by}"
        step = next((step for step in reversed(STEPS) if step in self.reached), "waiting")
        if step == "moderated" and self.held_until:
            return f"embargo until {self.held_until}"
        return f"{self.change}, off the site" if self.change in ("killed", "withheld") and self.arrived else step


@dataclass
class Journeys:
    """All stories and comments being watched."""

    stories: dict[tuple[str, int], Journey] = field(default_factory=dict)
    comments: Remarks = field(default_factory=Remarks)
    _titles: dict[str, str] = field(default_factory=dict)

    def watch(self, subject: str, revision: int, headline: str | None) -> None:
        """Watch this revision of a story; a kill has no headline and keeps the one before."""
        title = headline or self._titles.get(subject, subject)
        self._titles[subject] = title
        self.stories[subject, revision] = Journey(subject, revision, title)

    @property
    def arrived(self) -> bool:
        """True where every story and comment has reached its end."""
        return self.comments.settled and all(story.arrived for story in self.stories.values())

    def see(self, seen: Seen) -> list[Journey]:
        """Take note of an event; the stories that moved."""
        if seen.stream.startswith("dead."):
            return self._dead(seen)
        key = (str(seen.data.get("comment_id") or seen.subject), seen.number("revision") or 0)
        self.comments.see(seen)
        if seen.stream in STREAMS[:7]:
            return self._step(seen, key)
        return []

    def _step(self, seen: Seen, key: tuple[str, int]) -> list[Journey]:
        step = _STEP_OF[seen.stream]
        moved = []
        for (subject, revision), story in self.stories.items():
            # A greater revision that is shown ends the journey of a smaller one.
            if step == STEPS[-1] and subject == key[0] and revision < key[1] and not story.died:
                if key[1] > (story.replaced_by or 0):
                    story.replaced_by = key[1]
                    moved.append(story)
            elif (subject, revision) == key:
                if step in story.reached:
                    continue
                story.reached[step] = seen.at
                story.change = story.change or str(seen.data.get("change") or "")
                article = seen.data.get("article")
                if isinstance(article, dict) and article.get("embargoed_until"):
                    story.held_until = str(article["embargoed_until"])
                moved.append(story)
        return moved

    def _dead(self, seen: Seen) -> list[Journey]:
        original = Seen("", seen.entry, {b"event": seen.fields.get(b"original.event", b"")})
        key = (original.subject, original.number("revision") or 0)
        self.comments.died(*key)
        story = self.stories.get(key)
        if story is None:
            return []
        story.died = str(seen.data.get("reason", "?"))
        return [story]
