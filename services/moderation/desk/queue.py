"""What waits: a page of it, and deciding about several at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk import scope
from services.moderation.desk.deciding import Decided, Wish, decide, knows, reasons
from services.moderation.desk.desk import Desk
from services.moderation.desk.matter import Matter
from services.moderation.desk.visit import Visit, route
from services.moderation.desk.waiting import QUEUES
from shared.comments import Verdict

A_PAGE = 25
MOST_AT_ONCE = 50
VERDICTS = {Verdict.PUBLISH.value, Verdict.HOLD.value, Verdict.REJECT.value}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queues somebody looks at; it goes along from page to page."""

    queue: str = ""
    language: str = ""

    @classmethod
    def of(cls, queue: str, language: str) -> "Wanted":
        """What is no queue of ours, or no tag of a language, is left out."""
        tag = language if language.isascii() and language.isalpha() and len(language) <= 3 else ""
        return cls(queue if queue in QUEUES else "", tag)

    def queues(self, visit: Visit) -> tuple[str, ...]:
        """Within what this person works on."""
        allowed = scope.queues(visit.account, QUEUES)
        return tuple(one for one in allowed if self.queue in ("", one))


def routes(desk: Desk) -> list[Route]:
    """The list, and what is decided on it."""
    return [route(desk, "/queue", _list), route(desk, "/queue", _bulk, "POST")]


async def _list(visit: Visit) -> Response:
    wanted = Wanted.of(visit.asked("queue"), visit.asked("language"))
    return await _shown(visit, wanted, visit.whole("page", 1, 1, 200))


async def _shown(visit: Visit, wanted: Wanted, number: int, results: tuple[Decided, ...] = ()) -> Response:
    desk, at = visit.desk, (number - 1) * A_PAGE
    matters: list[Matter] = []
    languages: set[str] = set()
    more = False
    async for nth, matter in _numbered(visit, wanted):
        if nth >= at + A_PAGE:
            more = True
            break
        languages.add(matter.language)
        if nth >= at:
            matters.append(matter)
    counts, rules = await desk.waiting.counts(), (await desk.policy.in_force()).rules
    allowed = scope.queues(visit.account, QUEUES)
    known = visit.account.languages or sorted(languages | set(rules.words) | {"und"})
    return visit.show(
        "queue.html", wanted=wanted, matters=matters, number_of_page=number, more=more, results=results,
        counts={queue: counts[queue] for queue in allowed}, known=known, reasons=reasons(rules, ()),
        claims=await desk.claims.holders([one.standing.comment_id for one in matters]),
    )  # fmt: skip


async def _bulk(visit: Visit) -> Response:
    wanted = Wanted.of(visit.sent("queue"), visit.sent("language"))
    verdict, picked = visit.sent("verdict"), visit.form.getlist("pick")[:MOST_AT_ONCE]
    if verdict not in VERDICTS or not await knows(visit, visit.sent("reason")):
        return visit.wrong(422, visit.words.wrong_form)
    wishes = []
    for one in picked:
        seen, _, id_ = str(one).partition(" ")
        wishes.append(Wish(id_, seen, Verdict(verdict), visit.sent("reason", 64), visit.sent("note")))
    results = await asyncio.gather(*(decide(visit, wish) for wish in wishes))
    return await _shown(visit, wanted, 1, tuple(results))


async def _numbered(visit: Visit, wanted: Wanted) -> AsyncIterator[tuple[int, Matter]]:
    nth = 0
    async for matter in visit.desk.waiting.list(visit.account, wanted.queues(visit), wanted.language or None):
        yield nth, matter
        nth += 1


async def neighbours(visit: Visit, wanted: Wanted, comment_id: str) -> tuple[str | None, str | None]:
    """The comments before and after this one, as somebody who looks at this part sees them; after a decision too.

    The one after is the first nobody else has claimed: two people who start together do not read the same.
    """
    before, after, passed = None, None, False
    first: str | None = None
    seen: list[str] = []
    async for _, matter in _numbered(visit, wanted):
        id_ = matter.standing.comment_id
        if id_ == comment_id:
            before, passed = (seen[-1] if seen else None), True
            continue
        seen.append(id_)
        if len(seen) > A_PAGE * 8:
            break
        held = (await visit.desk.claims.holders([id_])).get(id_)
        if held in (None, visit.account.name):
            first = first or id_
            if passed:
                after = id_
                break
    return before, after or first
