"""Comments by what somebody was told of them: their id, their author's, or their story's."""

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.desk import Desk
from services.moderation.desk.scope import sees
from services.moderation.desk.visit import Visit, route
from shared.keys import escape

MOST = 100


def routes(desk: Desk) -> list[Route]:
    """One page, with the question in its address."""
    return [route(desk, "/search", _page)]


async def _page(visit: Visit) -> Response:
    asked = visit.asked("q", 512)
    found = await _found(visit, asked) if asked else []
    return visit.show("search.html", asked=asked, found=found)


async def _found(visit: Visit, asked: str) -> list[object]:
    """The comment of this id first, then the newest of an author (pseudonym or shown name) or a story."""
    desk = visit.desk
    ids = [asked]
    for index in ("author-comments", "thread-comments"):
        listed = await desk.redis.zrevrange(desk.keys.key(f"{index}:{escape(asked)}"), 0, MOST - 1)
        ids += [one.decode() for one in listed]
    rows = desk.ledger.ask(
        "select comment_id, max(at) from decisions where author_id = ?1 or author = ?1 or article_id = ?1 "
        "group by 1 order by 2 desc limit ?2",
        (asked, MOST),
    )
    ids = list(dict.fromkeys([*ids, *(row["comment_id"] for row in rows)]))[: 2 * MOST]
    return [one for one in await desk.waiting.find(ids) if sees(visit.account, one)]
