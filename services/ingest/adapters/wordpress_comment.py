"""A comment as WordPress' REST API shows it."""

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.json_document import Node, Objection
from services.ingest.adapters.moments import milliseconds
from services.ingest.adapters.telling import Telling, said_time
from services.ingest.adapters.text import lines_of

_SPOKEN = frozenset({"approved", "approve", "1"})
_WITHDRAWN = frozenset({"spam", "trash"})
_WAITING = frozenset({"hold", "unapproved", "0"})


def wordpress_comment(document: Document, whole: Node, objection: Objection) -> Sequence[Intake]:
    """One comment; nothing while WordPress' own moderators have it waiting, or for pingbacks. Raises ``Refused``.

    WordPress keeps no time of change, so a comment has two revisions: what was said, and that it was taken back.
    """
    status = whole["status"].text
    if status in _WAITING or (whole["type"].text or "comment") != "comment":
        return ()
    if status is not None and status not in _SPOKEN | _WITHDRAWN:
        raise Refused("/status", "is none of approved, hold, spam and trash: send one of them")
    site, number = _site(document, whole), _number(whole["id"])
    telling = Telling(document, f"wordpress:{site}:{number}", "/id")
    telling.say("article_id", _article(whole, telling), "/post")
    date = whole["date_gmt"]
    written = (date.text or "").removesuffix("Z")
    at = said_time(written and f"{written}Z", date.at)
    if status in _WITHDRAWN:
        return (telling.comment(milliseconds(at) + 1, date.at, "canceled"),)
    objection.insist()
    parent = whole["parent"]
    if isinstance(parent.value, int) and parent.value > 0:
        telling.say("parent_id", telling.named(f"wordpress:{site}:{parent.value}"), parent.at)
    account = whole["author"].value
    # Who has no account is nobody we would know again: an address would be, and it stays in WordPress.
    who = f"user-{account}" if isinstance(account, int) and account > 0 else f"guest-{number}"
    name = whole["author_name"].text or "Anonymous"
    telling.say("author", {"id": f"wordpress:{site}:{who}", "name": name}, "/author_name")
    content = whole["content"]["rendered"] if isinstance(whole["content"].value, dict) else whole["content"]
    telling.say("body", lines_of(content.text or ""), content.at)
    telling.say("created_at", at, date.at)
    return (telling.comment(milliseconds(at), date.at),)


def _number(field: Node) -> int:
    if isinstance(field.value, int) and not isinstance(field.value, bool):
        return field.value
    raise Refused(field.at, "is missing or no number: send the comment's id")


def _site(document: Document, whole: Node) -> str:
    """As in ids that an import made: host and path of the site."""
    parts = _split(document.options.get("site") or whole["link"].text or "")
    if not parts.hostname:
        raise Refused("/link", "has no host: send the comment's address, or set the source's option `site`")
    return f"{parts.hostname}{parts.path.rstrip('/') if 'site' in document.options else ''}"


def _article(whole: Node, telling: Telling) -> str:
    """The guid of its post, which ``?_embed`` brings along; else the one WordPress gives posts by default."""
    guid = whole["_embedded"]["up"][0]["guid"]["rendered"]
    if guid.text:
        return telling.named(guid.text)
    parts = _split(whole["link"].text or "")
    if not parts.hostname:
        raise Refused("/link", "has no host, and the post's guid is unknown: send it with ?_embed")
    telling.warn(
        "/_embedded/up/0/guid", "is missing; the post's guid was guessed from /link: ask WordPress with ?_embed"
    )
    return telling.named(f"{parts.scheme}://{parts.netloc}/?p={_number(whole['post'])}")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
