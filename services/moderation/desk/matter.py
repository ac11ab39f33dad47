"""What a person looks at: a comment as it stands, its story, and whatever case is beside it."""

from dataclasses import dataclass
from datetime import datetime

from services.moderation.desk.articles import Story
from services.moderation.standing import Standing
from shared.cases import Case
from shared.model import primary


@dataclass(frozen=True, slots=True)
class Matter:
    """As moderation wrote it down a moment ago."""

    standing: Standing
    story: Story | None = None
    case: Case | None = None
    """Open or closed; None where nobody ever asked for another look."""

    @property
    def open_case(self) -> Case | None:
        """The case that waits."""
        return self.case if self.case and self.case.open else None

    @property
    def seen(self) -> str:
        """Revision and number of the decision: what whoever decides has seen."""
        return f"{self.standing.revision}.{self.standing.decision.seq}"

    @property
    def language(self) -> str:
        """As enrichment told it; ``und`` where it could not."""
        return primary(self.standing.facts.language) if self.standing.facts else "und"

    @property
    def queues(self) -> tuple[str, ...]:
        """Where it waits: held in one, with a case in another, or nowhere."""
        case = self.open_case
        both = (self.standing.queue, case.queue if case else None)
        return tuple(dict.fromkeys(queue.value for queue in both if queue))

    @property
    def deadline(self) -> datetime | None:
        """The sooner of both."""
        case = self.open_case
        both = (self.standing.deadline if self.standing.queue else None, case.deadline if case else None)
        return min((one for one in both if one), default=None)

    @property
    def asked_by(self) -> str | None:
        """Who asked for it to wait where its case does; None where nobody did."""
        case = self.open_case
        return case.escalation.by if case and case.escalation and case.escalation.queue == case.queue else None

    def own_appeal(self, name: str) -> bool:
        """True where its author appeals against this person's decision: somebody else must look."""
        case = self.open_case
        return bool(case and case.appeal and case.appeal.decided_by == name)
