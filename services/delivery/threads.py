"""Comments in the order of a conversation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shared.renditions import PublicComment


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment and what was answered to it."""

    comment: PublicComment
    replies: tuple["Remark", ...] = ()


@dataclass(frozen=True, slots=True)
class Threads:
    """What of the conversation a page shows: newest threads first, answers in the order they were given."""

    shown: tuple[Remark, ...] = ()
    total: int = 0
    """Visible comments of the story, shown here or not."""
    left_out: int = 0


def threads(comments: Sequence[PublicComment], most: int, characters: int, depth: int = 4) -> Threads:
    """At most ``most`` threads with ``characters`` of text in all. No comment is ever shortened.

    A thread is shown whole or, where others leave no room for it, not at all. Of one too long for any page stands
    what fits, in its order; while older threads wait, it gets half of the room left, so that none hides the rest.
    An answer deeper than ``depth`` stands beside the one it answers. An answer whose parent cannot be seen, or is
    younger than it claims, begins a thread of its own, so nothing can run in a circle.
    """
    ordered = sorted(comments, key=_age)
    ages = {comment.id: _age(comment) for comment in ordered}
    answers: defaultdict[str, list[PublicComment]] = defaultdict(list)
    roots = []
    level: dict[str, int] = {}
    stands_under: dict[str, str] = {}
    for comment in ordered:
        parent = comment.parent_id
        if parent is None or parent not in ages or ages[parent] >= _age(comment):
            roots.append(comment)
            level[comment.id] = 1
            continue
        under = stands_under[parent] if level[parent] == depth else parent
        level[comment.id] = level[under] + 1
        stands_under[comment.id] = under
        answers[under].append(comment)

    def remark(comment: PublicComment) -> Remark:
        return Remark(comment, tuple(remark(answer) for answer in answers[comment.id]))

    shown: list[Remark] = []
    left, count = characters, 0
    for root in reversed(roots):
        if len(shown) == most:
            break
        whole = remark(root)
        room = left
        if _length(whole) > characters and root is not roots[0]:
            room = left // 2
        one = _beginning(whole, room) if _length(whole) > characters else whole
        if one is None or _length(one) > left:
            continue
        shown.append(one)
        left -= _length(one)
        count += len(_flat(one))
    return Threads(tuple(shown), len(ordered), len(ordered) - count)


def _age(comment: PublicComment) -> tuple[float, str]:
    return comment.created_at.timestamp(), comment.id


def _flat(remark: Remark) -> list[PublicComment]:
    return [remark.comment, *(comment for reply in remark.replies for comment in _flat(reply))]


def _length(remark: Remark) -> int:
    return sum(len(comment.body) for comment in _flat(remark))


def _beginning(remark: Remark, characters: int) -> Remark | None:
    # An answer that finds no room goes with what was said to it; the answers beside it may still fit.
    left = characters - len(remark.comment.body)
    if left < 0:
        return None
    replies = []
    for reply in remark.replies:
        if begun := _beginning(reply, left):
            replies.append(begun)
            left -= _length(begun)
    return Remark(remark.comment, tuple(replies))
