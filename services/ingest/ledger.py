"""What ingest remembers of each id: enough to tell old from new, and nothing a kill would have to erase."""

import hashlib
import json
from enum import StrEnum
from typing import Self

from shared.events import ArticleSubmitted, CommentSubmitted
from shared.keys import escape
from shared.model import Digest, Id, Model, Revision
from shared.outcome import Record, Save

_FIELD = "ledger"


class Standing(StrEnum):
    """What the newest revision said may happen."""

    USABLE = "usable"
    WITHHELD = "withheld"
    KILLED = "killed"
    NEVER = "never"
    """Taken back before anything of it came: what is older stays away when it does come."""


class Ledger(Model):
    """The newest revision of one id, what it said, and which text it had."""

    revision: Revision
    standing: Standing
    digest: Digest
    article_id: Id | None = None

    @classmethod
    def read(cls, record: Record | None) -> Self | None:
        """``None`` where the id was never seen."""
        if record is None or _FIELD not in record.fields:
            return None
        return cls.model_validate_json(record.fields[_FIELD])

    def save(self, key: str) -> Save:
        """Written only if it was not changed since it was read, and only forwards."""
        return Save(key, self.revision, 0, {_FIELD: self.model_dump_json(exclude_none=True).encode()})


def article_key(id_: str) -> str:
    """Where an article's ledger is kept, without the prefix."""
    return f"ledger.article:{escape(id_)}"


def comment_key(id_: str) -> str:
    """Where a comment's ledger is kept, without the prefix."""
    return f"ledger.comment:{escape(id_)}"


def digest(said: ArticleSubmitted | CommentSubmitted) -> str:
    """SHA-256 of the submission as canonical JSON: sorted keys, no defaults, so that a new optional field
    of ours changes no stored digest. A kill or a withdrawal is its id and revision alone, whatever came
    along.
    """
    only = {"id", "revision", "status"} if said.status == "canceled" else None
    said_ = said.model_dump(mode="json", exclude_defaults=True, include=only)
    text = json.dumps(said_, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
