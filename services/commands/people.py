"""`lightwire moderation escalate|sanction|thread|hold`: what people do that is no decision about a comment."""

import getpass
from collections.abc import Callable
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json, printable
from services.commands.redis_at import Place
from services.commands.requests import asked
from shared.cases import HoldKind, Role, SanctionKind, ThreadMode
from shared.comments import Queue
from shared.errors import explain
from shared.events import EscalationRequested, HoldRequested, SanctionRequested, ThreadRequested
from shared.requests import PersonAsks

Actor = Annotated[str | None, typer.Option("--actor", help="Who acts; else your login name.")]
Note = Annotated[str | None, typer.Option(help="Why, for others at the desk.")]


def escalate(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="COMMENT")],
    queue: Annotated[str, typer.Argument(metavar="QUEUE", help=f"One of {', '.join(Queue)}.")],
    note: Note = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Ask those of another queue to decide about a comment.

    Exit codes: 0 they are asked; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation escalate comment-7 legal --note "Is it libel?"
    """
    _do(ctx, lambda who: EscalationRequested.model_validate(
        {**who, "comment_id": id_, "queue": queue, "note": note}, strict=False
    ), lambda _: f"{printable(id_)}: waits in {queue}", as_json, actor)  # fmt: skip


def sanction(
    ctx: typer.Context,
    author: Annotated[str, typer.Argument(metavar="AUTHOR", help="The pseudonym.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(SanctionKind)}.")],
    until: Annotated[str | None, typer.Option(help="RFC 3339 with a zone; a suspension needs it.")] = None,
    section: Annotated[str | None, typer.Option(help="Where it holds; else everywhere.")] = None,
    reason: Annotated[str, typer.Option(help="Public code, for the author.")] = "rules",
    lift: Annotated[bool, typer.Option("--lift", help="Take it back.")] = False,
    language: Annotated[str | None, typer.Option(help="In which the author is told.")] = None,
    note: Note = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Warn an author, read their comments first, suspend or ban them; or lift that.

    Exit codes: 0 done; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation sanction reader-77 suspend --until 2026-12-31T00:00:00Z --reason insult
    """
    told = f"{printable(author)}: {kind} {'lifted' if lift else 'holds' + (f' until {until}' if until else '')}"
    _do(ctx, lambda who: SanctionRequested.model_validate(
        {**who, "author_id": author, "kind": kind, "until": until, "section": section, "reason": reason, "lift": lift,
         "language": language, "note": note}, strict=False
    ), lambda _: told, as_json, actor)  # fmt: skip


def thread(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE")],
    mode: Annotated[str, typer.Argument(metavar="MODE", help=f"One of {', '.join(ThreadMode)}.")],
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Say who may speak under a story from now on.

    Exit codes: 0 done; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation thread urn:newsml:desk.example:1 premoderated
    """
    _do(ctx, lambda who: ThreadRequested.model_validate(
        {**who, "article_id": article, "mode": mode}, strict=False
    ), lambda _: f"{printable(article)}: {mode}", as_json, actor)  # fmt: skip


def hold(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE")],
    lift: Annotated[bool, typer.Option("--lift", help="Let it go; that takes two people.")] = False,
    kind: Annotated[
        str, typer.Option(help=f"One of {', '.join(HoldKind)}; safety holds are the gate's own.")
    ] = "legal",
    revision: Annotated[int | None, typer.Option(help="With --lift: which revision you have looked at.")] = None,
    note: Note = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Keep a story back from every channel, or let it go.

    Exit codes: 0 done, or the first of two has asked; 1 refused, or no answer in time; 2 wrong usage; 3 Redis cannot
    be reached.

    Example: lightwire moderation hold urn:newsml:desk.example:1 --note "Our lawyers ask for a day."
    """
    _do(ctx, lambda who: HoldRequested.model_validate(
        {**who, "article_id": article, "kind": kind, "lift": lift, "revision": revision, "note": note}, strict=False
    ), lambda done: f"{printable(article)}: {_OF_STORIES[done['action']]}", as_json, actor)  # fmt: skip


_OF_STORIES = {"hold": "is kept back", "second": "a second person must ask, too", "lift": "let go"}


def _do(
    ctx: typer.Context,
    wish: Callable[[dict[str, Any]], PersonAsks],
    told: Callable[[dict[str, Any]], str],
    as_json: bool,
    actor: str | None,
) -> None:
    place: Place = ctx.obj
    who = {"actor": {"kind": "human", "id": actor or getpass.getuser()}, "role": Role.ADMIN}

    async def work() -> None:
        try:
            request = wish(who)
        except ValidationError as error:
            raise Problem(explain(error), Code.USAGE) from None
        async with place.open() as redis:
            seen = await asked(redis, place.keys, request)
        if as_json:
            print_json(seen.data)
        else:
            out.print(told(seen.data))

    answer(work(), where=place.shown)
