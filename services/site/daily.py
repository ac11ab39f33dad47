"""The index of the day, made once a day and kept: a copy that is older than it can be told from a new one."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from services.site.arrival import Arrival
from services.site.catalogue import Catalogue
from services.site.folds.day_index import day_index, signed
from services.site.holdings import standings
from services.site.receipts import Write
from services.site.shelf import Shelf
from shared.logs import logger
from shared.signatures import Signer

LOOK_EVERY_S, LOOK_AGAIN_S = 60.0, 0.5


def held_index(catalogue: Catalogue, day: str) -> tuple[str, str] | None:
    """The index of a day (``2026-11-25``) and its signature."""
    found = catalogue.rows("SELECT content, signature FROM day_index WHERE day = ?", (day,))
    return (str(found[0][0]), str(found[0][1])) if found else None


def newest_day(catalogue: Catalogue) -> str | None:
    """The last day there is an index of."""
    ((day,),) = catalogue.rows("SELECT max(day) FROM day_index")
    return day and str(day)


def make_index(db: Path, shelf: Shelf, signer: Signer, day: date) -> bool:
    """True where the day has an index now; one of no stories at all would say nothing, and is not made."""
    with closing(Catalogue(db)) as catalogue:
        if held_index(catalogue, day.isoformat()):
            return True
        listed = list(standings(catalogue))
    if not listed:
        return False
    text = day_index(day, listed)
    shelf.keep_index(day, text, signed(text, day, signer))
    return True


async def make_daily(db: Path, shelf: Shelf, write: Write, signer: Signer, arrival: Arrival) -> None:
    """Look once a minute whether the day (UTC) has its index, until cancelled; never before everything that was
    written before the start has been read, for an index that is behind would take new copies for forged."""
    while True:
        if arrival.reached:
            try:
                await write(partial(make_index, db, shelf, signer, datetime.now(UTC).date()))
            except sqlite3.Error as error:
                logger().warning("index.failed", error=type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_S if arrival.reached else LOOK_AGAIN_S)
