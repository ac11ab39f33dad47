"""What a simulated newsroom sends, in the formats of real ones."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.commands.simulation.desk import Act, Deed


def native(act: Act) -> dict[str, Any]:
    """Our own CloudEvent."""
    data: dict[str, Any] = {"id": act.id, "revision": act.revision, "status": "canceled"}
    if act.deed is not Deed.KILL:
        data |= {"status": "usable", "headline": act.headline, "body_html": act.body_html, "language": "en"}
        data |= {"published_at": _rfc(act.at)}
        if act.embargoed_until:
            data["embargoed_until"] = _rfc(act.embargoed_until)
        if act.deed is Deed.CORRECT:
            data["correction"] = {"note": "An earlier revision named another day."}
    return {
        "specversion": "1.0", "id": f"{act.id}-{act.revision}", "source": "/newsroom/simulated",
        "type": "lightwire.article.submitted.v1", "time": _rfc(act.at), "data": data,
    }  # fmt: skip


def ninjs(act: Act) -> dict[str, Any]:
    """Superdesk's dialect: a kill carries a notice as its body."""
    item: dict[str, Any] = {
        "guid": act.id, "uri": act.id, "version": str(act.revision), "type": "text", "language": "en",
        "pubstatus": "canceled" if act.deed is Deed.KILL else "usable", "headline": act.headline,
        "versioncreated": _rfc(act.at), "body_html": act.body_html,
    }  # fmt: skip
    if act.deed is Deed.KILL:
        item |= {"headline": "Kill", "body_html": "<p>Kill notice: remove this story.</p>"}
    if act.embargoed_until:
        item["embargoed"] = _rfc(act.embargoed_until)
    return item


def wordpress(act: Act) -> dict[str, Any]:
    """A post as its REST interface shows it: times are UTC and do not say so."""
    when = _gmt(datetime.fromtimestamp(act.revision / 1000, UTC))
    return {
        "id": act.number, "guid": {"rendered": act.id}, "type": "post", "slug": f"simulated-{act.number}",
        "status": "trash" if act.deed is Deed.KILL else "future" if act.embargoed_until else "publish",
        "date_gmt": _gmt(act.embargoed_until or act.at), "modified_gmt": when,
        "title": {"rendered": act.headline}, "content": {"rendered": act.body_html, "protected": False},
        "excerpt": {"rendered": ""},
    }  # fmt: skip


def ans(act: Act) -> dict[str, Any]:
    """A story operation of Arc XP; one that deletes has no body."""
    revised = _rfc(datetime.fromtimestamp(act.revision / 1000, UTC))
    word = "delete" if act.deed is Deed.KILL else "update-published"
    operation: dict[str, Any] = {
        "type": "content-operation", "organization_id": "simulated", "id": act.id, "branch": "default",
        "published": True, "operation": word, "date": revised,
    }  # fmt: skip
    body: dict[str, Any] = {
        "_id": act.id, "type": "story", "version": "0.10.9", "last_updated_date": revised, "language": "en",
        "headlines": {"basic": act.headline}, "display_date": _rfc(act.at),
        "content_elements": [{"type": "raw_html", "content": act.body_html}],
    }  # fmt: skip
    if act.embargoed_until:
        body["content_restrictions"] = {"embargo": {"active": True, "end_time": _rfc(act.embargoed_until)}}
    return operation if act.deed is Deed.KILL else operation | {"body": body}


FORMATS: Mapping[str, Callable[[Act], dict[str, Any]]] = {
    "native": native,
    "ninjs": ninjs,
    "wordpress": wordpress,
    "ans": ans,
}


def document(name: str, act: Act) -> bytes:
    """The act in the format of that name."""
    return json.dumps(FORMATS[name](act), ensure_ascii=False).encode()


def media_type(name: str) -> str:
    """What its header says."""
    return "application/cloudevents+json" if name == "native" else "application/json"


def _rfc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _gmt(when: datetime) -> str:
    """WordPress knows no fractions; a change within the same second gets them all the same, to be told apart."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
