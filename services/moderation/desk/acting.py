"""What people do beside deciding: ask others, sanction authors, say who may speak under a story, keep stories back."""

from datetime import UTC, datetime, timedelta
from time import time

from pydantic import ValidationError
from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk import scope
from services.moderation.desk.answers import redirect, whole
from services.moderation.desk.deciding import knows
from services.moderation.desk.desk import Desk
from services.moderation.desk.pages import at
from services.moderation.desk.visit import Visit, route
from services.moderation.desk.waiting import QUEUES
from shared.cases import HoldKind, Role, SanctionKind, ThreadMode
from shared.comments import Actor, Queue
from shared.requests import EscalationRequested, HoldRequested, PersonAsks, SanctionRequested, ThreadRequested

MOST_DAYS = 3_650


def routes(desk: Desk) -> list[Route]:
    """Moderation looks at roles too, and has the last word."""
    return [
        route(desk, "/escalate", _escalate, "POST"),
        route(desk, "/sanction", _sanction, "POST"),
        route(desk, "/story/thread", _thread, "POST", Role.EDITOR),
        route(desk, "/story/hold", _hold, "POST", Role.EDITOR),
    ]


async def _escalate(visit: Visit) -> Response:
    id_ = visit.whole_id()
    matter = await visit.desk.waiting.one(visit.account, id_)
    if matter is None:
        return visit.wrong(404, visit.words.no_comment)
    to = visit.sent("to", 20)
    if to not in scope.asks(visit.account, matter, QUEUES):
        return visit.wrong(*((403, visit.words.wrong_scope) if to in QUEUES else (422, visit.words.wrong_form)))
    try:
        wish = EscalationRequested(
            comment_id=id_,
            queue=Queue(to),
            note=visit.sent("note") or None,
            actor=_person(visit),
            role=visit.account.role,
        )
    except (ValidationError, ValueError):
        return visit.wrong(422, visit.words.wrong_form)
    return await _asked(visit, wish, at("/comment", id=id_))


async def _sanction(visit: Visit) -> Response:
    """Of the author of a comment somebody may decide about: in its section or, for who has no limits, anywhere."""
    id_ = visit.whole_id()
    matter = await visit.desk.waiting.one(visit.account, id_)
    if matter is None or matter.standing.comment is None:
        return visit.wrong(404, visit.words.no_comment)
    places, lift = scope.places(visit.account, matter), visit.sent("lift") == "1"
    section, reason = visit.sent("section", 200), visit.sent("reason")
    # What holds elsewhere is lifted by who could have imposed it anywhere; moderation knows whether there is any.
    if section not in places and not (lift and "" in places):
        return visit.wrong(403, visit.words.wrong_scope)
    if not await knows(visit, reason):
        return visit.wrong(422, visit.words.wrong_form)
    days = whole(visit.sent("days", 5))
    until = timedelta(days=min(days, MOST_DAYS)) if days else None
    try:
        wish = SanctionRequested(
            author_id=matter.standing.comment.author.id, kind=SanctionKind(visit.sent("kind", 20)),
            lift=lift, section=section or None,
            until=datetime.fromtimestamp(time(), UTC) + until if until else None,
            reason=reason or "rules", note=visit.sent("note") or None, language=matter.language,
            actor=_person(visit), role=visit.account.role,
        )  # fmt: skip
    except (ValidationError, ValueError):
        return visit.wrong(422, visit.words.sanction_wrong)
    return await _asked(visit, wish, at("/comment", id=id_))


async def _thread(visit: Visit) -> Response:
    id_ = visit.whole_id()
    try:
        wish = ThreadRequested(
            article_id=id_, mode=ThreadMode(visit.sent("mode", 20)), actor=_person(visit), role=visit.account.role
        )
    except (ValidationError, ValueError):
        return visit.wrong(422, visit.words.wrong_form)
    return await _asked(visit, wish, at("/story", id=id_))


async def _hold(visit: Visit) -> Response:
    id_ = visit.whole_id()
    try:
        wish = HoldRequested(
            article_id=id_, kind=HoldKind(visit.sent("kind", 20)), lift=visit.sent("lift") == "1",
            revision=int(seen) if (seen := visit.sent("revision", 20)) else None,
            note=visit.sent("note") or None, actor=_person(visit), role=visit.account.role,
        )  # fmt: skip
    except (ValidationError, ValueError):
        return visit.wrong(422, visit.words.wrong_form)
    return await _asked(visit, wish, at("/story", id=id_))


def _person(visit: Visit) -> Actor:
    return Actor(kind="human", id=visit.account.name)


async def _asked(visit: Visit, wish: PersonAsks, back: str) -> Response:
    answer, words = await visit.desk.asking.ask(wish), visit.words
    if answer is None:
        return redirect(f"{back}&did=later")
    if not answer.refused:
        return redirect(f"{back}&did={'second' if answer.data.get('action') == 'second' else 'done'}")
    why = {
        "not-allowed": words.wrong_role, "same-person": words.refused_same, "unknown": words.refused_unknown,
        "withdrawn": words.refused_withdrawn, "stale": words.refused_short,
    }.get(str(answer.data.get("why")), str(answer.data.get("detail", "")))  # fmt: skip
    return visit.wrong(409, why)
