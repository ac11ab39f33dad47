"""`python -m services.enrichment.gazetteer`: try a gazetteer before a newsroom starts with it.

Not a command of `lightwire`, whose image holds no service: this runs where enrichment does.
"""

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.enrichment.gazetteer import Gazetteer, GazetteerError
from services.enrichment.gazetteer.files import SHIPPED, load
from shared.articles import Article

_CODES = "Exit codes: 0 fine; 1 the gazetteer cannot be used, or nothing was found; 2 wrong usage or a file missing."
_CHECK = "Example: python -m services.enrichment.gazetteer check officials.toml"
_FIND = 'Example: python -m services.enrichment.gazetteer find "The UN wrote to the Home Office in London."'


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    if not asked.gazetteer.is_file():
        sys.stderr.write(f"gazetteer: {asked.gazetteer}: no such file\n")
        return 2
    try:
        gazetteer = load(asked.gazetteer)
    except GazetteerError as error:
        _answer({"usable": False, "error": str(error)}, [str(error)], as_json=asked.json)
        return 1
    if asked.command == "check":
        _answer(*_checked(gazetteer, asked.gazetteer, datetime.now(UTC).date()), as_json=asked.json)
        return 0
    found, lines = _found(gazetteer, _text(asked.text), asked.language)
    _answer(found, lines, as_json=asked.json)
    return 0 if found["entities"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m services.enrichment.gazetteer",
        description="Try a gazetteer: whom stories name, and whom readers can write to.",
        epilog=f"{_CHECK}\n\n{_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    form = argparse.RawDescriptionHelpFormatter
    check = commands.add_parser(
        "check", help="Is it usable, and what does it hold?", epilog=f"{_CHECK}\n\n{_CODES}", formatter_class=form
    )
    check.add_argument("gazetteer", nargs="?", type=Path, default=SHIPPED, metavar="FILE", help="Else the shipped one.")
    find = commands.add_parser(
        "find", help="Whom does a text name?", epilog=f"{_FIND}\n\n{_CODES}", formatter_class=form
    )
    find.add_argument("text", help="A text, a file with one, or - for standard input; its first line is the headline.")
    find.add_argument(
        "--gazetteer", type=Path, default=SHIPPED, metavar="FILE", help="The gazetteer; else the shipped one."
    )
    find.add_argument("--language", help="Of the text, as BCP 47; else found out.")
    for one in (check, find):
        one.add_argument("--json", action="store_true", help="Answer in JSON.")
    return parser


def _checked(gazetteer: Gazetteer, file: Path, today: date) -> tuple[dict[str, Any], list[str]]:
    listings = gazetteer.listings.values()
    kinds = Counter(listing.kind.value for listing in listings)
    languages = Counter(language for listing in listings for language in listing.name)
    over = [listing.id for listing in listings if listing.until and listing.until < today]
    answers = sum(listing.accountable for listing in listings)
    facts = {
        "usable": True, "file": str(file), "listings": len(listings), "kinds": dict(kinds), "names": dict(languages),
        "accountable": answers, "over": over,
    }  # fmt: skip
    lines = [
        f"{file}: {len(listings)} listings: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()),
        f"{answers} can be called to account",
        "names in " + ", ".join(f"{language} {count}" for language, count in languages.most_common()),
        *(f"{one}: its time is over: a name in stories still, never a call-out" for one in over),
    ]
    return facts, lines


def _found(gazetteer: Gazetteer, text: str, language: str | None) -> tuple[dict[str, Any], list[str]]:
    headline, _, body = text.strip().partition("\n")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
    article = Article(id="trial", revision=0, headline=headline[:2_000] or "-", body_html=paragraphs, language=language)
    told = enrich(article, House(gazetteer=gazetteer))
    facts = {
        "language": told.language,
        "entities": [one.model_dump(mode="json", exclude_none=True) for one in told.entities],
        "call_out": [one.model_dump(mode="json", exclude_none=True) for one in told.accountability],
    }
    lines = [
        f"language: {told.language}",
        *(f"{one.mentions} × {one.name} ({one.kind.value}, {one.id})" for one in told.entities),
        *(f"call-out: {one.official} {one.contact_url or ''} {one.campaign_url or ''}" for one in told.accountability),
    ]
    return facts, lines if told.entities else [*lines, "nobody of the gazetteer"]


def _text(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    try:
        return Path(given).read_text("utf-8") if Path(given).is_file() else given
    except OSError:  # longer than a name of a file may be
        return given


def _answer(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    text = json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(line.rstrip() for line in lines)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
