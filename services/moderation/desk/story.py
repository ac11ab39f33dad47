"""Stories as moderation knows them: who may speak, what keeps one back, and everything said under it."""

from pydantic import ValidationError
from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.desk import Desk
from services.moderation.desk.scope import sees
from services.moderation.desk.visit import Visit, route
from services.moderation.gate import holds_key
from services.moderation.known import Gate, Thread, thread_key
from shared.blocks import blocks_of
from shared.cases import HoldKind, Role, ThreadMode
from shared.keys import escape
from shared.outcome import Record

MOST = 200


def routes(desk: Desk) -> list[Route]:
    """One story, and those that wait for two people."""
    return [route(desk, "/story", _story, role=Role.EDITOR), route(desk, "/holds", _holds, role=Role.EDITOR)]


async def _story(visit: Visit) -> Response:
    desk, id_ = visit.desk, visit.request.query_params.get("id", "")[:512]
    found = await desk.redis.hmget(desk.keys.key(thread_key(id_)), ("version", "thread", "gate"))
    if found[0] is None:
        return visit.wrong(404, visit.words.no_story)
    record = Record(found[0].decode(), {n: v for n, v in zip(("thread", "gate"), found[1:], strict=True) if v})
    try:
        thread, gate = Thread.of(record) or Thread(), Gate.of(record)
    except ValidationError:
        return visit.wrong(500, visit.words.wrong_fault)
    listed = await desk.redis.zrevrange(desk.keys.key(f"thread-comments:{escape(id_)}"), 0, MOST - 1)
    matters = [one for one in await desk.waiting.find([one.decode() for one in listed]) if sees(visit.account, one)]
    kinds = [kind for kind, is_so in (
        (HoldKind.LEGAL, gate.legal), (HoldKind.SAFETY, bool(set(gate.marks) - set(gate.cleared)))
    ) if is_so]  # fmt: skip
    return visit.show(
        "story.html", id_=id_, story=(await desk.articles.find([id_])).get(id_), thread=thread, gate=gate, kinds=kinds,
        matters=matters, modes=tuple(ThreadMode), did=visit.asked("did", 10), waits=_lines(gate),
    )  # fmt: skip


def _lines(gate: Gate) -> list[str]:
    """The words of the revision that waits, which nobody can let go unread."""
    article = gate.held.article if gate.held else None
    if article is None:
        return []
    text = [line for block in blocks_of(article.body_html) for line in (block.items or (block.text,))]
    captions = [part for image in article.images for part in (image.caption, image.alt, image.credit)]
    return [line for line in (article.kicker, article.headline, article.standfirst, *text, *captions) if line]


async def _holds(visit: Visit) -> Response:
    desk = visit.desk
    pipe = desk.redis.pipeline(transaction=False)
    for kind in HoldKind:
        pipe.zrange(desk.keys.key(holds_key(kind)), 0, MOST - 1, withscores=True)
    waiting = sorted(
        (score, member.decode(), kind.value)
        for kind, page in zip(HoldKind, await pipe.execute(), strict=True)
        for member, score in page
    )
    stories = await desk.articles.find(id_ for _, id_, _ in waiting)
    return visit.show("holds.html", waiting=waiting, stories=stories)
