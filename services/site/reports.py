"""What a reader finds wrong with a comment: a form without script, and its way to moderation."""

from collections.abc import Mapping

from services.site.catalogue import Page
from services.site.front import report_page
from services.site.words import Words
from shared.cases import ReportReason
from shared.events import CommentReported
from shared.renditions import PublicComment

MOST_LETTERS = 2_000
ANYBODY = "site:anybody"
"""Readers have no account here, and nothing is kept of who they are: all together they are one reporter, who can have a
comment looked at again, and never make it disappear."""


def report_form(
    name: str, page: Page, comment: PublicComment | None, story: str, token: str, *,
    fields: Mapping[str, str] | None = None, wrong: str | None = None,
) -> bytes:  # fmt: skip
    """The form; without a comment, thanks."""
    return report_page(
        name, page, comment=comment, story=story, token=token, fields=dict(fields or {}), wrong=wrong,
        most=MOST_LETTERS, sent=comment is None,
    ).encode()  # fmt: skip


def wrong_report(fields: Mapping[str, str], words: Words) -> str | None:
    """What keeps it from being sent."""
    if fields.get("reason") not in set(ReportReason):
        return words.report_missing
    return words.too_long if len(fields.get("note", "")) > MOST_LETTERS else None


def reported(comment_id: str, fields: Mapping[str, str]) -> CommentReported:
    """As moderation reads it."""
    note = fields.get("note", "").replace("\r\n", "\n").strip()
    return CommentReported(
        comment_id=comment_id, reporter=ANYBODY, reason=ReportReason(fields["reason"]), note=note or None
    )
