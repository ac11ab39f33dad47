"""Where an article or a comment stands now, told from what is known of it; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.commands.wire import Seen

State = Mapping[str, Any]
"""What delivery remembers of a story; empty where it has never heard of it."""

NOTHING_CAME = "ingest has read it and passed nothing on: a draft, or taken back before anything of it came"

_VERDICTS = {
    "hold": "held for a moderator",
    "reject": "rejected",
    "publish": "no longer shown",
    "flag": "no longer shown",
}


@dataclass(frozen=True, slots=True)
class Trail:
    """Every entry about one thing, oldest first; ``waits`` says who has still to do something."""

    id: str
    seen: Sequence[Seen]
    waits: Sequence[str]
    state: State

    @property
    def of_comment(self) -> bool:
        """True where the id is a comment's."""
        return any(each.type.startswith("comment.") and each.subject == self.id for each in self.seen)


def story_of(id_: str, seen: Sequence[Seen]) -> str:
    """The article's id: the id itself, or where it is a comment's, that of its article."""
    for each in seen:
        if each.type.startswith("comment.") and each.subject == id_ and each.data.get("article_id"):
            return str(each.data["article_id"])
    return id_


def ignored(seen: Sequence[Seen]) -> dict[str, str]:
    """Entry id → ``duplicate`` or ``stale`` of each submission that led to nothing, for a newer one was there."""
    submissions = [each for each in seen if each.stream.endswith(".submitted")]
    ingested = {str(each.event.get("causationid")): each for each in seen if each.stream.endswith(".ingested")}
    dead = {str(each.data.get("entry")) for each in seen if each.stream.startswith("dead.")}
    causes = {str(each.event.get("id")) for each in submissions}
    known: dict[str, int] = {}
    found: dict[str, str] = {}
    for fact in (fact for cause, fact in ingested.items() if cause not in causes):
        # Its submission is trimmed away: it came before all that is left.
        known[fact.subject] = max(known.get(fact.subject, -1), fact.number("revision") or 0)
    for each in submissions:
        revision, newest = each.number("revision") or 0, known.get(each.subject, -1)
        # A repeat may carry the same event id: what stems from that id stems from the first.
        if (cause := str(each.event.get("id"))) in ingested:
            known[each.subject] = max(newest, ingested.pop(cause).number("revision") or 0)
        elif newest >= revision and each.entry not in dead:
            found[each.entry] = "duplicate" if newest == revision else "stale"
    return found


def stands(trail: Trail) -> str:
    """One line: where it stands, what is still on its way, and whether the last submission was ignored."""
    parts = [_comment(trail) if trail.of_comment else _story(trail.state) or _unknown(trail.seen)]
    if trail.waits:
        parts.append(f"on its way: {trail.waits[-1]}")
    said = [each for each in trail.seen if each.stream.endswith(".submitted") and each.subject == trail.id]
    if said and (why := ignored(trail.seen).get(said[-1].entry)):
        parts.append(f"its last submission was ignored: {why}")
    if told := "; ".join(part for part in parts if part):
        return told
    # Nobody waits for it any more, and nothing came of it.
    return NOTHING_CAME if said else "no stage has taken it up"


def _story(state: State) -> str:
    change, revision = state.get("change"), f"revision {state.get('revision')}"
    if state.get("held_until"):
        left = "taken back until then" if state.get("ever_shown") else "nothing has left"
        return f"{revision} is held until {state['held_until']}, {left}"
    if state.get("shown"):
        copies = [json.loads(member)["id"] for member in state.get("same", ())]
        return f"{revision} is shown" + (f", the same report as {' and '.join(copies)}" if copies else "")
    if change in ("killed", "withheld"):
        return f"{change} with {revision}, shown nowhere"
    return f"{revision} is not shown" if state else ""


def _comment(trail: Trail) -> str:
    own = [each for each in trail.seen if trail.id in (each.subject, each.data.get("comment_id"))]
    told = [each for each in own if each.stream == "renditions.comments"]
    decided = [each.data for each in own if each.stream == "comments.moderated"]
    decision = decided[-1].get("decision") if decided else None
    verdict = str(decision.get("verdict")) if isinstance(decision, dict) else ""
    by_author = bool(decided) and decided[-1].get("comment") is None
    if (told and told[-1].type == "rendition.withdrawn") or by_author:
        return "withdrawn by its author" if by_author else f"withdrawn: {_VERDICTS.get(verdict, verdict)}"
    if told or verdict in ("publish", "flag"):
        if trail.state.get("shown"):
            return "shown with its story" if told else "its story is shown, it is about to be"
        if trail.state.get("change") in ("killed", "withheld"):
            return "hidden with its story"
        until = trail.state.get("held_until")
        return f"waits for its story, held until {until}" if until else "waits for its story"
    return _VERDICTS.get(verdict, verdict) or _unknown(own)


def _unknown(seen: Sequence[Seen]) -> str:
    dead = [each for each in seen if each.stream.startswith("dead.")]
    return f"a dead letter ({dead[-1].data.get('reason')}): `lightwire dead list`" if dead else ""
