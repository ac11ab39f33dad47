"""``lightwire bytes``: what a story weighs, by part and by coding."""

import gzip
import re
from pathlib import Path
from typing import Annotated

import brotli  # type: ignore[import-untyped]
import typer
from rich.table import Table

from services.commands.answers import AsJson, Code, Problem, answer, out, print_json, printable
from services.commands.dictionary import body_of
from services.commands.redis_at import Place
from services.commands.wire import Seen, entries, filled
from shared import dcb

PAGES = ("light", "full")
_PHOTO = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]*")
PARTS = {
    "style": re.compile(r"<style>.*?</style>", re.DOTALL),
    "script": re.compile(r"<script>.*?</script>", re.DOTALL),
    "linked data": re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL),
    "photo": _PHOTO,
    "text": re.compile(r"<article.*?</article>", re.DOTALL),
    "after the text": re.compile(r"(?<=</article>).*", re.DOTALL),
}
"""Pieces of a page; what a piece weighs is what the page weighs less without it."""


def bytes_(
    ctx: typer.Context,
    article_id: Annotated[str, typer.Argument(help="The story's id.")],
    dictionary: Annotated[
        Path | None, typer.Option(help="A dictionary its readers hold: `lightwire dictionary build`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a story weighs, by coding and by part.

    Plain, as gzip 9, as brotli 11, and as dcb where a dictionary is named. A part costs what brotli saves without it.

    Example: lightwire bytes desk:1

    Exit codes: 0 fine; 1 no such story, or it was withdrawn; 2 wrong usage; 3 Redis cannot be reached.
    """
    place: Place = ctx.obj
    try:
        held = dictionary.read_bytes() if dictionary else None
    except OSError as error:
        raise typer.BadParameter(f"{dictionary}: {error.strerror}") from None

    async def work() -> dict[str, str]:
        found = {}
        async with place.open() as redis:
            for name in PAGES:
                newest: Seen | None = None
                async for seen in entries(redis, place.keys, f"renditions.{name}"):
                    whole = await filled(redis, place.keys, seen)
                    higher = newest is None or (whole.number("sequence") or 0) > (newest.number("sequence") or 0)
                    if whole.data.get("article_id") == article_id and higher:
                        newest = whole
                if newest is not None and newest.type == "rendition.published":
                    body = await body_of(redis, place.keys, newest)
                    if body is not None:
                        found[name] = body
        if not found:
            raise Problem(f"{article_id}: no page of it is shown; `lightwire trace` says what became of it", Code.FOUND)
        return found

    weighed = {name: weigh(body, held) for name, body in answer(work(), where=place.shown).items()}
    if as_json:
        print_json({"article_id": article_id, **weighed})
        return
    out.print(printable(article_id))
    for name, weights in weighed.items():
        out.print(_table(name, weights))


def weigh(html: str, dictionary: bytes | None) -> dict[str, dict[str, int]]:
    """Bytes of the page by coding, and of its parts as brotli 11."""
    body = html.encode()
    codings = {"plain": len(body), "gzip": len(gzip.compress(body, 9, mtime=0)), "brotli": _brotli(html)}
    if dictionary is not None:
        codings["dcb"] = len(dcb.compress(body, dictionary))
    parts = {}
    bare = _PHOTO.sub("", html)
    for name, pattern in PARTS.items():
        # The photo is nine tenths of a page's bytes, and would hide what the rest costs.
        whole = html if name == "photo" else bare
        if pattern.search(whole):
            parts[name] = max(0, _brotli(whole) - _brotli(pattern.sub("", whole)))
    return {"codings": codings, "parts": parts}


def _brotli(text: str) -> int:
    return len(brotli.compress(text.encode(), mode=brotli.MODE_TEXT, quality=11))


def _table(name: str, weights: dict[str, dict[str, int]]) -> Table:
    table = Table(title=name, title_justify="left", box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for word, size in weights["codings"].items():
        table.add_row(word, f"{size:,} B")
    for word, size in weights["parts"].items():
        table.add_row(f"  {word}", f"{size:,} B")
    return table
