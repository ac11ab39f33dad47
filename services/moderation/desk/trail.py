"""What people did: decisions, sanctions, accounts, sign-ins; to read and to take along."""

import csv
import io
from datetime import UTC, datetime, timedelta
from sqlite3 import Row

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import SECURITY
from services.moderation.desk.desk import Desk
from services.moderation.desk.visit import Visit, route
from shared.cases import Role

A_PAGE = 50
MOST = 50_000
"""Rows of a file; whoever needs more names a time."""
LAST_YEAR = 9_999
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def routes(desk: Desk) -> list[Route]:
    """The page, and the same as a file."""
    return [
        route(desk, "/trail", _page, role=Role.EDITOR),
        route(desk, "/trail.csv", _file, role=Role.EDITOR),
    ]


def _filters(visit: Visit) -> dict[str, str]:
    return {name: visit.asked(name, 100) for name in ("who", "what", "since", "until")}


def _rows(visit: Visit, most: int, skip: int = 0) -> list[Row]:
    """The newest first."""
    asked = _filters(visit)
    since, until = _day(asked["since"]), _day(asked["until"])
    return visit.desk.ledger.ask(
        "select * from acts where (?1 = '' or actor = ?1) and (?2 = '' or action = ?2) and at >= ?3 and at < ?4 "
        "order by at desc limit ?5 offset ?6",
        (
            asked["who"], asked["what"], since.timestamp() if since else 0,
            (until + timedelta(days=1)).timestamp() if until else 2**53, most, skip,
        ),
    )  # fmt: skip


async def _page(visit: Visit) -> Response:
    number, ask = visit.whole("page", 1, 1, 10_000), visit.desk.ledger.ask
    rows = _rows(visit, A_PAGE + 1, (number - 1) * A_PAGE)
    return visit.show(
        "trail.html", filters=_filters(visit), rows=rows[:A_PAGE], more=len(rows) > A_PAGE, number_of_page=number,
        people=[row["actor"] for row in ask("select distinct actor from acts order by 1 limit 500")],
        actions=[row["action"] for row in ask("select distinct action from acts order by 1 limit 500")],
    )  # fmt: skip


async def _file(visit: Visit) -> Response:
    out = io.StringIO()
    table = csv.writer(out)
    names = ("actor", "action", "target", "detail", "hash", "asked", "event")
    table.writerow(("at", *names))
    for row in _rows(visit, MOST):
        at = datetime.fromtimestamp(row["at"], UTC).isoformat(timespec="milliseconds")
        table.writerow([at, *(cell(row[name]) for name in names)])
    headers = SECURITY | {"Content-Disposition": 'attachment; filename="audit.csv"'}
    # With a mark of its byte order: without, a spreadsheet takes Persian for Western European.
    return Response("\ufeff" + out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def cell(text: str) -> str:
    """The text, with a quote before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    # The day after the last one Python knows is none.
    return day if day.year < LAST_YEAR else None
