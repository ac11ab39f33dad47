"""``lightwire dictionary build``: what light pages have in common, for browsers to keep."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.commands.answers import AsJson, Code, Problem, answer, end_with, out, print_json
from services.commands.redis_at import Place
from services.commands.wire import Seen, entries, filled
from shared.dictionary import build, name_of
from shared.keys import Keys
from shared.streams import Client

dictionary = typer.Typer(name="dictionary", no_args_is_help=True)
STREAM = "renditions.light"


@dictionary.callback()
def _group() -> None:
    """Dictionaries that light pages are compressed with.

    Example: lightwire dictionary build fa --out dictionaries

    Exit codes: 0 fine; 1 too few stories; 2 wrong usage; 3 Redis cannot be reached.
    """


@dictionary.command("build")
def build_(
    ctx: typer.Context,
    language: Annotated[str, typer.Argument(help="Of the pages: fa, en, ar.")],
    folder: Annotated[Path, typer.Option("--out", help="Where it is written; the site reads this folder.")],
    month: Annotated[str, typer.Option(help="The month it is for, e.g. 2026-11; this one if left out.")] = "",
    newest: Annotated[int, typer.Option(min=3, max=2_000, help="Stories it is made of.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Make the dictionary of a language from its newest light pages.

    It holds only what stands in three stories at least, so no story can be read in it, and none that is withdrawn.

    Example: lightwire dictionary build fa --out dictionaries

    Exit codes: 0 fine; 1 too few stories; 2 wrong usage; 3 Redis cannot be reached.
    """
    place: Place = ctx.obj
    month = month or f"{datetime.now(UTC):%Y-%m}"
    with end_with():
        if not re.fullmatch(r"[a-z]{2,3}", language):
            raise Problem(f"LANGUAGE {language}: two or three small letters, such as fa", Code.USAGE)
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise Problem(f"--month {month}: a year and a month, such as 2026-11", Code.USAGE)

    async def work() -> list[str]:
        async with place.open() as redis:
            return [page async for page in light_pages(redis, place.keys, language, newest)]

    pages = answer(work(), where=place.shown)
    made = build(pages)
    with end_with():
        if not made:
            raise Problem(f"{len(pages)} light pages in {language} are too few: publish at least 3 stories")
        file = folder / name_of(made, language, month)
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made)
    if as_json:
        print_json({"file": str(file), "bytes": len(made), "stories": len(pages)})
        return
    out.print(f"{file}: {len(made):,} bytes from {len(pages)} stories")
    out.print("Start the site with LIGHTWIRE_SITE_DICTIONARIES naming this folder.")


async def light_pages(redis: Client, keys: Keys, language: str, newest: int) -> AsyncIterator[str]:
    """Bodies of the light pages shown now, the newest stories of a language."""
    shown: dict[str, Seen] = {}
    async for seen in entries(redis, keys, STREAM):
        whole = await filled(redis, keys, seen)
        article, sequence = whole.data.get("article_id"), whole.number("sequence") or 0
        before = shown.get(str(article))
        if before is None or sequence > (before.number("sequence") or 0):
            shown[str(article)] = whole
    published = [one for one in shown.values() if one.type == "rendition.published"]
    spoken = [one for one in published if str(one.data.get("language")).split("-")[0].lower() == language]
    for one in sorted(spoken, key=lambda one: one.at)[-newest:]:
        body = await body_of(redis, keys, one)
        if body is not None:
            yield body


async def body_of(redis: Client, keys: Keys, seen: Seen) -> str | None:
    """What was published, inline or by reference; ``None`` where it is gone."""
    content = seen.data.get("content")
    if isinstance(content, str):
        return content
    reference = str(seen.data.get("content_ref") or "")
    if not reference.startswith(f"{keys.prefix}:blob:"):
        return None
    found = await redis.get(reference)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else None
