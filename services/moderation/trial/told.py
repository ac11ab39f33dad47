"""What a trial says, as facts for programs and as lines for people."""

from pathlib import Path
from typing import Any

from services.moderation.policy import Rulebook
from services.moderation.trial.replay import Trial
from shared.comments import Verdict


def checked(rules: Rulebook, file: Path) -> tuple[dict[str, Any], list[str]]:
    """A policy that can be used: its rules, and in which languages it has words."""
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


def told(trial: Trial) -> tuple[dict[str, Any], list[str]]:
    """What it would have done: by language, by rule, beside what people decided, with examples."""
    facts = {
        "decisions": trial.decisions, "changed": trial.changed,
        "table": [
            {"language": language, "then": then.value, "now": now.value, "comments": count}
            for (language, then, now), count in sorted(trial.changes.items())
        ],
        "rules": [{"rule": rule, "mode": mode, "hits": hits} for (rule, mode), hits in trial.rules.most_common()],
        "untried": {"decisions": trial.untried, "rules": list(trial.untried_rules) if trial.untried else []},
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
    if trial.untried:
        lines += ["", f"{trial.untried:,} of them are too old to say what was known of author and thread: on those,"]
        lines += [f"these rules could not be tried fairly: {', '.join(trial.untried_rules)}"]
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
