"""How a story stands at the gate, from what the gate told of it.

Nothing is decided again: the policy may be another now.
"""

from collections.abc import Mapping
from typing import Any, get_args

from services.moderation import gate
from services.moderation.causes import UNCHECKED, causes, unchecked
from services.moderation.conditions import Personal
from services.moderation.memory import Memory
from services.moderation.policy import Articles, Rulebook
from shared.events import ArticleEnriched, ArticleHeld, ArticleModerated, Event
from shared.outcome import Outcome


def passed(memory: Memory, event: Event[Any], fact: ArticleModerated) -> Outcome | None:
    """It went on; what people let go or took off is told by their actions, and so is ``None`` here."""
    if fact.decision.seq:
        return None
    came = ArticleEnriched(
        article_id=fact.article_id, revision=fact.revision, change=fact.change, article=fact.article,
        enrichment=fact.enrichment,
    )  # fmt: skip
    given = memory.given(gate.reads_article(came), event, fact.decision.at)
    return gate.let_through(came, given) if came.article else gate.withdrawn(came, given)


def held(
    memory: Memory, event: Event[Any], fact: ArticleHeld, enriched: Mapping[str, Event[ArticleEnriched]],
    rules: Rulebook,
) -> Outcome | None:  # fmt: skip
    """It waits; ``None`` where its text is gone, or what was found in it is not found any more."""
    came = enriched.get(event.causationid or "")
    if came is None or came.data is None or came.data.article is None:
        return None
    marks = _marks(came.data, fact, rules)
    if marks is None:
        return None
    given = memory.given(gate.reads_article(came.data), event, event.time or fact.deadline)
    return gate.kept_back(came.data, fact, marks, given)


def _marks(came: ArticleEnriched, told: ArticleHeld, rules: Rulebook) -> frozenset[str] | None:
    """Of what was told, looked for under the policy of the day as far as that can be known."""
    found_then = {one.kind for one in told.causes}
    kinds: tuple[Personal, ...] = tuple(one for one in get_args(Personal) if one in found_then)
    if UNCHECKED in found_then:
        return unchecked(told.causes, came, causes(came, rules)).marks
    for public in (rules.articles.public, ()):
        found = causes(came, rules, counts_as=Articles(personal=kinds, public=public))
        if found.causes == told.causes:
            return found.marks
    return None
