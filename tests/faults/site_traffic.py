"""What a newsroom tells a site, and what the site has to show because of it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from shared.events import RenditionFact
from shared.renditions import Action
from tests.pipeline.site_house import comment, published, story, withdrawn

PAGES = {"full": "/en/{}.html", "light": "/en/light/{}.html", "json": "/en/json/{}.json"}
"""Rendition → the address of a story."""
MEDIA = {"full": "text/html; charset=utf-8", "light": "text/html; charset=utf-8", "json": "application/json"}
EVERYWHERE = "everywhere"
"""A word that every story has, so that one search finds them all."""


def word(*of: object) -> str:
    """A word nobody else says; they have nothing in common, or the index would keep only where two differ."""
    return "w" + sha256(" ".join(map(str, of)).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Telling:
    """What one commit says of an article: status and bytes of each page from now on, until a greater sequence."""

    sequence: int
    shown: bool
    pages: dict[str, bytes]


@dataclass
class Story:
    """An article as its newsroom knows it; ``comments``: id → the word it says."""

    id: str
    sequence: int = 0
    shown: bool = False
    late: bool = True
    """True where the number below ``sequence`` was used too."""
    comments: dict[str, str] = field(default_factory=dict)
    owed: bool = False
    """A comment came or went, and the page does not say so yet: delivery renders it a moment later."""


class Newsroom:
    """Seeded; ``said``: article → sequence → telling, for whatever may be shown at some time."""

    def __init__(self, seed: int, articles: int) -> None:
        self._dice = random.Random(seed)
        self.stories = [Story(f"a{n}") for n in range(articles)]
        self.said: dict[str, dict[int, Telling]] = {one.id: {} for one in self.stories}
        self.words: dict[str, list[tuple[int, str]]] = {one.id: [] for one in self.stories}
        """Article → sequence and word of whatever was said of it, late things among them."""
        self.taken_back: set[str] = set()
        """Words that must be nowhere once everything was read."""

    def turn(self) -> tuple[Story, list[RenditionFact]]:
        """What happens next: the facts of one commit, of one article."""
        one, chance = self._dice.choice(self.stories), self._dice.random()
        if one.owed:
            return one, self._publish(one, Action.COMMENTED)
        if one.sequence and not one.late and chance < 0.2:
            return one, self._late(one, shown=chance < 0.14)
        if not one.shown:
            return one, self._publish(one, Action.REINSTATED if one.sequence else Action.CREATED)
        if chance < 0.4:
            return one, self._kill(one)
        if chance < 0.7:
            return one, self._remark(one)
        return one, self._publish(one, Action.CORRECTED)

    def settle(self) -> list[tuple[Story, list[RenditionFact]]]:
        """The pages that are still owed."""
        return [(one, self._publish(one, Action.COMMENTED)) for one in self.stories if one.owed]

    def _next(self, one: Story) -> int:
        # By two, so that something late finds a free number below.
        one.sequence, one.late = one.sequence + 2, False
        return one.sequence

    def _publish(self, one: Story, action: Action) -> list[RenditionFact]:
        sequence = self._next(one)
        one.shown, one.owed = True, False
        return self._tell(one, sequence, self._pages(one, sequence, action), shown=True)

    def _kill(self, one: Story) -> list[RenditionFact]:
        sequence = self._next(one)
        one.shown, one.owed = False, False
        self.taken_back |= {said for _, said in self.words[one.id]} | set(one.comments.values())
        one.comments.clear()
        facts = self._tell(one, sequence, self._notices(one, sequence), shown=False)
        return [*facts, withdrawn(one.id, sequence, rendition="comments", media_type="application/json")]

    def _remark(self, one: Story) -> list[RenditionFact]:
        """Somebody says something, or what somebody said is taken back."""
        sequence = self._next(one)
        one.owed = True
        if one.comments and self._dice.random() < 0.4:
            gone = self._dice.choice(sorted(one.comments))
            self.taken_back.add(one.comments.pop(gone))
            media = {"rendition": "comments", "media_type": "application/json"}
            return [withdrawn(one.id, sequence, comment_id=gone, **media)]
        one.comments[f"c{sequence}"] = word("comment", one.id, sequence)
        return [comment(one.id, sequence, f"c{sequence}")]

    def _late(self, one: Story, *, shown: bool) -> list[RenditionFact]:
        """Something older than what was said last; no reader may ever see it."""
        one.late, sequence = True, one.sequence - 1
        if not shown:
            return self._notices(one, sequence)
        facts = self._pages(one, sequence, Action.UPDATED)
        if one.shown:
            self.words[one.id].append((sequence, word(one.id, sequence)))
        else:
            self.taken_back.add(word(one.id, sequence))
        return facts

    def _tell(self, one: Story, sequence: int, facts: list[RenditionFact], *, shown: bool) -> list[RenditionFact]:
        pages = {fact.rendition: (fact.content or "").encode() for fact in facts}
        self.said[one.id][sequence] = Telling(sequence, shown, pages)
        if shown:
            self.words[one.id].append((sequence, word(one.id, sequence)))
        return facts

    def _pages(self, one: Story, sequence: int, action: Action) -> list[RenditionFact]:
        said, more = word(one.id, sequence), " ".join(one.comments.values())
        text = f"{said} {EVERYWHERE}"
        html = f"<p>{text}</p><p>{more}</p>"
        now = datetime.now(UTC)
        made = story(one.id, sequence, text, published_at=now, body_html=html)
        always = {"action": action, "published_at": now}
        facts: list[RenditionFact] = [
            published(one.id, sequence, f"<!doctype html>{name}{html}", rendition=name,
                      path=PAGES[name].format(one.id), **always)
            for name in ("full", "light")
        ]  # fmt: skip
        return [*facts, made.model_copy(update=always)]

    def _notices(self, one: Story, sequence: int) -> list[RenditionFact]:
        return [
            withdrawn(one.id, sequence, f"notice {sequence}", rendition=name, media_type=MEDIA[name],
                      path=path.format(one.id))
            for name, path in PAGES.items()
        ]  # fmt: skip
