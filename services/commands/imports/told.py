"""A comment as another system told it, in our words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from pydantic import ValidationError

from shared.cases import Role
from shared.comments import MAX_COMMENT, Actor, Author, AuthorRole, CommentStatus, Verdict
from shared.envelope import NAMESPACE
from shared.errors import explain
from shared.events import CommentSubmitted, DecisionRequested

REASON = "imported"


class Refused(Exception):  # noqa: N818 - an answer about one comment
    """This comment cannot come along; the message says why, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One comment, and what became of it where it was. Ids are ours already: ``coral:…``, ``wordpress:…``."""

    system: str
    """``coral`` or ``wordpress``."""
    id: str
    parent: str | None
    article: str
    revision: int
    author: str
    """A pseudonym."""
    name: str
    role: AuthorRole
    body: str
    """Plain text."""
    at: datetime
    verdict: Verdict
    by: str | None
    """Who decided there; ``None`` where no person did."""
    decided: datetime | None = None

    @property
    def submission(self) -> CommentSubmitted:
        """As a reader would have sent it. Raises ``Refused``."""
        if len(self.body) > MAX_COMMENT:
            raise Refused(f"its body has {len(self.body):,} characters, and at most {MAX_COMMENT:,} are taken")
        if not any(sign.isprintable() and not sign.isspace() for sign in self.body):
            raise Refused("there are no words in it")
        try:
            return CommentSubmitted(
                id=self.id, article_id=self.article, parent_id=self.parent, revision=self.revision,
                status=CommentStatus.USABLE, author=Author(id=self.author, name=self.name[:200], role=self.role),
                body=self.body, created_at=self.at,
            )  # fmt: skip
        except ValidationError as error:
            raise Refused(explain(error)) from None

    @property
    def event_id(self) -> str:
        """The same whenever this revision is imported."""
        return self._id("submitted")

    def request(self, verdict: Verdict, revision: int, seq: int) -> DecisionRequested:
        """What became of it there, asked for here on what holds here."""
        when = f" on {self.decided:%Y-%m-%d %H:%M} UTC" if self.decided else ""
        what = "Decided" if self.by else "Shown" if self.verdict is Verdict.PUBLISH else "Held back"
        how = "" if self.by else ", without anybody's decision"
        return DecisionRequested(
            comment_id=self.id, revision=revision, seq=seq, verdict=verdict, reason=REASON,
            note=f"{what} in {NAMES[self.system]}{when}{how}.",
            actor=Actor(kind="human", id=self.by or self.system), role=Role.ADMIN,
        )  # fmt: skip

    def request_id(self, seq: int) -> str:
        """The same for the same decision on the same standing, so that asking again changes nothing."""
        return self._id(f"decision\n{seq}")

    def _id(self, what: str) -> str:
        return str(uuid5(NAMESPACE, f"import\n{self.id}\n{self.revision}\n{what}"))


NAMES = {"coral": "Coral", "wordpress": "WordPress"}
"""System → how people call it."""
