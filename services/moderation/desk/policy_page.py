"""The policy that counts, rule by rule, with what each did; and what another one would have done."""

import asyncio
from time import time

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from services.moderation.desk.answers import redirect, whole
from services.moderation.desk.desk import Desk
from services.moderation.desk.live import InForce
from services.moderation.desk.visit import Visit, route
from services.moderation.policy import PolicyError, Rule, rulebook
from services.moderation.trial.decisions import decisions
from services.moderation.trial.replay import Trial, replay
from shared.cases import Role
from shared.comments import Actor, Verdict
from shared.requests import MOST_TEXT, PolicyRequested

DAY_S = 86_400
DAYS = 7
MOST_DECISIONS = 20_000
PERIODS = (1, 3, 7, 14, 30)
_HITS = """
    select hits.rule, shadow, count(*) as hits, count(p.id) as judged, sum(p.verdict in ('hold', 'reject')) as stopped
    from hits join decisions d on d.id = hits.decision and d.at >= ?
    left join decisions p on p.supersedes = d.id and p.kind = 'human'
    group by hits.rule, shadow
"""


def routes(desk: Desk) -> list[Route]:
    """Looking is for everybody, trying for editors, activating for admins."""
    return [
        route(desk, "/policy", _policy),
        route(desk, "/policy/activate", _activate, "POST", Role.ADMIN),
        route(desk, "/what-if", _form, role=Role.EDITOR),
        route(desk, "/what-if", _tried, "POST", Role.EDITOR),
    ]


async def _policy(visit: Visit) -> Response:
    in_force = await visit.desk.policy.in_force()
    rows = await asyncio.to_thread(visit.desk.ledger.ask, _HITS, (time() - DAYS * DAY_S,))
    return visit.show(
        "policy.html", policy=in_force, days=DAYS, hits={(row["rule"], bool(row["shadow"])): row for row in rows},
        conditions=conditions, activated=visit.asked("activated"),
    )  # fmt: skip


def conditions(rule: Rule) -> list[str]:
    """Each as the policy's own text has it."""
    asked = rule.when.model_dump(exclude_none=True)
    return [
        f"{name} = {', '.join(value) if isinstance(value, list | tuple) else value}" for name, value in asked.items()
    ]  # fmt: skip


async def _form(visit: Visit) -> Response:
    in_force = await visit.desk.policy.in_force()
    return _shown(visit, in_force.text)


def _shown(visit: Visit, text: str, status: int = 200, wrong: str = "", trial: Trial | None = None) -> Response:
    return visit.show(
        "what_if.html", status, text=text, wrong=wrong, trial=trial, verdicts=tuple(Verdict), periods=PERIODS,
        days=_days(visit), most=MOST_DECISIONS,
    )  # fmt: skip


async def _tried(visit: Visit) -> Response:
    text, in_force = await _candidate(visit), await visit.desk.policy.in_force()
    try:
        rules = rulebook(text.encode(), _files(in_force))
    except PolicyError as error:
        return _shown(visit, text, 422, str(error))
    since = max(0, int((time() - _days(visit) * DAY_S) * 1000))
    # One at a time: each takes a core for seconds, and the others still want to decide.
    async with visit.desk.trying:
        told = [one async for one in decisions(visit.desk.redis, visit.desk.keys, since, MOST_DECISIONS)]
        trial = await asyncio.to_thread(replay, told, rules)
    return _shown(visit, text, trial=trial)


async def _activate(visit: Visit) -> Response:
    """The text that was tried, under the word lists that count; or, empty, the file again."""
    in_force, text = await visit.desk.policy.in_force(), await _candidate(visit)
    back = visit.sent("back") == "1"
    wish = PolicyRequested(
        policy="" if back else text, files={} if back else dict(in_force.files),
        actor=Actor(kind="human", id=visit.account.name), role=visit.account.role,
    )  # fmt: skip
    answer = await visit.desk.asking.ask(wish)
    if answer is None:
        return redirect("/policy?activated=later")
    if answer.refused:
        return _shown(visit, text, 422, str(answer.data.get("detail", "")))
    return redirect("/policy?activated=now")


async def _candidate(visit: Visit) -> str:
    """What was uploaded, else what was typed."""
    file = visit.form.get("file")
    if isinstance(file, UploadFile) and file.size:
        return (await file.read(MOST_TEXT)).decode("utf-8", "replace")
    text = visit.form.get("text")
    return text.replace("\r\n", "\n")[:MOST_TEXT] if isinstance(text, str) else ""


def _files(in_force: InForce) -> dict[str, bytes]:
    return {name: text.encode() for name, text in in_force.files.items()}


def _days(visit: Visit) -> int:
    days = whole(visit.sent("days", 3))
    return days if days in PERIODS else DAYS
