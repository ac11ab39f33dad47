"""Seeded traffic: what newsrooms and readers say in a run, and what every channel must show at its end."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from zlib import crc32

from shared.articles import Correction, Status
from shared.comments import Author, CommentStatus
from shared.events import ArticleSubmitted, CommentSubmitted, EventData, seal, to_json
from tests.faults import words

MARK = "poison-"
"""Stands in every poisoned entry, so that the auditor knows it again."""


@dataclass
class Submission:
    """One entry to publish. Its bytes are made at its first try and stay the same when it is sent again."""

    at: float
    stream: str
    lane: str
    item: str
    revision: int
    write: Callable[[datetime], dict[str, bytes]]
    poison: bool = False
    fields: dict[str, bytes] | None = None

    def written(self, now: datetime) -> dict[str, bytes]:
        """The entry's fields."""
        if self.fields is None:
            self.fields = self.write(now)
        return self.fields


@dataclass
class Expected:
    """What is true at the end: the newest revision, and whether it is shown. ``article``: under which."""

    revision: int
    shown: bool
    article: str = ""


@dataclass
class Traffic:
    """Everything to publish, by time (0 to 1), and the state it leads to."""

    submissions: list[Submission] = field(default_factory=list)
    articles: dict[str, Expected] = field(default_factory=dict)
    comments: dict[str, Expected] = field(default_factory=dict)

    @property
    def poison(self) -> int:
        """How many entries can never be accepted."""
        return sum(s.poison for s in self.submissions)


def _sealed(data: EventData, event_id: str, now: datetime) -> dict[str, bytes]:
    return {"event": to_json(seal(data, id=event_id, source="/newsroom/faults", time=now))}


def _article(id_: str, revision: int, what: str, embargo_s: float, now: datetime) -> dict[str, bytes]:
    event_id = f"{id_}.{revision}"
    if what == "kill":
        return _sealed(ArticleSubmitted(id=id_, revision=revision, status=Status.CANCELED), event_id, now)
    said = words.story(id_, revision)
    data = ArticleSubmitted(
        **said,
        id=id_,
        revision=revision,
        status=Status.WITHHELD if what == "withhold" else Status.USABLE,
        published_at=now,
        embargoed_until=now + timedelta(seconds=embargo_s) if embargo_s else None,
        correction=Correction(note="A figure was wrong.") if what == "correct" else None,
    )
    return _sealed(data, event_id, now)


def _comment(id_: str, article: str, revision: int, what: str, now: datetime) -> dict[str, bytes]:
    usable = what != "withdraw"
    data = CommentSubmitted(
        id=id_,
        article_id=article,
        revision=revision,
        status=CommentStatus.USABLE if usable else CommentStatus.CANCELED,
        author=Author(id=f"reader-{crc32(id_.encode()) % 997}", name="A reader") if usable else None,
        body=words.remark(id_, revision, links=what == "links") if usable else None,
        created_at=now if usable else None,
    )
    return _sealed(data, f"{id_}.{revision}", now)


def _poisoned(kind: int, n: int, now: datetime) -> dict[str, bytes]:
    """Half of JSON, none of it, no field, a word for a number, a status nobody knows."""
    id_ = f"{MARK}{n}"
    if kind == 0:
        return {"event": f'{{"specversion":"1.0","id":"{id_}","data":{{'.encode()}
    if kind == 1:
        return {"event": b"\xff\xfe\x00" + id_.encode()}
    if kind == 2:
        return {"body": id_.encode()}
    event = json.loads(_article(id_, 1, "create", 0, now)["event"])
    event["data"].update({"revision": "one"} if kind == 3 else {"status": "vanished"})
    return {"event": json.dumps(event).encode()}


def make(seed: int, article_events: int, comments: int, *, poison: float = 0.001, repeats: float = 0.02) -> Traffic:
    """``article_events`` on half as many articles, ``comments`` under them; edits and repeats come on top."""
    dice, traffic = random.Random(seed), Traffic()
    names = [f"desk:{seed}:{n}" for n in range(max(1, article_events // 2))]
    counts = dict.fromkeys(names, 1)
    for _ in range(article_events - len(names)):
        counts[dice.choice(names)] += 1
    first: dict[str, float] = {}
    for name, count in counts.items():
        times = sorted(dice.random() for _ in range(count))
        first[name] = times[0]
        _life(name, times, dice, traffic)
    for n in range(comments):
        # A few stories carry most of the talk.
        article = dice.choice(names[: max(1, len(names) // 5)] if dice.random() < 0.8 else names)
        early = dice.random() < 0.05
        at = dice.random() if early else first[article] + (1 - first[article]) * dice.random()
        _remark(f"c:{seed}:{n}", article, at, repeats, dice, traffic)
    for n in range(round((article_events + comments) * poison)):
        stream = dice.choice((ArticleSubmitted.stream, CommentSubmitted.stream))
        write = partial(_poisoned, dice.randrange(5), n)
        traffic.submissions.append(Submission(dice.random(), stream, f"p{n}", "", 0, write, poison=True))
    traffic.submissions.sort(key=lambda submission: submission.at)
    return traffic


def _life(name: str, times: list[float], dice: random.Random, traffic: Traffic) -> None:
    """One article's events. Revisions grow by two, so that a late one finds a free number below."""
    revision, shown, killed, late = 0, False, False, False
    said: list[Submission] = []
    for at in times:
        choice = dice.random()
        if said and choice < 0.12:
            traffic.submissions.append(_again(dice.choice(said), at))
            continue
        if said and choice < 0.25 and not late:
            number, what, embargo, late = revision - 1, "update", 0.0, True
        else:
            revision, late = revision + 2, False
            what = "reinstate" if killed else _turn(dice.random(), bool(said))
            embargo = dice.uniform(1.5, 5) if what in {"create", "update"} and dice.random() < 0.08 else 0.0
            number, killed = revision, what == "kill"
            shown = what not in {"kill", "withhold"}
        write = partial(_article, name, number, what, embargo)
        said.append(Submission(at, ArticleSubmitted.stream, name, name, number, write))
        traffic.submissions.append(said[-1])
    traffic.articles[name] = Expected(revision, shown)


def _turn(choice: float, seen: bool) -> str:
    if choice < 0.04:
        return "withhold"
    if not seen:
        return "create"
    return "kill" if choice < 0.25 else "correct" if choice < 0.4 else "update"


def _remark(id_: str, article: str, at: float, repeats: float, dice: random.Random, traffic: Traffic) -> None:
    """One comment: most are said once, some are edited, withdrawn, sent twice, or full of links."""
    what = "links" if dice.random() < 0.03 else "say"
    says = [(1, what)]
    then = dice.random()
    if then < 0.08:
        says.append((2, what if then < 0.05 else "withdraw"))
    for revision, kind in says:
        write = partial(_comment, id_, article, revision, kind)
        submission = Submission(at, CommentSubmitted.stream, article, id_, revision, write)
        traffic.submissions.append(submission)
        if dice.random() < repeats:
            traffic.submissions.append(_again(submission, at))
        at += (1 - at) * dice.random()
    traffic.comments[id_] = Expected(len(says), what == "say" and says[-1][1] != "withdraw", article)


def _again(first: Submission, at: float) -> Submission:
    """The same entry once more, byte for byte."""

    def write(now: datetime) -> dict[str, bytes]:
        return first.written(now)

    return Submission(at, first.stream, first.lane, first.item, first.revision, write)


def now() -> datetime:
    """This machine's time; the server under test shares it."""
    return datetime.now(UTC)


def plain(seed: int, count: int) -> list[Submission]:
    """``count`` new stories, evenly spread, nothing unusual about them."""
    found = []
    for n in range(count):
        name = f"plain:{seed}:{n}"
        write = partial(_article, name, 1, "create", 0.0)
        found.append(Submission(n / count, ArticleSubmitted.stream, name, name, 1, write))
    return found
