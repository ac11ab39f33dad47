"""How deep in its thread a comment stands: one record per story, a field per comment."""

from shared.events import CommentIngested
from shared.keys import escape
from shared.outcome import Given, Reads, Save


def reads_thread(fact: CommentIngested) -> Reads:
    """The depth of what it answers."""
    parent = fact.comment.parent_id if fact.comment else None
    return Reads(records={_key(fact): (_field(parent),) if parent else ()})


def depth_of(fact: CommentIngested, given: Given) -> int | None:
    """0 under the story itself; ``None`` where what it answers has not been seen."""
    parent = fact.comment.parent_id if fact.comment else None
    if parent is None:
        return 0
    above = given.records[_key(fact)].fields.get(_field(parent))
    return int(above) + 1 if above else None


def remembered(fact: CommentIngested, depth: int | None, given: Given) -> tuple[Save, ...]:
    """For those that will answer it, in the same commit: also an answer in the same batch finds it."""
    if depth is None:
        return ()
    record = given.records[_key(fact)]
    field = {_field(fact.comment_id): str(depth).encode()}
    return (Save(_key(fact), record.revision, record.seq + 1, field),)


def _key(fact: CommentIngested) -> str:
    return f"depths:{escape(fact.article_id)}"


def _field(comment_id: str) -> str:
    return f"c:{comment_id}"
