"""`python -m services.moderation.trial`: try a policy before it counts.

Not a command of `lightwire`, whose image holds no service: this runs where moderation does.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from services.moderation.policy import PolicyError, Rulebook
from services.moderation.policy_files import DEFAULT, load
from services.moderation.trial.decisions import tried
from services.moderation.trial.replay import Trial
from services.moderation.trial.told import checked, told
from shared.keys import Keys
from shared.settings import StageSettings
from shared.streams import connect

_CODES = "Exit codes: 0 fine; 1 the policy cannot be used; 2 wrong usage or a file missing; 3 Redis cannot be reached."
_CHECK = "Example: python -m services.moderation.trial check policy.toml"
_WHAT_IF = "Example: python -m services.moderation.trial what-if policy.toml --days 7"


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    if not asked.policy.is_file():
        sys.stderr.write(f"policy: {asked.policy}: no such file\n")
        return 2
    try:
        rules = load(asked.policy)
    except PolicyError as error:
        _answer({"usable": False, "error": str(error)}, [str(error)], as_json=asked.json)
        return 1
    if asked.command == "check":
        _answer(*checked(rules, asked.policy), as_json=asked.json)
        return 0
    try:
        trial = asyncio.run(_tried(rules, asked.days, asked.most))
    except (RedisError, OSError) as error:
        sys.stderr.write(f"Redis cannot be reached ({error}): set LIGHTWIRE_REDIS_URL\n")
        return 3
    _answer(*told(trial), as_json=asked.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "python -m services.moderation.trial",
        description="Try a policy: is it usable, and what would it have done?",
        epilog=f"{_WHAT_IF}\n\n{_CODES}",
        formatter_class=form,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check", help="Is it usable, and what does it hold?", epilog=f"{_CHECK}\n\n{_CODES}", formatter_class=form
    )
    what_if = commands.add_parser(
        "what-if",
        help="Decide past comments again under it; nothing is changed.",
        epilog=f"{_WHAT_IF}\n\n{_CODES}",
        formatter_class=form,
    )
    what_if.add_argument("--days", type=float, default=7.0, help="How far back; 7.")
    what_if.add_argument("--most", type=int, default=100_000, help="Decisions looked at; 100,000.")
    for one in (check, what_if):
        one.add_argument("policy", nargs="?", type=Path, default=DEFAULT, metavar="FILE", help="Else the shipped one.")
        one.add_argument("--json", action="store_true", help="Answer in JSON.")
    return parser


async def _tried(rules: Rulebook, days: float, most: int) -> Trial:
    settings = StageSettings()
    redis = connect(settings.redis_url)
    try:
        return await tried(redis, Keys(settings.prefix), rules, days, most)
    finally:
        await redis.aclose()


def _answer(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    text = json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(line.rstrip() for line in lines)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
