"""Where each story stands on its way, told from the events that pass."""

from collections import Counter
from dataclasses import dataclass, field

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

    @property
    def arrived(self) -> bool:
        """True where nothing more is to come."""
        return bool(self.died) or all(step in self.reached for step in ("full", "light", "on the site"))

    @property
    def last(self) -> str:
        """The furthest step reached, a hold, or an end."""
        if self.died:
            return f"dead letter: {self.died}"
        step = next((step for step in reversed(STEPS) if step in self.reached), "waiting")
        if step == "moderated" and self.held_until:
            return f"embargo until {self.held_until}"
        return f"{self.change}, off the site" if self.change in ("killed", "withheld") and self.arrived else step


@dataclass
class Journeys:
    """All stories being watched, and counts of comments."""

    stories: dict[tuple[str, int], Journey] = field(default_factory=dict)
    comments: set[tuple[str, int]] = field(default_factory=set)
    verdicts: dict[tuple[str, int], str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    _dead_comments: set[tuple[str, int]] = field(default_factory=set)
    _titles: dict[str, str] = field(default_factory=dict)

    def watch(self, subject: str, revision: int, headline: str | None) -> None:
        """Watch this revision of a story; a kill has no headline and keeps the one before."""
        title = headline or self._titles.get(subject, subject)
        self._titles[subject] = title
        self.stories[subject, revision] = Journey(subject, revision, title)

    def watch_comment(self, subject: str, revision: int) -> None:
        """Watch this revision of a comment."""
        self.comments.add((subject, revision))

    @property
    def arrived(self) -> bool:
        """True where every story and comment has reached its end."""
        decided = self.verdicts.keys() | self._dead_comments
        return self.comments <= decided and all(story.arrived for story in self.stories.values())

    @property
    def told(self) -> str:
        """One line about comments."""
        verdicts = Counter(self.verdicts.values())
        words = [f"{count} {verdict}" for verdict, count in sorted(verdicts.items())]
        decided = f"{len(self.verdicts)} decided ({', '.join(words) or 'none yet'})"
        return f"comments: {len(self.comments)} sent, {decided}, {len(self.shown)} shown"

    def see(self, seen: Seen) -> list[Journey]:
        """Take note of an event; the stories that moved."""
        if seen.stream.startswith("dead."):
            return self._dead(seen)
        key = (str(seen.data.get("comment_id") or seen.subject), seen.number("revision") or 0)
        if seen.stream == "comments.moderated" and key in self.comments:
            decision = seen.data.get("decision")
            self.verdicts[key] = str(decision.get("verdict", "?")) if isinstance(decision, dict) else "?"
        elif seen.stream == "renditions.comments" and seen.data.get("comment_id"):
            (self.shown.add if seen.type == "rendition.published" else self.shown.discard)(key[0])
        elif seen.stream in STREAMS[:7]:
            return self._step(seen, key)
        return []

    def _step(self, seen: Seen, key: tuple[str, int]) -> list[Journey]:
        step = _STEP_OF[seen.stream]
        moved = []
        for (subject, revision), story in self.stories.items():
            # A greater revision that is shown ends the journey of a smaller one that it overtook.
            overtaken = step in STEPS[4:] and revision < key[1] and subject == key[0]
            if (subject, revision) == key or overtaken:
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
        if key in self.comments:
            self._dead_comments.add(key)
        story = self.stories.get(key)
        if story is None:
            return []
        story.died = str(seen.data.get("reason", "?"))
        return [story]
