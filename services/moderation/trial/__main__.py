"""`python -m services.moderation.trial`: try a policy before it counts.

Not a command of `lightwire`, whose image holds no service: this runs where moderation does.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from services.moderation.policy import PolicyError, Rulebook
from services.moderation.policy_files import DEFAULT, load
from services.moderation.trial.decisions import decisions
from services.moderation.trial.replay import Trial, replay
from shared.comments import Verdict
from shared.keys import Keys
from shared.settings import StageSettings
from shared.streams import connect

_CODES = "Exit codes: 0 fine; 1 the policy cannot be used; 2 wrong usage or a file missing; 3 Redis cannot be reached."
_CHECK = "Example: python -m services.moderation.trial check policy.toml"
_WHAT_IF = "Example: python -m services.moderation.trial what-if policy.toml --days 7"
_DAY_MS = 86_400_000


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
        _answer(*_checked(rules, asked.policy), as_json=asked.json)
        return 0
    try:
        trial = asyncio.run(_tried(rules, asked.days, asked.most))
    except (RedisError, OSError) as error:
        sys.stderr.write(f"Redis cannot be reached ({error}): set LIGHTWIRE_REDIS_URL\n")
        return 3
    _answer(*_told(trial), as_json=asked.json)
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
        since = max(0, int(time.time() * 1000 - days * _DAY_MS))
        told = [one async for one in decisions(redis, Keys(settings.prefix), since, most)]
    finally:
        await redis.aclose()
    return replay(told, rules)


def _checked(rules: Rulebook, file: Path) -> tuple[dict[str, Any], list[str]]:
    shadow = [rule.id for rule in rules.rules if rule.mode == "shadow"]
    facts = {
        "usable": True, "file": str(file), "version": rules.named.version, "digest": rules.named.digest,
        "rules": [rule.id for rule in rules.rules], "shadow": shadow, "patterns": list(rules.patterns),
        "languages": sorted(rules.words),
    }  # fmt: skip
    lines = [
        f"{file}: version {rules.named.version}, {len(rules.rules)} rules, {len(shadow)} of them on trial",
        *(f"  {rule.do:<6}  {rule.id}  → {rule.queue}{'  (on trial)' if rule.id in shadow else ''}"
          for rule in sorted(rules.rules, key=lambda rule: -rule.verdict.severity)),
        f"words listed in {', '.join(sorted(rules.words)) or 'no language'}; comments in any other are held",
    ]  # fmt: skip
    return facts, lines


def _told(trial: Trial) -> tuple[dict[str, Any], list[str]]:
    facts = {
        "decisions": trial.decisions, "changed": trial.changed,
        "table": [
            {"language": language, "then": then.value, "now": now.value, "comments": count}
            for (language, then, now), count in sorted(trial.changes.items())
        ],
        "rules": [{"rule": rule, "mode": mode, "hits": hits} for (rule, mode), hits in trial.rules.most_common()],
        "people": {"decided": trial.people, "agreed_then": trial.agreed_then, "agreed_now": trial.agreed_now},
        "samples": [
            {"comment_id": one.comment_id, "revision": one.revision, "language": one.language, "then": one.then.value,
             "now": one.now.value, "rule": one.rule}
            for one in trial.samples
        ],
    }  # fmt: skip
    if not trial.decisions:
        return facts, ["no decisions in that time: look further back with --days"]
    lines = [f"{trial.decisions:,} decisions, {trial.changed:,} would be others", "", *_table(trial), ""]
    lines += [f"{hits:>8,} × {rule}{' (on trial)' if mode == 'shadow' else ''}"
              for (rule, mode), hits in trial.rules.most_common()]  # fmt: skip
    if trial.people:
        agreed = f"the engine agreed on {trial.agreed_then:,}; under this policy on {trial.agreed_now:,}"
        lines += ["", f"of {trial.people:,} that a person decided too, {agreed}"]
    if trial.samples:
        lines += ["", "for example:"]
        lines += [f"  {one.comment_id}: {one.then.value} → {one.now.value} ({one.rule or 'no rule hits'})"
                  for one in trial.samples]  # fmt: skip
    return facts, lines


def _table(trial: Trial) -> list[str]:
    """A row for each language and verdict then, a column for each verdict now."""
    lines = [f"{'':>14}" + "".join(f"{f'→ {now.value}':>12}" for now in Verdict)]
    rows = sorted({(language, then) for language, then, _ in trial.changes}, key=lambda row: (row[0], row[1].severity))
    for language, then in rows:
        counts = [trial.changes[language, then, now] for now in Verdict]
        lines.append(f"{language:>4} {then.value:<9}" + "".join(f"{count or '·':>12}" for count in counts))
    return lines


def _answer(facts: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    text = json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(line.rstrip() for line in lines)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
