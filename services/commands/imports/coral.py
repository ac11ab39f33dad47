"""Coral's collections as mongoexport writes them: comments, what moderators did, users, stories.

Coral (coralproject/talk, 5 and later) has no export of its own; its documents are read as they lie in MongoDB.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.commands.answers import Code, Problem
from services.commands.imports.articles import Articles
from services.commands.imports.files import documents, moment
from services.commands.imports.markup import text_of
from services.commands.imports.names import shown
from services.commands.imports.pseudonyms import Pseudonyms
from services.commands.imports.spool import Spool
from services.commands.imports.told import Refused, Told
from shared.comments import AuthorRole, Verdict

_VERDICTS = {
    "APPROVED": Verdict.PUBLISH,
    # Shown without anybody having looked.
    "NONE": Verdict.PUBLISH,
    "REJECTED": Verdict.REJECT,
    "PREMOD": Verdict.HOLD,
    "SYSTEM_WITHHELD": Verdict.HOLD,
}
_UNDECIDED = frozenset({"NONE", "PREMOD", "SYSTEM_WITHHELD"})
_ROLES = {
    "MEMBER": AuthorRole.MEMBER, "STAFF": AuthorRole.STAFF, "MODERATOR": AuthorRole.STAFF, "ADMIN": AuthorRole.STAFF,
}  # fmt: skip


def read(files: Iterable[Path], spool: Spool) -> None:
    """Take what we need of each document, whichever collection it is from. Raises Problem."""
    for path in files:
        for place, document in documents(path):
            _take(document, place, spool)


def _take(document: dict[str, Any], place: str, spool: Spool) -> None:
    if "asset_id" in document and "revisions" not in document:
        raise Problem(f"{place}: is of Talk 4: move it to a newer Coral first, then export from there", Code.USAGE)
    id_ = document.get("id")
    # Half a character, or a line end, is in no id that Coral makes.
    if not isinstance(id_, str) or not id_.isprintable() or not id_:
        raise Problem(f"{place}: /id is missing or not printable: export the collection with its ids", Code.USAGE)
    if "revisions" in document:
        _comment(id_, document, place, spool)
    elif "commentID" in document:
        _action(document, spool)
    elif "url" in document:
        spool.fact("story", id_, {"url": document["url"]})
    elif "username" in document or "role" in document:
        # Its addresses and profiles stay where they are.
        spool.fact("user", id_, {"name": document.get("username"), "role": document.get("role")})
    else:
        raise Problem(f"{place}: is no comment, moderation action, user or story of Coral", Code.USAGE)


def _comment(id_: str, document: dict[str, Any], place: str, spool: Spool) -> None:
    revisions = document["revisions"]
    if document.get("deletedAt") or not revisions:
        spool.left_out["deleted in Coral"] += 1
        return
    at, newest = moment(document.get("createdAt")), revisions[-1] if isinstance(revisions, list) else None
    if at is None or not isinstance(newest, dict) or not isinstance(document.get("storyID"), str):
        raise Problem(f"{place}: /createdAt, /revisions or /storyID is not as Coral writes it", Code.USAGE)
    parent = document.get("parentID")
    above = f"coral:{parent}" if isinstance(parent, str) and parent.isprintable() and parent else None
    spool.comment(
        f"coral:{id_}", above, len(revisions), at,
        {
            "id": id_, "parent": above, "story": document["storyID"], "author": document.get("authorID"),
            "revision": len(revisions), "newest": str(newest.get("id")), "body": newest.get("body"),
            "status": document.get("status"), "at": at.isoformat(),
        },
    )  # fmt: skip


def _action(document: dict[str, Any], spool: Spool) -> None:
    """Of what was done to one revision, the newest that a person did."""
    at, by = moment(document.get("createdAt")), document.get("moderatorID")
    # A reader's report names a comment too, and no status; the system's own doings name no moderator.
    if at is None or not isinstance(by, str) or document.get("status") not in _VERDICTS:
        return
    name = f"{document['commentID']}\n{document.get('commentRevisionID')}"
    spool.fact("action", name, {"by": by, "status": document["status"], "at": at.isoformat()}, at.isoformat())


class Coral:
    """Makes comments of ours of what was read."""

    def __init__(self, spool: Spool, articles: Articles, pseudonyms: Pseudonyms) -> None:
        self._spool, self._articles, self._pseudonyms = spool, articles, pseudonyms

    def told(self, row: dict[str, Any]) -> Told:
        """Raises ``Refused``."""
        status, story = row["status"], row["story"]
        if status not in _VERDICTS:
            raise Refused(f"its status is {str(status)[:40]}, which Coral did not have when this was written")
        user, at = self._spool.known("user", row["author"]), moment(row["at"])
        action = self._spool.known("action", f"{row['id']}\n{row['newest']}")
        # Done, and not undone since: an edit or the system may have changed the status after the moderator.
        stands = action.get("status") == status
        by = f"coral:{action['by']}" if stands else None if status in _UNDECIDED else "coral"
        url = self._spool.known("story", story).get("url")
        assert at is not None  # noqa: S101 - looked at when it was read
        # Whoever deleted their account is nobody we would know again.
        author = str(row["author"] or f"comment {row['id']}")
        return Told(
            system="coral", id=f"coral:{row['id']}", parent=row["parent"],
            article=self._articles.find((story, url), f"coral:{story}"), revision=row["revision"],
            author=self._pseudonyms.account("coral", author), name=shown(user.get("name")),
            role=_ROLES.get(str(user.get("role")), AuthorRole.READER),
            body=text_of(str(row["body"] or ""), lines=False), at=at, verdict=_VERDICTS[status], by=by,
            decided=moment(action["at"]) if stands else None,
        )  # fmt: skip
