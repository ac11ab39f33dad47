"""IPTC's NITF."""

import hashlib
from collections.abc import Sequence
from typing import Any

from services.ingest.adapters.intake import Document, Intake, Refused
from services.ingest.adapters.moments import milliseconds, moment
from services.ingest.adapters.nitf_body import headlines, tell_body
from services.ingest.adapters.telling import Telling
from services.ingest.adapters.xml_document import attribute, child, children, language, local, path, read_xml, text

_STATUS = frozenset({"usable", "embargoed", "withheld", "canceled", "cancelled"})
_DOCDATA = "/nitf/head/docdata"


def nitf(document: Document) -> Sequence[Intake]:
    """The story, and the kill of another where it says so. Raises ``Refused``."""
    root = read_xml(document)
    if local(root) != "nitf":
        raise Refused(path(root), "is no nitf: send a NITF document")
    docdata = child(root, "head", "docdata")
    target = attribute(docdata, "management-doc-idref")
    killed = target is not None and _status(docdata, "management-idref-status") in {"canceled", "cancelled"}
    status = _status(docdata, "management-status")
    kills = [_kill(document, docdata, target)] if target and killed else []
    id_ = attribute(child(docdata, "doc-id"), "id-string")
    if id_ is None and status == "usable" and kills and child(root, "body", "body.content") is None:
        # A notice that tells editors of the kill, and readers nothing.
        return kills
    telling = Telling(document, id_ or _made_id(root, status), f"{_DOCDATA}/doc-id/@id-string")
    if id_ is None:
        telling.warn(f"{_DOCDATA}/doc-id/@id-string", "is missing; an id was made from the headline: send one")
    revision, at = _revision(docdata, telling)
    release = attribute(child(docdata, "date.release"), "norm")
    if status in {"withheld", "canceled", "cancelled"} or (status == "embargoed" and release is None):
        said = "canceled" if status.startswith("cancel") else "withheld"
        return (*kills, telling.article(revision, at, said))
    if release:
        telling.embargo(release, f"{_DOCDATA}/date.release/@norm")
    if target and target != id_:
        telling.say("supersedes", telling.named(target), f"{_DOCDATA}/@management-doc-idref")
    _facts(root, docdata, telling)
    body = child(root, "body")
    tell_body(body, telling)
    title = text(child(root, "head", "title"))
    said_ = headlines(body)
    telling.headline([*said_[:1], (title, "/nitf/head/title"), *said_[1:]] if said_ else [(title, "/nitf/head/title")])
    return (*kills, telling.article(revision, at))


def _status(docdata: Any, name: str) -> str:
    said = (attribute(docdata, name) or "usable").lower()
    if said not in _STATUS:
        raise Refused(f"{_DOCDATA}/@{name}", "is none of usable, embargoed, withheld and canceled: send one of them")
    return said


def _kill(document: Document, docdata: Any, target: str) -> Intake:
    at = f"{_DOCDATA}/@management-doc-idref"
    telling = Telling(document, target, at)
    issued = moment(attribute(child(docdata, "date.issue"), "norm") or "")
    if issued is None:
        revision, where = _revision(docdata, telling)
        return telling.article(revision, where, "canceled")
    # Of the other story only the id is known: the kill follows whatever came last. Where it comes first, its time
    # keeps what was issued before away.
    return telling.article(milliseconds(issued[0]), f"{_DOCDATA}/date.issue/@norm", "canceled", unnumbered=True)


def _made_id(root: Any, status: str) -> str:
    found = next((value for value, _ in headlines(child(root, "body")) if value), None)
    found = found or text(child(root, "head", "title"))
    if found is None or status.startswith("cancel"):
        raise Refused(
            f"{_DOCDATA}/doc-id/@id-string", "is missing: send the story's own id, the same in every revision"
        )
    return f"nitf:{hashlib.sha256(found.encode()).hexdigest()[:32]}"


def _revision(docdata: Any, telling: Telling) -> tuple[int, str]:
    version, at = attribute(child(docdata, "du-key"), "version"), f"{_DOCDATA}/du-key/@version"
    if version is not None:
        if not (version.isascii() and version.isdigit() and len(version) <= 18):
            raise Refused(at, "is no whole number: number revisions 1, 2, 3")
        return int(version), at
    issued, at = attribute(child(docdata, "date.issue"), "norm"), f"{_DOCDATA}/date.issue/@norm"
    if issued is None:
        telling.warn(at, "is missing, as is du-key/@version, and the revision counts as 0: send one of them")
        return 0, at
    if (found := moment(issued)) is None:
        raise Refused(at, "is not a time: send ISO 8601, e.g. 20261123T160000Z")
    return milliseconds(found[0]), at


def _facts(root: Any, docdata: Any, telling: Telling) -> None:
    body = child(root, "body")
    telling.language(language(body) or language(root), f"{path(root)}/@xml:lang")
    issued = attribute(child(docdata, "date.issue"), "norm")
    telling.when("updated_at", issued, f"{_DOCDATA}/date.issue/@norm")
    words = list(children(docdata, "key-list", "keyword"))
    telling.keywords((attribute(word, "key"), path(word, "key")) for word in words)
    section = attribute(child(root, "head", "pubdata"), "position.section")
    telling.line("section", section, "/nitf/head/pubdata/@position.section")
    kind = child(root, "head", "tobject", "tobject.property")
    telling.line("genre", attribute(kind, "tobject.property.type"), "/nitf/head/tobject/tobject.property")
    note = attribute(child(docdata, "correction"), "info")
    if note:
        telling.say("correction", {"note": note}, f"{_DOCDATA}/correction/@info")
