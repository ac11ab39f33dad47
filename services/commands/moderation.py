"""`lightwire moderation`: what waits for a person, why, and the person's decision."""

import getpass
import time
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.text import Text

from services.commands.answers import AsJson, Code, Problem, answer, iso, out, print_json, printable, span
from services.commands.audit import audit
from services.commands.cases import QUEUES, Case, find, waiting
from services.commands.desk_users import user
from services.commands.imports.command import importing
from services.commands.people import escalate, hold, sanction, thread
from services.commands.policy import policy, what_if
from services.commands.rebuild import rebuild
from services.commands.redis_at import Place
from services.commands.requests import told_of
from services.commands.wire import Seen
from shared.cases import Role
from shared.comments import Actor, Verdict
from shared.errors import explain as explain_error
from shared.events import DecisionRefused, DecisionRequested

moderation = typer.Typer(
    name="moderation", help="Comments: what waits for a person, why, and to decide.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip
moderation.add_typer(importing)
moderation.add_typer(user)

SHOWN = 72
"""Characters of a comment in a list."""


@moderation.command()
def queue(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="QUEUE", help=f"One of {', '.join(QUEUES)}; all.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person, the most urgent first.

    Held comments, and those somebody asks about: deadline, why, and their first words.

    Exit codes: 0 some wait; 1 none does; 2 there is no such queue; 3 Redis cannot be reached.

    Example: lightwire moderation queue safety
    """
    place: Place = ctx.obj

    async def work() -> None:
        if name not in (None, *QUEUES):
            raise Problem(f"{name}: must be one of {', '.join(QUEUES)}", Code.USAGE)
        async with place.open() as redis:
            found = [
                (deadline, one, case)
                for one in ((name,) if name else QUEUES)
                async for deadline, case in waiting(redis, place.keys, one)
            ]
        found.sort(key=lambda each: each[0])
        now = int(time.time() * 1000)
        if as_json:
            print_json([_told(case) | {"queue": one, "deadline": iso(deadline)} for deadline, one, case in found])
        for deadline, one, case in () if as_json else found:
            late = deadline < now
            due = f"{span(abs(deadline - now))} {'late' if late else 'left'}"
            why = case.asks or case.why
            line = f"{due:>12}  {one:<8}  {printable(case.id)}  {case.language}  {printable(why)}"
            out.print(Text(line, style="bold red" if late else "bold"))
            words = printable(" ".join((case.body or "").split()))
            out.print(f"{'':>14}{words[:SHOWN]}{'…' if len(words) > SHOWN else ''}")
        if not found:
            raise Problem("nothing waits" + (f" in {name}" if name else ""))

    answer(work(), where=place.shown)


@moderation.command()
def explain(
    ctx: typer.Context, id_: Annotated[str, typer.Argument(metavar="COMMENT")], as_json: AsJson = False
) -> None:
    """Tell why a comment stands as it does.

    The decision that holds, every rule that hit, and the text with the evidence in brackets.

    Exit codes: 0 told; 1 moderation does not know it; 3 Redis cannot be reached.

    Example: lightwire moderation explain comment-7
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            case = await find(redis, place.keys, id_)
        if as_json:
            print_json(case.standing)
            return
        decision, (revision, seq) = case.decision, case.seen
        actor = decision.get("actor", {})
        by = f"{printable(actor.get('id'))} ({actor.get('kind')})"
        out.print(Text(f"{decision.get('verdict')} by {by} at {decision.get('at')}", style="bold"))
        out.print(f"revision {revision}, decision {seq}, {case.language}, reason {printable(decision.get('reason'))}")
        if case.standing.get("queue"):
            out.print(f"waits in {case.standing['queue']} until {case.standing.get('deadline')}")
        for hit in decision.get("hits", ()):
            out.print(f"rule {printable(hit['rule'])}: {hit['verdict']}, {_evidence(hit)}")
        for check in decision.get("unknown", ()):
            out.print(f"unchecked: {printable(check)} could not look")
        for hit in decision.get("shadow", ()):
            out.print(Text(f"on trial: {printable(hit['rule'])} would {hit['verdict']}", style="dim"))
        _print_case(case)
        if decision.get("note"):
            out.print(f"note: {printable(decision['note'])}")
        out.print()
        out.print(printable(case.marked, lines=True) if case.body is not None else "(its author took it back)")

    answer(work(), where=place.shown)


@moderation.command()
def decide(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="COMMENT")],
    verdict: Annotated[str, typer.Argument(metavar="publish|hold|reject")],
    reason: Annotated[str | None, typer.Option(help="Public code, for the author.")] = None,
    note: Annotated[str | None, typer.Option(help="For other moderators.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Who decides; else your login name.")] = None,
    seen: Annotated[
        str | None, typer.Option(metavar="REVISION.DECISION", help="What you have seen; else what holds now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide about a comment, and wait for moderation to take it.

    It is refused where somebody else was quicker, or the comment was edited; what holds instead is told.

    Exit codes: 0 decided; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation decide comment-7 publish --note "He quotes the minister."
    """
    place: Place = ctx.obj

    async def work() -> None:
        if verdict not in ("publish", "hold", "reject"):
            raise Problem(f"{verdict}: must be publish, hold or reject", Code.USAGE)
        async with place.open() as redis:
            case = await find(redis, place.keys, id_)
            revision, seq = _seen(seen) if seen else case.seen
            try:
                wish = DecisionRequested(
                    comment_id=id_, revision=revision, seq=seq, verdict=Verdict(verdict), reason=reason, note=note,
                    actor=Actor(kind="human", id=actor or getpass.getuser()), role=Role.ADMIN,
                )  # fmt: skip
            except ValidationError as error:
                raise Problem(explain_error(error), Code.USAGE) from None
            told = await told_of(redis, place.keys, wish)
        if as_json:
            print_json(told.data | {"accepted": not _refusal(told)})
        elif not _refusal(told):
            decision = told.data["decision"]
            out.print(f"{printable(id_)}: {decision['verdict']}, decision {decision['seq']}")
            if decision.get("reason") == "second-person":
                out.print("its rule asks for two: a second person must let it through, too")
        if _refusal(told):
            raise Problem(f"{id_}: {told.data.get('detail')}")

    answer(work(), where=place.shown)


moderation.add_typer(policy)

for command in (what_if, escalate, sanction, thread, hold, audit, rebuild):
    moderation.command()(command)


def _refusal(seen: Seen) -> bool:
    return seen.stream == DecisionRefused.stream


def _seen(text: str) -> tuple[int, int]:
    revision, dot, seq = text.partition(".")
    if not (dot and revision.isdigit() and seq.isdigit()):
        raise Problem(f"--seen {text}: write REVISION.DECISION, such as 3.0", Code.USAGE)
    return int(revision), int(seq)


def _told(case: Case) -> dict[str, Any]:
    revision, seq = case.seen
    return {
        "comment_id": case.id, "article_id": case.standing.get("article_id"), "revision": revision, "decision": seq,
        "language": case.language,
        "case": case.opened or None, "rule": case.decision.get("rule"), "reason": case.decision.get("reason"),
        "body": case.body,
    }  # fmt: skip


def _print_case(case: Case) -> None:
    """Who asks for another look, and in which words."""
    opened = case.opened
    if not opened:
        return
    out.print(Text(f"waits in {opened['queue']} until {opened['deadline']}: {printable(case.asks)}", style="bold"))
    reports = opened.get("reports") or ()
    if reports:
        out.print(f"reported by {len(reports)} reader{'s' if len(reports) > 1 else ''}")
    for one in (*reports, opened.get("escalation") or {}):
        if one.get("note"):
            out.print(f"  {printable(one['note'])}")
    if appeal := opened.get("appeal"):
        out.print(f"its author: {printable(appeal['words'])}")
        if appeal.get("decided_by"):
            out.print(f"not for {printable(appeal['decided_by'])}, who decided before")


def _evidence(hit: dict[str, Any]) -> str:
    """Which check, and what of it; never more than the record has."""
    words = []
    for one in hit.get("evidence", ()):
        what = one.get("term") or one.get("kind") or one.get("list") or one.get("score")
        where = f" in the {printable(one['of'])}" if one.get("of") else ""
        words.append((f"{one['check']} {printable(what)}" if what is not None else str(one["check"])) + where)
    return ", ".join(dict.fromkeys(words)) or "no evidence kept"
