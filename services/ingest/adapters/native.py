"""Our own events over HTTP: CloudEvents in structured or binary mode, or the bare submission."""

import json
import re
from collections.abc import Sequence
from urllib.parse import unquote

from pydantic import ValidationError
from pydantic_core import to_json

from services.ingest.adapters.intake import Document, Intake, Refused, Submission
from services.ingest.adapters.json_document import Node, Objection, read_json, refusal
from services.ingest.adapters.telling import event_id
from services.ingest.hostile import Limits, examine
from services.ingest.misspelt import insist, warned
from shared.errors import Rejected, finding
from shared.events import ArticleSubmitted, CommentSubmitted

_KINDS: dict[str, type[Submission]] = {kind.type: kind for kind in (ArticleSubmitted, CommentSubmitted)}
_MAX_ID = 512
_FIELD = re.compile(r"([a-z_]+) is required")


def native(document: Document) -> Sequence[Intake]:
    """One article or comment. The envelope's ``source`` does not count: who may speak is who signed. Raises
    ``Refused``.
    """
    whole, objection = read_json(document)
    if any(name.startswith("ce-") for name in document.headers):
        said = {name: _header(document, name) for name in ("specversion", "type", "id")}
        return (_intake(document, said, whole, objection),)
    if whole["specversion"]:
        said = {name: whole[name] for name in ("specversion", "type", "id")}
        if not isinstance(whole["data"].value, dict):
            raise Refused("/data", "is missing or no object: put the article or comment there")
        return (_intake(document, said, whole["data"], objection),)
    kind: type[Submission] = CommentSubmitted if whole["article_id"] else ArticleSubmitted
    return (_submission(document, kind, None, whole, objection),)


def _header(document: Document, name: str) -> Node:
    # The HTTP binding of CloudEvents encodes what no header may hold with percent signs.
    value = document.headers.get(f"ce-{name}")
    return Node(None if value is None else unquote(value), f"/ce-{name}")


def _intake(document: Document, said: dict[str, Node], data: Node, objection: Objection) -> Intake:
    if said["specversion"].value != "1.0":
        raise Refused(said["specversion"].at, "is not 1.0: send CloudEvents 1.0")
    kind = _KINDS.get(said["type"].text or "")
    if kind is None:
        raise Refused(said["type"].at, f"is not read here: send {' or '.join(_KINDS)}")
    own = said["id"].value
    if not isinstance(own, str) or not 1 <= len(own) <= _MAX_ID or not own.isprintable():
        raise Refused(said["id"].at, f"is missing or no text of 1-{_MAX_ID} characters: it tells events apart")
    return _submission(document, kind, own, data, objection)


def _submission(
    document: Document, kind: type[Submission], own: str | None, data: Node, objection: Objection
) -> Intake:
    enough = kind.forgive(data.value)
    try:
        objection.insist()
        insist(data.value, kind, data.at)
        submission = kind.model_validate_json(to_json(data.value))
    except (Rejected, ValidationError) as error:
        if enough is None:
            raise refusal(error) if isinstance(error, Rejected) else _told(error, data) from None
        submission = _withdrawal(kind, enough, data)
    ignored = () if enough else warned(data.value, kind, data.at)
    return Intake(submission, own or event_id(document.source, submission), ignored)


def _withdrawal(kind: type[Submission], enough: dict[str, object], data: Node) -> Submission:
    """What must disappear does so by id and revision, whatever is wrong with the rest."""
    raw = json.dumps(enough).encode()
    try:
        examine(raw, Limits())
        return kind.model_validate_json(raw)
    except Rejected as refused:
        found = refusal(refused)
        raise Refused(data.at + found.pointer, str(refused).split(" ", 1)[-1]) from None
    except ValidationError as again:
        raise _told(again, data) from None


def _told(error: ValidationError, data: Node) -> Refused:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    node = data
    for part in problem["loc"]:
        node = node[part]
    said = finding(problem)
    if not problem["loc"] and (named := _FIELD.match(said)):
        # A rule of the whole that names its field first.
        node, said = node[named[1]], said.removeprefix(f"{named[1]} ")
    return Refused(node.at, said)
