"""``renditions.comments``: single comments as JSON, for channels that build their own threads."""

import json

from services.delivery.page import Notice, Page
from services.delivery.renditions.spec import Spec


def render(page: Page) -> str:
    """The whole thread, one comment a line, oldest first; on the stream each travels by itself."""
    return "".join(comment.model_dump_json(exclude_none=True) + "\n" for comment in page.comments)


def withdrawal(notice: Notice) -> str:
    """That something is gone, and under which story."""
    return json.dumps({"article_id": notice.article_id, "withdrawn": True}, ensure_ascii=False)


COMMENTS = Spec("comments", "application/json", 64_000, render, withdrawal)
