"""What a scorer is told and what it may answer: signed JSON over HTTP, see docs/moderators.md."""

import json
from datetime import datetime
from typing import Annotated
from uuid import uuid5

from pydantic import BaseModel, ConfigDict, Field
from standardwebhooks import Webhook

from services.moderation.conditions import Label
from shared.envelope import NAMESPACE
from shared.events import CommentEnriched

MOST_BYTES = 16_384
"""Of an answer; fifty labels have about two thousand."""
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    scores: Annotated[dict[Label, Score], Field(max_length=100)]


def question(fact: CommentEnriched) -> bytes:
    """The comment and where it stands. Who wrote it is nobody's business there."""
    comment = fact.comment
    language = fact.facts.language if fact.facts else (comment and comment.language) or "und"
    told = {
        "comment_id": fact.comment_id, "article_id": fact.article_id, "revision": fact.revision, "language": language,
        "body": comment.body if comment else "",
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def signed(fact: CommentEnriched, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """Headers by Standard Webhooks (https://www.standardwebhooks.com); the same question again has the same id.

    ``now``: in UTC.
    """
    id_ = f"msg_{uuid5(NAMESPACE, f'scorer {fact.revision} {fact.comment_id}').hex}"
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, now, body.decode()),
    }


def answered(raw: bytes) -> dict[str, float]:
    """Label → score. Raises ``ValueError`` for anything else, quoting nothing of it."""
    try:
        return _Answer.model_validate_json(raw).scores
    except ValueError:
        raise ValueError("no JSON of the form {'scores': {'label': number from 0 to 1}}") from None
