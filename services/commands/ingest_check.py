"""`lightwire ingest-check`: what ingest would make of a document, without sending it anywhere."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from services.commands.answers import AsJson, Code, Problem, end_with, out, print_json, printable
from services.commands.markup_removed import removed
from services.ingest.adapters import ADAPTERS
from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.admit import admit_article, admit_comment
from shared.articles import Status
from shared.comments import CommentStatus
from shared.errors import Rejected
from shared.events import ArticleIngested, ArticleSubmitted

_FORMATS = ", ".join(ADAPTERS)
_SHOWN = 160
_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Checked:
    """One document, or one story of it, and what would become of it."""

    file: str
    decision: str
    """`created`, `held`, `withdrawn`, `ignored`, `nothing` or `refused`."""
    why: str = ""
    intake: Intake | None = None
    removed: tuple[str, ...] = ()
    """What sanitising takes out of the body."""
    html: str | None = None
    """The body as it would be published."""
    warnings: Sequence[str] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        said = self.intake.submission if self.intake else None
        return {
            "file": self.file, "decision": self.decision, "why": self.why,
            "event_id": self.intake.event_id if self.intake else None,
            "type": said.type if said else None,
            "submission": said.model_dump(mode="json", exclude_defaults=True) if said else None,
            "warnings": list(self.warnings), "removed": list(self.removed), "body_html": self.html,
        }  # fmt: skip


def ingest_check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR|-", help="Documents; a folder; - for standard input.")
    ],
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help=f"The format they are in: {_FORMATS}.")],
    source: Annotated[str, typer.Option(help="The source's name, which is part of the event's id.")] = "check",
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An adapter's option, as in sources.toml.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="NAME: VALUE", help="An HTTP header, such as ce-id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What ingest would make of a document. Nothing is sent, and Redis is not needed.

    Shown are the decision for a story that ingest has never seen, the submission in our own words, everything that was
    left out or guessed, and what sanitising takes out of the text.

    Exit codes: 0 all would be taken; 1 one would be refused; 2 wrong usage, or no such file.

    Example: lightwire ingest-check story.json --as ninjs
    """
    with end_with():
        if as_ not in ADAPTERS:
            raise Problem(f"--as {as_!r} is no format known here: write one of {_FORMATS}", Code.USAGE)
        options = dict(_pair(one, "=", "--option") for one in option or [])
        headers = {name.lower(): value for name, value in (_pair(one, ":", "--header") for one in header or [])}
        documents = list(_documents(files))
    now = datetime.now(UTC)
    found = [one for name, body in documents for one in check(name, Document(body, headers, source, options), as_, now)]
    if as_json:
        print_json([one.as_json() for one in found])
    elif len(documents) > 1:
        _table(found)
    else:
        for position, one in enumerate(found):
            out.print() if position else None
            _show(one)
    raise typer.Exit(Code.FOUND if any(one.decision == "refused" for one in found) else Code.OK)


def check(name: str, document: Document, adapter: str, now: datetime) -> list[Checked]:
    """Every story of a document and the decision about it, where ingest has seen none of them before."""
    try:
        intakes = ADAPTERS[adapter](document)
    except Refused as error:
        return [Checked(name, "refused", str(error))]
    if not intakes:
        return [Checked(name, "nothing", "it says nothing that readers may see, such as a draft or a picture alone")]
    return [_decided(name, intake, now) for intake in intakes]


def _decided(name: str, intake: Intake, now: datetime) -> Checked:
    said, warnings = intake.submission, intake.warnings
    try:
        if not isinstance(said, ArticleSubmitted):
            admit_comment(said, None)
            gone = said.status is CommentStatus.CANCELED
            return Checked(name, "withdrawn" if gone else "created", "", intake, warnings=warnings)
        outcome = admit_article(said, None)
    except Rejected as error:
        return Checked(name, "refused", str(error), intake, warnings=warnings)
    if not outcome.publish:
        why = "a draft that was never public is nobody's business; had it been, it would be killed"
        return Checked(name, "ignored", why, intake, warnings=warnings)
    fact = outcome.publish[0]
    if not isinstance(fact, ArticleIngested) or fact.article is None:
        killed = said.status is Status.CANCELED
        why = "the story would be killed everywhere" if killed else "nothing would leave, and what has is taken back"
        return Checked(name, "withdrawn", why, intake, warnings=warnings)
    html, until = fact.article.body_html, fact.article.embargoed_until
    held = until is not None and until > now
    why = f"until {until:%Y-%m-%d %H:%M %Z}, then it is released by itself" if until and held else ""
    return Checked(name, "held" if held else "created", why, intake, removed(said.body_html, html), html, warnings)


def _pair(text: str, sign: str, where: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found or not name.strip():
        raise Problem(f"{where} {text!r} is no name and value: write NAME{sign}VALUE", Code.USAGE)
    return name.strip(), value.strip()


def _documents(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        if str(path) == "-":
            yield "standard input", sys.stdin.buffer.read()
            continue
        inner = sorted(p for p in path.iterdir() if p.suffix in (".json", ".xml")) if path.is_dir() else [path]
        if not inner:
            raise Problem(f"{path} holds no *.json or *.xml: name a file", Code.USAGE)
        for one in inner:
            try:
                yield str(one), one.read_bytes()
            except OSError as error:
                raise Problem(f"{one}: {error.strerror}", Code.USAGE) from None


_COLOURS = {"created": "green", "held": "yellow", "withdrawn": "magenta", "refused": "red"}


def _show(one: Checked) -> None:
    why = f": {one.why}" if one.why else ""
    out.print(Text(one.decision, style=f"bold {_COLOURS.get(one.decision, 'dim')}") + Text(printable(why)))
    for name, value in _fields(one):
        out.print(Text(f"  {name:<{_WIDTH}}", style="dim") + Text(printable(value)))
    for heading, lines, style in (
        ("left out or guessed", one.warnings, "yellow"), ("taken out of the text", one.removed, "yellow"),
    ):  # fmt: skip
        if lines:
            out.print(Text(f"\n  {heading}", style="bold"))
        for line in lines:
            out.print(Text("  ! ", style=style) + Text(printable(line)))


def _fields(one: Checked) -> Iterator[tuple[str, str]]:
    if one.intake is None:
        yield "file", one.file
        return
    said = one.intake.submission
    for name, value in said.model_dump(mode="json", exclude_defaults=True).items():
        if name == "body_html":
            value = one.html if one.html is not None else value
        if isinstance(value, list):
            for position, inner in enumerate(value):
                yield (name if not position else ""), _short(_flat(inner))
            continue
        yield name, _short(_flat(value))
    yield "event id", one.intake.event_id


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items() if inner is not None)
    return " ".join(str(value).split())


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}… ({len(text):,} characters)"


def _table(found: Sequence[Checked]) -> None:
    """One line for each story."""
    for one in found:
        said = one.intake.submission if one.intake else None
        told = f"{said.id} revision {said.revision}" if said else ""
        headline = getattr(said, "headline", None)
        line = [Path(one.file).name, told, _short(f"«{headline}»") if headline else "", one.why]
        out.print(
            Text(f"{one.decision:<10}", style=f"bold {_COLOURS.get(one.decision, 'dim')}")
            + Text(printable("  ".join(part for part in line if part)))
            + Text(f"  {len(one.warnings)} warnings" if one.warnings else "", style="yellow")
        )
