"""Figures about decisions: how many, how they fell, how long they took, and how often people thought otherwise."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from time import time

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk import scope
from services.moderation.desk.charts import Chart, stacked
from services.moderation.desk.desk import Desk
from services.moderation.desk.ledger import Ledger
from services.moderation.desk.visit import Visit, route
from services.moderation.desk.waiting import QUEUES

DAY_S = 86_400
PERIODS = (1, 7, 30, 90)
_BY_DAY = """
    select cast(at / 86400 as int) as day, case verdict when 'flag' then 'publish' else verdict end as verdict,
        sum(kind = 'engine') as engine, sum(kind = 'human') as people
    from decisions where at >= ? group by 1, 2
"""
_BY_PEOPLE = """
    select e.queue, e.at as since, p.at, p.verdict in ('publish', 'flag') as shows,
        e.verdict in ('publish', 'flag') as showed, e.kind as before
    from decisions p join decisions e on e.id = p.supersedes
    where p.kind = 'human' and p.at >= ?
"""


@dataclass(slots=True)
class Queued:
    """What people decided that waited in one queue."""

    decided: int = 0
    took: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float | None:
        """Seconds from being held to being decided, of the one in the middle."""
        return median(self.took) if self.took else None


@dataclass(slots=True)
class Figures:
    """Of one period."""

    days: list[tuple[float, dict[str, int]]]
    """Midnight of each, and how many decisions of each verdict."""
    engine: int = 0
    people: int = 0
    judged: int = 0
    """Decisions of the engine that a person looked at."""
    agreed: int = 0
    """Those of them where the person showed what the engine showed, or kept back what it kept back."""
    overturned: int = 0
    """People's decisions that another one, or the same, turned round."""
    by_queue: dict[str, Queued] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float | None:
        """Over all queues."""
        return median(self.took) if self.took else None


def routes(desk: Desk) -> list[Route]:
    """One page."""
    return [route(desk, "/statistics", _page)]


async def _page(visit: Visit) -> Response:
    days = visit.whole("days", 7, 1, PERIODS[-1])
    days = days if days in PERIODS else 7
    found = await asyncio.to_thread(figures, visit.desk.ledger, time(), days)
    counts = await visit.desk.waiting.counts()
    kept = visit.desk.settings.retention_ms / 1000 / DAY_S
    return visit.show(
        "statistics.html", figures=found, days=days, periods=PERIODS, kept=kept, chart=chart(found),
        waiting={queue: counts[queue] for queue in scope.queues(visit.account, QUEUES)},
    )  # fmt: skip


def figures(ledger: Ledger, now: float, days: int) -> Figures:
    """Of the last ``days`` whole days and today."""
    first = int(now // DAY_S) - days + 1
    told = Figures([(day * DAY_S, {}) for day in range(first, first + days)])
    for row in ledger.ask(_BY_DAY, (first * DAY_S,)):
        told.engine += row["engine"]
        told.people += row["people"]
        if 0 <= row["day"] - first < days:
            told.days[row["day"] - first][1][row["verdict"]] = row["engine"] + row["people"]
    for row in ledger.ask(_BY_PEOPLE, (first * DAY_S,)):
        if row["before"] == "engine":
            told.judged += 1
            told.agreed += row["shows"] == row["showed"]
            if row["queue"]:
                queue = told.by_queue.setdefault(row["queue"], Queued())
                queue.decided += 1
                queue.took.append(row["at"] - row["since"])
                told.took.append(row["at"] - row["since"])
        elif row["before"] == "human":
            told.overturned += row["shows"] != row["showed"]
    return told


def chart(told: Figures) -> Chart:
    """A bar for each day."""
    return stacked(
        [(datetime.fromtimestamp(at, UTC), [counts.get(kind, 0) for kind in ("publish", "hold", "reject")])
         for at, counts in told.days],
        ("publish", "hold", "reject"),
    )  # fmt: skip
