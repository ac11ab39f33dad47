"""`lightwire moderation user`: who may sign in at the moderators' desk."""

import getpass
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import pyotp
import segno
import typer
from pydantic import ValidationError

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json
from services.commands.cases import QUEUES
from services.commands.redis_at import Place
from shared.accounts import Account, Accounts, Refused, hashed, one_time_password
from shared.cases import Role
from shared.comments import Queue
from shared.errors import explain

user = typer.Typer(
    name="user", help="Who may sign in at the moderators' desk.", no_args_is_help=True, rich_markup_mode=None
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Small Latin letters and digits, such as parisa.")]
Actor = Annotated[str | None, typer.Option("--actor", help="Who acts, for the audit; else your login name.")]
Ask = Annotated[bool, typer.Option("--ask", help="Ask for the password here; else a one-time password is made.")]
RoleOf = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(Role)}.")]
Queues = Annotated[str, typer.Option("--queues", help=f"With commas, of {', '.join(QUEUES)}; else all.")]
Languages = Annotated[str, typer.Option("--languages", help="Of comments, with commas: fa,en; else all.")]
Sections = Annotated[str, typer.Option("--sections", help="Of stories, with commas; else all.")]
Email = Annotated[str | None, typer.Option("--email", help="As the identity provider knows them, where there is one.")]
Made = Callable[[Account | None], Account | None]


@user.command()
def add(
    ctx: typer.Context, name: Name, role: RoleOf = Role.MODERATOR.value, queues: Queues = "", languages: Languages = "",
    sections: Sections = "", email: Email = None, ask: Ask = False, actor: Actor = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make an account, with a password for once and the secret of its six digits.

    Both are shown this one time; with --email and without --ask there is neither, and they sign in at your provider.
    Scopes limit moderators only.

    Exit codes: 0 made; 1 there is one of this name; 2 wrong usage; 3 Redis cannot be reached.

    Example: lightwire moderation user add parisa --role moderator --languages fa,en
    """
    elsewhere = email is not None and not ask
    password, secret = (None, None) if elsewhere else (_password(ask=ask), pyotp.random_base32())
    try:
        account = Account(
            name=name, role=Role(role), password=hashed(password) if password else None,
            must_change=not (ask or elsewhere), totp=secret, queues=tuple(Queue(one) for one in _listed(queues)),
            languages=_listed(languages), sections=_listed(sections), email=email,
            created_at=datetime.now(UTC),
        )  # fmt: skip
    except ValidationError as error:
        _usage(explain(error))
    except ValueError as error:
        _usage(str(error))

    def made(before: Account | None) -> Account:
        if before is not None:
            raise Refused(f"there is an account {name}: remove it first, or choose another name")
        return account

    _change(ctx, name, "desk.user.add", made, actor, detail=role)
    _tell(account, None if ask else password, secret, as_json=as_json)


@user.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List accounts, by name.

    Exit codes: 0 there are some; 1 there is none; 3 Redis cannot be reached.

    Example: lightwire moderation user list
    """
    place: Place = ctx.obj

    async def work() -> None:
        async with place.open() as redis:
            found = await Accounts(redis, place.keys).everyone()
        if as_json:
            print_json([one.model_dump(mode="json", exclude={"password", "totp", "epoch"}) for one in found])
        for one in () if as_json else found:
            limits = [*one.queues, *one.languages, *one.sections] if one.role is Role.MODERATOR else []
            states = [word for word, is_so in (("disabled", one.disabled), ("demo", one.demo)) if is_so]
            out.print("  ".join([f"{one.name:<16}", f"{one.role.value:<9}", ", ".join(limits or ["all"]), *states]))
        if not found:
            raise Problem("nobody may sign in yet: `lightwire moderation user add NAME`")

    answer(work(), where=place.shown)


@user.command()
def passwd(ctx: typer.Context, name: Name, ask: Ask = False, actor: Actor = None, as_json: AsJson = False) -> None:
    """Give somebody a new password; whoever is signed in as them is signed out.

    Exit codes: 0 done; 1 there is no such account; 3 Redis cannot be reached.

    Example: lightwire moderation user passwd parisa
    """
    password = _password(ask=ask)
    try:
        kept = hashed(password)
    except Refused as error:
        _usage(str(error))
    made = _changed(name, lambda one: {"password": kept, "must_change": not ask, "epoch": one.epoch + 1})
    account = _change(ctx, name, "desk.user.passwd", made, actor)
    _tell(account, None if ask else password, None, as_json=as_json)


@user.command()
def totp(ctx: typer.Context, name: Name, actor: Actor = None, as_json: AsJson = False) -> None:
    """Give somebody a new secret for their six digits, as for a lost phone; they are signed out.

    Exit codes: 0 done; 1 there is no such account; 3 Redis cannot be reached.

    Example: lightwire moderation user totp parisa
    """
    secret = pyotp.random_base32()
    made = _changed(name, lambda one: {"totp": secret, "demo": False, "epoch": one.epoch + 1})
    _tell(_change(ctx, name, "desk.user.totp", made, actor), None, secret, as_json=as_json)


@user.command()
def disable(
    ctx: typer.Context, name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False, actor: Actor = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Keep somebody out, at once; what they decided stays.

    Exit codes: 0 done; 1 there is no such account; 3 Redis cannot be reached.

    Example: lightwire moderation user disable parisa
    """
    made = _changed(name, lambda one: {"disabled": not undo, "epoch": one.epoch + 1})
    _change(ctx, name, "desk.user.enable" if undo else "desk.user.disable", made, actor)
    if as_json:
        print_json({"name": name, "disabled": not undo})
        return
    out.print(f"{name} {'may sign in again' if undo else 'is signed out and may not sign in'}")


@user.command()
def remove(ctx: typer.Context, name: Name, actor: Actor = None, as_json: AsJson = False) -> None:
    """Delete an account, at once; what they decided stays, with their name.

    Exit codes: 0 done; 1 there is no such account; 3 Redis cannot be reached.

    Example: lightwire moderation user remove parisa
    """

    def made(before: Account | None) -> None:
        _there(name, before)

    _change(ctx, name, "desk.user.remove", made, actor)
    if as_json:
        print_json({"name": name, "removed": True})
        return
    out.print(f"{name} is removed")


def _there(name: str, before: Account | None) -> Account:
    if before is None:
        raise Refused(f"there is no account {name}: see `lightwire moderation user list`")
    return before


def _changed(name: str, fields: Callable[[Account], dict[str, object]]) -> Callable[[Account | None], Account]:
    def made(before: Account | None) -> Account:
        account = _there(name, before)
        return account.model_copy(update=fields(account))

    return made


def _change(ctx: typer.Context, name: str, action: str, made: Made, actor: str | None, detail: str = "") -> Account:
    place: Place = ctx.obj
    last: list[Account | None] = []

    def kept(before: Account | None) -> Account | None:
        last.append(made(before))
        return last[-1]

    async def work() -> None:
        async with place.open() as redis:
            try:
                await Accounts(redis, place.keys).change(name, actor or getpass.getuser(), action, kept, detail)
            except Refused as error:
                raise Problem(str(error)) from None

    answer(work(), where=place.shown)
    return last[-1]  # type: ignore[return-value]


def _password(*, ask: bool) -> str:
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else one_time_password()


def _tell(account: Account, password: str | None, secret: str | None, *, as_json: bool) -> None:
    address = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name="Lightwire desk") if secret else None
    if as_json:
        print_json({"name": account.name, "role": account.role.value, "password": password, "totp": address})
        return
    out.print(f"{account.name}, {account.role.value}")
    if password:
        out.print(f"password, for once: {password}")
    if address:
        drawn = io.StringIO()
        segno.make(address, error="l").terminal(drawn, compact=True)
        out.print(f"digits: {address}\n")
        typer.echo(drawn.getvalue())
        out.print("Scan it with an authenticator app. None of this is shown again.")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _usage(message: str) -> NoReturn:
    async def wrong() -> None:
        raise Problem(message, Code.USAGE)

    answer(wrong(), where="")
    raise AssertionError
