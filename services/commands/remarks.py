"""What became of the comments being watched, told from the events that pass."""

from collections import Counter
from dataclasses import dataclass, field

from services.commands.wire import Seen

_ORDER = ("shown", "held", "rejected", "withdrawn by its author", "hidden with a withdrawn story",
          "waiting for its story", "dead letter", "on its way")  # fmt: skip


@dataclass
class Remark:
    """One comment, by the newest revision of it that is watched."""

    revision: int
    article: str = ""
    decided: int = -1
    """The newest revision decided, or buried."""
    verdict: str = ""
    shown: bool = False


@dataclass
class Remarks:
    """Comments by their id, and the stories that are shown or were taken back."""

    sent: dict[str, Remark] = field(default_factory=dict)
    _up: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)

    def watch(self, subject: str, revision: int) -> None:
        """Watch this revision of a comment."""
        known = self.sent.setdefault(subject, Remark(revision))
        known.revision = max(known.revision, revision)

    @property
    def settled(self) -> bool:
        """True where nothing more is to come of any."""
        return all(self._of(remark) != "on its way" for remark in self.sent.values())

    @property
    def told(self) -> str:
        """One line: how many there are, and what became of them."""
        counts = Counter(self._of(remark) for remark in self.sent.values())
        words = ", ".join(f"{counts[word]} {word}" for word in _ORDER if counts[word])
        return f"comments: {len(self.sent)} sent" + (f": {words}" if words else "")

    def see(self, seen: Seen) -> None:
        """Take note of an event."""
        data = seen.data
        article = str(data.get("article_id") or "")
        remark = self.sent.get(str(data.get("comment_id") or ""))
        if seen.stream == "comments.moderated" and remark is not None:
            decision = data.get("decision")
            remark.article, remark.decided = article, max(remark.decided, seen.number("revision") or 0)
            remark.verdict = str(decision.get("verdict", "?")) if isinstance(decision, dict) else "?"
            if data.get("comment") is None:
                remark.verdict = "withdrawn"
        elif seen.stream == "renditions.comments" and remark is not None:
            remark.shown = seen.type == "rendition.published"
        elif seen.stream in ("renditions.comments", "articles.moderated", "renditions.full"):
            self._story(seen, article)

    def died(self, subject: str, revision: int) -> None:
        """A revision of a comment became a dead letter."""
        if (remark := self.sent.get(subject)) is not None and revision >= remark.decided:
            remark.decided, remark.verdict = revision, "died"

    def _story(self, seen: Seen, article: str) -> None:
        if seen.type == "rendition.withdrawn" or seen.data.get("change") in ("killed", "withheld"):
            self._gone.add(article)
            self._up.discard(article)
            for remark in self.sent.values():
                remark.shown = remark.shown and remark.article != article
        elif seen.type == "rendition.published":
            self._up.add(article)
            self._gone.discard(article)

    def _of(self, remark: Remark) -> str:
        if remark.decided < remark.revision:
            return "on its way"
        ends = {"hold": "held", "reject": "rejected", "withdrawn": "withdrawn by its author", "died": "dead letter"}
        if remark.verdict in ends:
            return ends[remark.verdict]
        if remark.shown:
            return "shown"
        if remark.article in self._gone:
            return "hidden with a withdrawn story"
        return "on its way" if remark.article in self._up else "waiting for its story"
