"""Builders for delivery's tests, and a desk that keeps what the decisions save."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.delivery.comment import deliver_comment, reads_comment
from services.delivery.deliver import deliver_article, deliver_due, reads_article, reads_due
from services.delivery.house import House
from services.delivery.picture import deliver_picture, reads_picture
from services.delivery.renditions import RENDITIONS
from shared.articles import Article, Change, Direction, Enrichment
from shared.comments import Actor, Author, Comment, CommentFacts, Decision, Policy, Verdict
from shared.events import (
    ArticleDue,
    ArticleModerated,
    CommentModerated,
    EventData,
    PictureDeveloped,
    PictureDue,
    RenditionFact,
    RenditionPublished,
    RenditionWithdrawn,
    seal,
)
from shared.outcome import Given, Outcome, Reads, Record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MADE = ("full", "light")
"""What the desk makes, unless a test says otherwise."""
LONG = "<p>" + "water " * 2_000 + "</p>"


def decision(verdict: Verdict = Verdict.PUBLISH, seq: int = 1) -> Decision:
    return Decision(
        id="d", subject="s", revision=1, seq=seq, at=NOON, actor=Actor(kind="engine", id="gate"),
        verdict=verdict, policy=Policy(version="1", digest="0" * 64),
    )  # fmt: skip


def moderated(
    revision: int = 1,
    change: Change = Change.CREATED,
    *,
    id: str = "a1",  # noqa: A002
    language: str = "en",
    **fields: Any,
) -> ArticleModerated:
    if change.withdraws:
        return ArticleModerated(article_id=id, revision=revision, change=change, decision=decision())
    facts: dict[str, Any] = {
        "headline": "Water returns",
        "body_html": "<p>Clear words.</p>",
        "published_at": NOON,
    } | fields
    article = Article(id=id, revision=revision, language=language, **facts)
    direction = Direction.RTL if language in {"fa", "ar"} else Direction.LTR
    enrichment = Enrichment(
        language=language, direction=direction, word_count=2, reading_minutes=1, teaser="Clear words.", slug="water"
    )  # fmt: skip
    return ArticleModerated(
        article_id=id, revision=revision, change=change, article=article, enrichment=enrichment, decision=decision()
    )  # fmt: skip


def said(
    body: str | None = "Good.",
    *,
    id: str = "c1",  # noqa: A002
    revision: int = 1,
    verdict: Verdict = Verdict.PUBLISH,
    seq: int = 1,
) -> CommentModerated:
    comment = None
    if body is not None:
        author = Author(id="reader-9", name="Mira")
        comment = Comment(id=id, article_id="a1", revision=revision, author=author, body=body, created_at=NOON)
    facts = CommentFacts(language="en")
    return CommentModerated(
        comment_id=id, article_id="a1", revision=revision, comment=comment, facts=facts,
        decision=decision(verdict, seq),
    )  # fmt: skip


@dataclass
class Desk:
    """Applies outcomes to plain dictionaries, as the commit does to Redis; refuses what a commit would refuse."""

    house: House = field(default_factory=lambda: House(renditions=MADE))
    now: datetime = NOON
    versions: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, bytes]] = field(default_factory=dict)
    lists: dict[str, dict[bytes, float]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    expiring: set[str] = field(default_factory=set)
    told: list[RenditionFact] = field(default_factory=list)
    alarms: list[tuple[datetime, EventData]] = field(default_factory=list)
    asked: list[PictureDue] = field(default_factory=list)
    """Pictures the darkroom is asked for."""

    def article(self, data: ArticleModerated) -> Outcome:
        return self._apply(deliver_article(data, self._given(reads_article(data), data), self.house))

    def comment(self, data: CommentModerated) -> Outcome:
        return self._apply(deliver_comment(data, self._given(reads_comment(data), data), self.house))

    def picture(self, data: PictureDeveloped) -> Outcome:
        return self._apply(deliver_picture(data, self._given(reads_picture(data), data), self.house))

    def due(self, revision: int = 1) -> Outcome:
        return self._alarm(ArticleDue(article_id="a1", revision=revision))

    def ring(self) -> list[Outcome]:
        """Every alarm whose time has come, and those they set in turn."""
        outcomes = []
        while ripe := [alarm for alarm in self.alarms if alarm[0] <= self.now]:
            self.alarms = [alarm for alarm in self.alarms if alarm[0] > self.now]
            outcomes += [self._alarm(data) for _, data in ripe if isinstance(data, ArticleDue)]
        return outcomes

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _alarm(self, data: ArticleDue) -> Outcome:
        return self._apply(deliver_due(data, self._given(reads_due(data), data), self.house))

    def _given(self, reads: Reads, data: EventData) -> Given:
        records = {}
        for key, names in reads.records.items():
            stored = self.fields.get(key, {})
            wanted = stored if names is None else {name: stored[name] for name in names if name in stored}
            records[key] = Record(self.versions.get(key, ""), dict(wanted))
        newest = {
            key: sorted(self.lists.get(key, {}), key=lambda m: -self.lists[key][m])[:most]
            for key, most in reads.newest.items()
        }  # fmt: skip
        blobs = {key: self.blobs.get(key) for key in reads.blobs}
        return Given(self.now, seal(data, id="e", source="/test", time=self.now), records, newest, blobs)

    def _apply(self, outcome: Outcome) -> Outcome:
        for save in outcome.save:
            before = tuple(int(part) for part in self.versions.get(save.key, "-1.-1").split("."))
            assert (save.revision, save.seq) > before, "a version that does not grow is refused"
            self.versions[save.key] = f"{save.revision}.{save.seq}"
            self.fields.setdefault(save.key, {}).update(save.fields)
            for name in save.unset:
                self.fields[save.key].pop(name, None)
        for blob in outcome.blobs:
            self.blobs[blob.key] = blob.content
            self.expiring.discard(blob.key)
        for key in outcome.drop:
            self.blobs.pop(key, None)
        self.expiring.update(expire.key for expire in outcome.expire)
        for gone in outcome.unindex:
            self.lists.get(gone.key, {}).pop(gone.member, None)
        for index in outcome.index:
            self.lists.setdefault(index.key, {})[index.member] = index.score
        self.told += [fact for fact in outcome.publish if isinstance(fact, RenditionFact)]
        self.asked += [fact for fact in outcome.publish if isinstance(fact, PictureDue)]
        self.alarms += [(later.at, later.data) for later in outcome.later]
        return outcome


def summary(outcome: Outcome) -> list[tuple[str, str, str]]:
    """(published or withdrawn, rendition, action) of everything told."""
    words = {RenditionPublished: "published", RenditionWithdrawn: "withdrawn"}
    return [
        (words[type(fact)], fact.rendition, fact.action.value)
        for fact in outcome.publish
        if isinstance(fact, RenditionFact)
    ]


def shown(action: str) -> list[tuple[str, str, str]]:
    """What a summary says when a story is shown."""
    return [("published", name, action) for name in MADE]


def gone(action: str) -> list[tuple[str, str, str]]:
    """What it says when a story is taken back."""
    return [("withdrawn", rendition, action) for rendition in (*(spec.name for spec in RENDITIONS), "comments")]


def around(action: str) -> list[tuple[str, str, str]]:
    """What it says when only comments or neighbours have changed."""
    return [("published", spec.name, action) for spec in RENDITIONS if spec.lives and spec.name in MADE]
