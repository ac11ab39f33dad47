"""What moderation remembers of a comment: the decision that holds, and what it was about."""

from collections.abc import Mapping
from datetime import timedelta

from services.moderation.policy import Rulebook
from shared.comments import Comment, CommentFacts, Decision, Queue, Verdict
from shared.keys import escape
from shared.model import Id, Model, Revision, Timestamp
from shared.outcome import Index, Reads, Record, Unindex

STANDING = "standing"
TARGETS: Mapping[str, timedelta] = {
    Queue.SAFETY: timedelta(minutes=15),
    Queue.REPORTED: timedelta(hours=1),
    Queue.APPEALS: timedelta(hours=72),
}
"""Queue → how soon somebody should have decided."""
USUAL = timedelta(hours=4)
EVERYTHING = 2**53
"""A queue forgets nothing."""


class Standing(Model):
    """One record per comment; its version is the revision and the number of the decision that holds."""

    comment_id: Id
    article_id: Id
    revision: Revision
    decision: Decision
    comment: Comment | None = None
    """Absent once its author withdrew it."""
    author_id: Id | None = None
    """Its author's pseudonym, which stays."""
    facts: CommentFacts | None = None
    queue: Queue | None = None
    """Where it waits for a person; absent where it does not."""
    deadline: Timestamp | None = None
    """When somebody should have decided."""
    stopped: bool = False
    """A person, or the reports of readers, held or rejected it, and no person has published it since: an edit is not
    released by the engine."""
    asked: str | None = None
    """Id of the request this decision answers, where a person decided."""
    first: str | None = None
    """Of what two people must let through, who was the first."""

    @classmethod
    def of(cls, record: Record) -> "Standing | None":
        """None where nothing has been decided yet."""
        stored = record.fields.get(STANDING)
        return cls.model_validate_json(stored) if stored else None

    @property
    def shown(self) -> bool:
        """True where the public sees it, with its story."""
        return self.decision.verdict in {Verdict.PUBLISH, Verdict.FLAG}

    @property
    def waits(self) -> tuple[Index, ...]:
        """Its place in the queue, by deadline."""
        if self.queue is None or self.deadline is None:
            return ()
        return (Index(queue_key(self.queue), self.deadline.timestamp(), self.comment_id.encode(), EVERYTHING),)

    @property
    def leaves(self) -> tuple[Unindex, ...]:
        """The same, taken away."""
        return (Unindex(queue_key(self.queue), self.comment_id.encode()),) if self.queue else ()


def record_key(comment_id: str) -> str:
    """The record of a comment."""
    return f"moderation:{escape(comment_id)}"


def queue_key(name: str) -> str:
    """Comments that wait for a person, by the time somebody should have decided."""
    return f"queue:{name}"


def reads_standing(comment_id: str) -> Reads:
    """What holds about a comment."""
    return Reads(records={record_key(comment_id): (STANDING,)})


def queued(decision: Decision, rules: Rulebook) -> Queue | None:
    """Who should look at it: the most urgent queue of the rules that hold it; nobody where it is not held."""
    if decision.verdict is not Verdict.HOLD:
        return None
    held = [hit.rule for hit in decision.hits if hit.verdict is Verdict.HOLD]
    asked = [rules.queues[rule] for rule in held if rule in rules.queues]
    if asked:
        return min(asked, key=lambda queue: TARGETS.get(queue, USUAL))
    # No list for its language, or a language nobody could tell: somebody who reads it should.
    return Queue.LANGUAGE if "words" in decision.unknown else Queue.ABUSE
