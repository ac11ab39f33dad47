"""One comment: its words with the evidence, what was decided, what stands around it, and the decision."""

from sqlite3 import Row

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.moderation.desk import scope
from services.moderation.desk.answers import SECURITY, redirect
from services.moderation.desk.deciding import Decided, Wish, decide, knows, reasons
from services.moderation.desk.desk import Desk
from services.moderation.desk.marks import named, pieces
from services.moderation.desk.matter import Matter
from services.moderation.desk.pages import at
from services.moderation.desk.queue import VERDICTS, Wanted, neighbours
from services.moderation.desk.visit import Visit, route
from services.moderation.desk.waiting import QUEUES
from services.moderation.known import Known, Tally, author_key, tally_key
from shared.comments import Verdict
from shared.keys import escape
from shared.outcome import Record

AROUND = 50
"""Comments of a thread or an author on one page."""


def routes(desk: Desk) -> list[Route]:
    """The page, and everything that can be done on it."""
    return [
        route(desk, "/comment", _page),
        route(desk, "/decide", _decide, "POST"),
        route(desk, "/claim", _claim, "POST"),
        route(desk, "/release", _release, "POST"),
    ]


async def _page(visit: Visit) -> Response:
    wanted = Wanted.of(visit.asked("queue"), visit.asked("language"))
    return await shown(visit, visit.request.query_params.get("id", "")[:512], wanted)


async def shown(visit: Visit, id_: str, wanted: Wanted, *, status: int = 200, lost: Decided | None = None) -> Response:
    """The page of a comment; ``lost``: the decision that was just refused on it."""
    desk = visit.desk
    matter = await desk.waiting.one(visit.account, id_)
    if matter is None:
        # Whether there is one that somebody may not see is not told either.
        return visit.wrong(404, visit.words.no_comment)
    standing, before_after = matter.standing, await neighbours(visit, wanted, id_)
    comment, decision = standing.comment, standing.decision
    # A person's record has no hits of its own; what the software found in this very text is as true as before.
    found = decision if decision.hits else desk.ledger.looked(id_, standing.revision) or decision
    around, by_author = await _around(visit, matter)
    known, tally = await _author(desk, comment.author.id) if comment else (Known(), Tally())
    return visit.show(
        "comment.html", status, matter=matter, standing=standing, comment=comment, decision=decision, wanted=wanted,
        lost=lost, named=named, found=found,
        pieces=pieces(comment.body, found) if comment else (),
        may_decide=scope.decides(visit.account, matter), places=scope.places(visit.account, matter),
        before=before_after[0], after=before_after[1], history=_history(desk, id_), around=around, by_author=by_author,
        known=known, tally=tally, queues=scope.asks(visit.account, matter, QUEUES), did=visit.asked("did", 10),
        holder=(await desk.claims.holders([id_])).get(id_),
        reasons=reasons((await desk.policy.in_force()).rules, [hit.reason for hit in found.hits]),
    )  # fmt: skip


async def _author(desk: Desk, author_id: str) -> tuple[Known, Tally]:
    """What was imposed on them, and how their comments stand."""
    key = desk.keys.key
    stored = await desk.redis.hget(key(author_key(author_id)), "known")
    counted = await desk.redis.hget(key(tally_key(author_id)), "tally")
    return Known.of(Record("0.0", {"known": stored} if stored else {})), Tally.of(
        Record("0.0", {"tally": counted} if counted else {})
    )


def _history(desk: Desk, id_: str) -> list[Row]:
    sql = "select * from decisions where comment_id = ? order by revision desc, seq desc, at desc limit 100"
    return desk.ledger.ask(sql, (id_,))


async def _around(visit: Visit, matter: Matter) -> tuple[list[Matter], list[Matter]]:
    """The other comments of its story, and of its author; without those this person may not see."""
    standing, desk = matter.standing, visit.desk
    thread = await _listed(desk, "thread-comments", "article_id", standing.article_id)
    author = standing.comment.author.id if standing.comment else None
    theirs = await _listed(desk, "author-comments", "author_id", author) if author else []
    seen = {}
    for one in await desk.waiting.find(list(dict.fromkeys([*thread, *theirs]))):
        if scope.sees(visit.account, one):
            seen[one.standing.comment_id] = one
    own = {standing.comment_id}
    return [seen[id_] for id_ in thread if id_ in seen.keys() - own], [
        seen[id_] for id_ in theirs if id_ in seen.keys() - own
    ]


async def _listed(desk: Desk, index: str, column: str, value: str) -> list[str]:
    """The newest first: what moderation has listed, and what the ledger saw of it."""
    listed = await desk.redis.zrevrange(desk.keys.key(f"{index}:{escape(value)}"), 0, AROUND - 1)
    # The column is one of two words of this file, never anybody's input.
    sql = f"select comment_id, max(at) from decisions where {column} = ? group by 1 order by 2 desc limit ?"  # noqa: S608
    rows = desk.ledger.ask(sql, (value, AROUND))
    return list(dict.fromkeys([*(one.decode() for one in listed), *(row["comment_id"] for row in rows)]))[:AROUND]


async def _decide(visit: Visit) -> Response:
    id_, verdict = visit.whole_id(), visit.sent("verdict")
    wanted = Wanted.of(visit.sent("queue"), visit.sent("language"))
    if verdict not in VERDICTS or not await knows(visit, visit.sent("reason")):
        return visit.wrong(422, visit.words.wrong_form)
    _, after = await neighbours(visit, wanted, id_)
    wish = Wish(id_, visit.sent("seen", 40), Verdict(verdict), visit.sent("reason", 64), visit.sent("note"))
    found = await decide(visit, wish)
    if found.outcome == "not_allowed":
        return visit.wrong(403, visit.words.wrong_scope)
    if found.outcome == "refused":
        return await shown(visit, id_, wanted, status=409, lost=found)
    told = {"was": id_, "verdict": verdict, "outcome": found.outcome}
    where = {"queue": wanted.queue, "language": wanted.language}
    if after is None:
        return redirect(at("/queue", **where, **told))
    return redirect(at("/comment", id=after, **where, **told))


async def _claim(visit: Visit) -> Response:
    """Asked by a form, or every few minutes by the script of an open page, which wants only the name."""
    id_ = visit.whole_id()
    if await visit.desk.waiting.one(visit.account, id_) is None:
        return visit.wrong(404, visit.words.no_comment)
    holder = await visit.desk.claims.take(id_, visit.account.name)
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"holder": holder}, headers=SECURITY)
    return redirect(_back(visit, id_))


async def _release(visit: Visit) -> Response:
    id_ = visit.whole_id()
    await visit.desk.claims.release(id_, visit.account.name)
    return redirect(_back(visit, id_))


def _back(visit: Visit, id_: str) -> str:
    return at("/comment", id=id_, queue=visit.sent("queue"), language=visit.sent("language"))
